"""Reads a job's output from its files on this machine: in bounded pieces, in the order in which it was written. Knows no engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from jobsh.errors import SpoolError
from jobsh.model.job import Gap, Job, Mark, Output
from jobsh.model.records import Chunk, Origin, Received, Stream

PIECE = 1 << 18
"""Bytes in one Chunk: enough to pass 1 GB at disk speed, little enough to hold."""

_NAMES = {Stream.OUTPUT: "out", Stream.ERROR: "err"}


def find_gap(output: Output) -> Gap | None:
    """What was dropped before the bytes that nobody received yet."""
    try:
        names = os.listdir(output.directory)
    except OSError:
        return None
    gaps = [gap for gap in map(Gap.parse, names) if gap is not None]
    gap = max(gaps, key=lambda gap: gap.dropped, default=None)
    is_passed = gap is not None and (output.received_out > gap.out or output.received_err > gap.err)
    return None if is_passed else gap


class OutputReader:
    """Reads on from what was received, each time up to the sizes that a newer snapshot of the job tells."""

    def __init__(self, job: Job, origin: Origin) -> None:
        begin = job.output or Output("")
        self._received = Received(begin.received_out, begin.received_err)
        self._begin = (begin.received_out, begin.received_err)
        self._job = job
        self._origin = origin
        self._at = {Stream.OUTPUT: begin.received_out, Stream.ERROR: begin.received_err}
        self._index_at = 0
        self._unended: set[Stream] = set()
        """Streams of which the last line given had no newline yet."""

    @property
    def mark(self) -> Mark:
        """What was consumed downstream so far; where the next Receive-Job goes on."""
        return Mark(self._job.id, self._received.out, self._received.err)

    @property
    def was_consumed(self) -> bool:
        """Whether anything was consumed downstream."""
        return (self._received.out, self._received.err) != self._begin

    def read(self, output: Output, ended: float | None = None) -> Iterator[Chunk]:
        """The bytes up to the sizes in `output`, out and err in the order that the index tells. `ended`: when the last came."""
        if not (self._lacks(Stream.OUTPUT, output.out) or self._lacks(Stream.ERROR, output.err)):
            return
        for at, out, err in self._steps(output):
            yield from self._read_to(output, Stream.OUTPUT, out, at)
            yield from self._read_to(output, Stream.ERROR, err, at)
        yield from self._read_to(output, Stream.OUTPUT, output.out, ended)
        yield from self._read_to(output, Stream.ERROR, output.err, ended)

    def ends(self) -> Iterator[Chunk]:
        """Nothing more comes this time: whoever holds back the beginning of a line may give it, while it still counts."""
        for stream in self._unended:
            yield Chunk(b"", stream, self._origin, self._received)
        self._unended.clear()

    def _lacks(self, stream: Stream, size: int) -> bool:
        return self._at[stream] < size

    def _steps(self, output: Output) -> Iterator[tuple[float, int, int]]:
        """The lines of the index that were not used yet and lie within `output`."""
        with suppress(FileNotFoundError), open(os.path.join(output.directory, "index"), "rb") as index:
            index.seek(self._index_at)
            for line in index:
                step = _parse_step(line)
                if step is None or step[1] > output.out or step[2] > output.err:
                    return
                self._index_at += len(line)
                yield step

    def _read_to(self, output: Output, stream: Stream, end: int, at: float | None) -> Iterator[Chunk]:
        if not self._lacks(stream, end):
            return
        with self._open(output, stream) as file:
            file.seek(self._at[stream])
            while self._lacks(stream, end):
                data = file.read(min(PIECE, end - self._at[stream]))
                if not data:
                    raise self._short(stream, end)
                self._at[stream] += len(data)
                self._note_line(stream, data)
                yield Chunk(data, stream, self._origin, self._received, at)

    def _note_line(self, stream: Stream, data: bytes) -> None:
        if data.endswith(b"\n"):
            self._unended.discard(stream)
        else:
            self._unended.add(stream)

    def _open(self, output: Output, stream: Stream) -> BinaryIO:
        try:
            return open(os.path.join(output.directory, _NAMES[stream]), "rb")
        except OSError as error:
            raise SpoolError(f"job {self._job.id}: its output cannot be read: {error}") from error

    def _short(self, stream: Stream, end: int) -> SpoolError:
        return SpoolError(f"job {self._job.id}: '{_NAMES[stream]}' ends at byte {self._at[stream]} of {end}")


def _parse_step(line: bytes) -> tuple[float, int, int] | None:
    """None for a line that is being written or is damaged."""
    words = line.split()
    if not line.endswith(b"\n") or len(words) != 3:
        return None
    try:
        return float(words[0]), int(words[1]), int(words[2])
    except ValueError:
        return None

"""Reads the output of a job that is in record format: values and bytes of all streams, in the exact order in which they were written."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

from jobsh.command.packing import unpack
from jobsh.command.provenance import coming_from, text_from
from jobsh.errors import SpoolError
from jobsh.model.ids import InstanceId
from jobsh.model.job import Job, Mark, Output
from jobsh.model.record_file import HEAD_SIZE, FrameHead, FrameKind, beginning, read_head
from jobsh.model.records import Chunk, ErrorRecord, Origin, Received, Stream, StreamRecord

ObjectAt = Callable[[InstanceId, int, object], object]


class Recorded:
    """A value of a stream. Whoever passes it on says so with `take`."""

    __slots__ = ("_frame", "stream", "value")

    def __init__(self, stream: Stream, value: object, frame: _Frame) -> None:
        self.stream = stream
        self.value = value
        self._frame = frame

    def take(self) -> None:
        """It was consumed."""
        self._frame.add(self.stream, self._frame.length)


class _Frame(Received):
    """How much of a frame was consumed."""

    __slots__ = ("begin", "length", "taken")

    def __init__(self, begin: int, length: int, taken: int) -> None:
        super().__init__()
        self.begin = begin
        self.length = length
        self.taken = taken

    def add(self, stream: Stream, count: int) -> None:
        """`count` more bytes were consumed."""
        self.taken += count

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.begin + HEAD_SIZE + self.length


def is_in_records(job: Job) -> bool | None:
    """Whether the output of a job is in record format; None: there is too little of it to tell."""
    if job.kind.is_hosted:
        return True
    output, begin = job.output, beginning(job.instance_id)
    if output is None or not output.out:
        return None
    try:
        with open(os.path.join(output.directory, "out"), "rb") as file:
            found = file.read(min(len(begin), output.out))
    except OSError:  # who reads it in earnest says so
        return False
    if found == begin:
        return True
    return None if begin.startswith(found) and not output.is_complete else False


def _from(value: object, origin: Origin) -> object:
    """A value that came from a host says so."""
    if isinstance(value, ErrorRecord):
        return value if value.host else value.replace(host=origin.computer_name)
    if isinstance(value, StreamRecord):
        return value.replace(origin=origin)
    return text_from(value, origin) if isinstance(value, str) else coming_from(value, origin)


class RecordReader:
    """Reads on from what was received, each time up to the size that a newer snapshot of the job tells."""

    def __init__(self, job: Job, origin: Origin, object_at: ObjectAt) -> None:
        begin = job.output or Output("")
        self._job = job
        self.instance_id = job.instance_id
        self._origin = origin
        self._object_at = object_at
        self._received = (begin.received_out, max(begin.received_out, begin.received_err))
        self._at = begin.received_out or len(beginning(job.instance_id))
        self._inside = max(self._received[1] - self._received[0] - HEAD_SIZE, 0)
        """Bytes of the first frame that were consumed before."""
        self._frames: deque[_Frame] = deque()
        """Those that were given and are not known to be consumed."""
        self._consumed = begin.received_out
        self._has_unended = False

    @property
    def mark(self) -> Mark:
        """What was consumed downstream so far; where the next Receive-Job goes on."""
        frames = self._frames
        while frames and frames[0].taken >= frames[0].length:
            self._consumed = frames.popleft().end
        taken = frames[0].taken if frames else 0
        out = max(self._consumed, self._received[0])
        return Mark(self._job.id, out, frames[0].begin + HEAD_SIZE + taken if taken else max(out, self._received[1]))

    @property
    def was_consumed(self) -> bool:
        """Whether anything was consumed downstream."""
        mark = self.mark
        return (mark.out, mark.err) != self._received

    def read(self, output: Output, ended: float | None = None) -> Iterator[Chunk | Recorded]:
        """What was written up to the size in `output`. What was being written when the job was killed is no value."""
        if self._at + HEAD_SIZE <= output.out:
            with self._open(output) as file:
                yield from self._frames_of(file, output.out)
        if output.is_complete and self._at < output.out:
            self._frames.append(_Frame(self._at, output.out - self._at - HEAD_SIZE, output.out))
            self._at = output.out

    def ends(self) -> Iterator[Chunk | Recorded]:
        """Nothing more comes this time: whoever holds back the beginning of a line may give it."""
        if self._has_unended:
            for stream in (Stream.OUTPUT, Stream.ERROR):
                yield Chunk(b"", stream, self._origin, _Frame(0, 0, 0))
        self._has_unended = False

    def _frames_of(self, file: BinaryIO, size: int) -> Iterator[Chunk | Recorded]:
        while self._at + HEAD_SIZE <= size:
            file.seek(self._at)
            head = self._head(file.read(HEAD_SIZE))
            if self._at + HEAD_SIZE + head.length > size:
                return
            data = file.read(head.length)
            if len(data) < head.length:
                raise SpoolError(f"job {self._job.id}: 'out' ends at byte {self._at + HEAD_SIZE + len(data)} of {size}")
            frame = _Frame(self._at, head.length, self._inside)
            self._at, self._inside = frame.end, 0
            self._frames.append(frame)
            yield self._item(head, data, frame)

    def _item(self, head: FrameHead, data: bytes, frame: _Frame) -> Chunk | Recorded:
        if head.kind is FrameKind.RAW:
            self._has_unended = not data.endswith(b"\n")
            return Chunk(data[frame.taken :], head.stream, self._origin, frame, head.at)
        try:
            value = unpack(json.loads(data))
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged(frame.begin) from error
        value = self._object_at(self._job.instance_id, frame.begin, value)
        return Recorded(head.stream, _from(value, self._origin) if self._origin.computer_name else value, frame)

    def _head(self, data: bytes) -> FrameHead:
        try:
            return read_head(data)
        except ValueError as error:
            raise self._damaged(self._at) from error

    def _damaged(self, at: int) -> SpoolError:
        return SpoolError(f"job {self._job.id}: its output is damaged at byte {at}, or a newer jobsh wrote it")

    def _open(self, output: Output) -> BinaryIO:
        try:
            return open(os.path.join(output.directory, "out"), "rb")
        except OSError as error:
            raise SpoolError(f"job {self._job.id}: its output cannot be read: {error}") from error

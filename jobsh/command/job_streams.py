"""What a job wrote, as properties of the job: `$job.Error`, `$job.ChildJobs[0].Output`. Reads what is on this machine; marks
nothing as received."""

from __future__ import annotations

import os
from collections.abc import Iterator

from jobsh.command.text import Textual
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.record_file import HEAD_SIZE, FrameKind, beginning, read_head
from jobsh.model.records import Line, Origin, Stream

_MOST = 1 << 24
"""Bytes of output that such a property reads; Receive-Job -Keep gives all."""
_FILES = {Stream.OUTPUT: "out", Stream.ERROR: "err"}


class JobStateInfo(Textual):
    """A job's state and the reason for it."""

    state: JobState
    reason: str

    def shown(self) -> str:
        """The state."""
        return self.state.value


def state_info(job: Job) -> JobStateInfo:
    """The state of a job and why it is so; of a job with children, the children know why."""
    return JobStateInfo(job.state, "" if job.children else job.status_message)


def written(job: Job, stream: Stream) -> list[object]:
    """What the job itself wrote to a stream, values and lines; a job with children wrote nothing itself."""
    if job.output is None or not job.output.directory:
        return []
    data = _read(job, "out")
    begin = beginning(job.instance_id)
    if data.startswith(begin):
        return list(_from_records(data, len(begin), stream))
    return [*_lines(_read(job, _FILES[stream]), stream)] if stream in _FILES else []


def _read(job: Job, name: str) -> bytes:
    assert job.output is not None
    try:
        with open(os.path.join(job.output.directory, name), "rb") as file:
            return file.read(_MOST)
    except OSError:  # nothing of it is here
        return b""


def _from_records(data: bytes, at: int, stream: Stream) -> Iterator[object]:
    import json

    from jobsh.command.packing import unpack

    raw = b""
    while at + HEAD_SIZE <= len(data):
        head = read_head(data[at : at + HEAD_SIZE])
        content, at = data[at + HEAD_SIZE :][: head.length], at + HEAD_SIZE + head.length
        if head.stream is not stream or at > len(data):
            continue
        if head.kind is FrameKind.RAW:
            raw += content
        else:
            yield from _lines(raw, stream)
            raw = b""
            yield unpack(json.loads(content))
    yield from _lines(raw, stream)


def _lines(data: bytes, stream: Stream) -> Iterator[Line]:
    *whole, last = data.split(b"\n")
    for line in [*whole, last] if last else whole:
        yield Line.of(line, Origin(), stream)

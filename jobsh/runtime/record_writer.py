"""Writes what a piece of code gives to all its streams into one file, in exact order (`model.record_file`). Knows no job."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import AsyncIterator, Callable

from jobsh.command.packing import pack
from jobsh.command.text import to_text
from jobsh.command.views import Formatted
from jobsh.errors import OperationError
from jobsh.model.ids import InstanceId
from jobsh.model.record_file import FrameKind, beginning, frame
from jobsh.model.records import Chunk, Line, Origin, Stream
from jobsh.runtime.printed import Turns, formatted
from jobsh.runtime.streams import Where
from jobsh.runtime.values import closing

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
_PLAIN = (str, int, float, bool, type(None))
"""What is the same when it comes back from a file."""


async def storable(values: AsyncIterator[object]) -> AsyncIterator[object]:
    """The values as they can be kept: what was given a format is text from now on."""
    turns = Turns(values, lambda value: not isinstance(value, Formatted), keeps_null=True)
    async with closing(values):
        while not turns.is_over:
            async for value in turns.passing():
                yield value
            if not turns.is_over:
                async for piece in formatted(turns.objects(), 0):
                    yield Chunk(piece.encode("utf-8", "surrogateescape"), Stream.OUTPUT, Origin())


class RecordWriter:
    """Appends frames to a descriptor. Every frame is written whole or not at all. A Sink for the streams beside the output."""

    def __init__(
        self,
        descriptor: int,
        id: InstanceId,
        grew: Callable[[int], None] = lambda _: None,
        keep: Callable[[int, object], None] = lambda _at, _value: None,
    ) -> None:
        self._descriptor = descriptor
        self._id = id
        self._grew = grew
        self._keep = keep
        """Takes objects that the file holds only a copy of, by their frame's offset."""
        self.size = os.fstat(descriptor).st_size

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Take what is written to a stream other than the output."""
        self.add(stream, value)

    def add(self, stream: Stream, value: object) -> None:
        """Write one value; raises OperationError when it could not be written whole."""
        begun = b"" if self.size else beginning(self._id)
        if isinstance(value, Chunk):
            if not value.data:
                return
            whole = frame(stream, FrameKind.RAW, value.at or time.time(), value.data)
        elif isinstance(value, Line):
            whole = frame(stream, FrameKind.RAW, value.at or time.time(), value.to_bytes())
        else:
            if not isinstance(value, _PLAIN):
                self._keep(self.size + len(begun), value)
            whole = frame(stream, FrameKind.VALUE, time.time(), _coded(value))
        self._append(begun + whole)
        if isinstance(value, Chunk):
            value.take()
        self._grew(self.size)

    def _append(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            os.ftruncate(self._descriptor, self.size)  # nothing half
            os.lseek(self._descriptor, self.size, os.SEEK_SET)
            raise OperationError(
                f"its output could not be written: {error.strerror}", error_id="OutputNotWritten"
            ) from error
        self.size += len(data)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def _coded(value: object) -> bytes:
    try:
        packed = pack(value)
    except OperationError:  # it holds a secret, which is written nowhere
        packed = to_text(value)
    return json.dumps(packed).encode("ascii")


def open_record_file(
    directory: str, id: InstanceId, grew: Callable[[int], None], keep: Callable[[int, object], None]
) -> RecordWriter:
    """Begin the output of a job; raises OperationError."""
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        return RecordWriter(os.open(f"{directory}/out", _FLAGS, 0o600), id, grew, keep)
    except OSError as error:
        raise OperationError(f"its output could not be written: {error.strerror}") from error


def take_ownership(directory: str) -> int:
    """Say that this process runs the job whose directory this is, as long as the descriptor is open."""
    descriptor = os.open(f"{directory}/owner", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor

r"""The record format of a job's `out`: what all streams were given, in exact order. Codes frames; knows nothing of values. Pure.

    the beginning   \0jobsh records 1 INSTANCE-ID newline
    each frame      stream (1 byte), kind (1 byte), seconds since the epoch (8), length (4), and so many bytes

The beginning names the job: a job that happens to print another one's file is not taken for a record file.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import BinaryIO, NamedTuple

from jobsh.model.ids import InstanceId
from jobsh.model.records import Stream

_BEGINNING = b"\0jobsh records 1 %s\n"
_HEAD = struct.Struct(">BBdI")
HEAD_SIZE = _HEAD.size
LARGEST_FRAME = 1 << 30


class FrameKind(IntEnum):
    """What the bytes of a frame are."""

    RAW = 0
    """Bytes as a program wrote them."""
    VALUE = 1
    """A value, coded."""


class FrameHead(NamedTuple):
    """What stands before the bytes of a frame."""

    stream: Stream
    kind: FrameKind
    at: float
    length: int


def beginning(id: InstanceId) -> bytes:
    """What the record file of a job begins with."""
    return _BEGINNING % id.encode("ascii")


def frame(stream: Stream, kind: FrameKind, at: float, data: bytes) -> bytes:
    """A whole frame; raises ValueError when it is too large to be one."""
    if len(data) > LARGEST_FRAME:
        raise ValueError("a value of more than 1 GiB")
    return _HEAD.pack(stream, kind, at, len(data)) + data


def read_head(data: bytes) -> FrameHead:
    """The head in HEAD_SIZE bytes; raises ValueError for what is none."""
    stream, kind, at, length = _HEAD.unpack(data)
    if length > LARGEST_FRAME:
        raise ValueError("a frame of more than 1 GiB")
    return FrameHead(Stream(stream), FrameKind(kind), at, length)


def whole_size(file: BinaryIO, begin: int) -> int:
    """Where the last whole frame ends. `begin`: where one begins; 0 is the beginning of the file."""
    end = file.seek(0, 2)
    at = begin or min(len(beginning(InstanceId("0" * 32))), end)
    while at + HEAD_SIZE <= end:
        file.seek(at)
        after = at + HEAD_SIZE + read_head(file.read(HEAD_SIZE)).length
        if after > end:
            break
        at = after
    return at

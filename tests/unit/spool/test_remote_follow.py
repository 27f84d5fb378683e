"""What a follower's channel says, however it is cut into pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from jobsh.model.ids import InstanceId
from jobsh.model.job import Outcome
from jobsh.model.records import Stream
from jobsh.ports.spool import Bytes, Wanted
from jobsh.spool.remote_follow import FollowMany, FollowOne, Progress

ID = InstanceId("0" * 32)
OTHER = InstanceId("1" * 32)


class Scripted:
    """A channel that says what it is told to."""

    def __init__(self, pieces: list[tuple[Stream, bytes]]) -> None:
        self._pieces = pieces

    async def read(self) -> AsyncIterator[tuple[Stream, bytes]]:
        for stream, piece in self._pieces:
            yield stream, piece

    async def write(self, data: bytes) -> None: ...
    async def write_eof(self) -> None: ...
    async def resize(self, columns: int, rows: int) -> None: ...
    async def signal(self, name: str) -> None: ...
    async def wait(self) -> Outcome:
        return Outcome.exited(0)

    async def aclose(self) -> None: ...


MARK = b"@" + b"N" * 16 + b" "


NONCE = b"0123456789abcdef"


def _cut(data: bytes, size: int) -> list[tuple[Stream, bytes]]:
    return [(Stream.OUTPUT, data[start : start + size]) for start in range(0, len(data), size)]


def _follow_one(stream: bytes, size: int) -> tuple[bytes, bool]:
    channel = Scripted(_cut(stream.replace(b"N" * 16, NONCE), size))
    return asyncio.run(_drain(FollowOne(channel, Progress((Wanted(ID),)), "/spool", NONCE.decode())))


async def _drain(follow: FollowOne | FollowMany) -> tuple[bytes, bool]:
    out, is_over = b"", False
    async for event in follow.events("1", lambda _: None):
        if isinstance(event, Bytes):
            assert event.offset == len(out)
            out += event.data
        else:
            is_over = True
    return out, is_over


DATA = b"first\n@second\n@0123 over 1 2\n\xff\x00no newline"


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_the_verdict_may_stand_anywhere(size: int) -> None:
    verdict = MARK + b"over %d 0\n" % len(DATA)
    for position in range(len(DATA) + 1):
        stream = b"noise\n" + MARK + b"data 1\n" + DATA[:position] + verdict + DATA[position:]
        assert _follow_one(stream, size) == (DATA, True)


def test_without_enough_bytes_it_is_not_over() -> None:
    verdict = MARK + b"over %d 0\n" % (len(DATA) + 1)
    assert _follow_one(MARK + b"data 1\n" + DATA + verdict, 5) == (DATA, False)


def test_a_stream_cut_at_any_byte_gives_a_prefix() -> None:
    stream = MARK + b"data 1\n" + DATA[:9] + MARK + b"over %d 0\n" % len(DATA) + DATA[9:]
    stream = stream.replace(b"N" * 16, NONCE)
    for length in range(len(stream)):
        out, is_over = _follow_one(stream[:length], 3)
        assert DATA.startswith(out)
        assert not is_over


def test_a_job_that_is_gone() -> None:
    assert _follow_one(b"\n" + MARK + b"gone\n", 4) == (b"", True)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_frames_of_many_jobs(size: int) -> None:
    frame = b"\n" + MARK + b"f " + ID.encode() + b" o 0 %d\n" % len(DATA) + DATA
    frame += b"\n" + MARK + b"f " + OTHER.encode() + b" e 5 3\nerr" + b"\n" + MARK + b"x " + OTHER.encode() + b"\n"
    stream = (b"noise\n" + MARK + b"mux 1\n" + frame).replace(b"N" * 16, NONCE)
    progress = Progress((Wanted(ID), Wanted(OTHER, 0, 5)))
    follow = FollowMany(Scripted(_cut(stream, size)), progress, "/spool", NONCE.decode())

    async def events() -> list[Bytes | InstanceId]:
        return [event async for event in follow.events("1", lambda _: None)]

    found = asyncio.run(events())
    assert b"".join(e.data for e in found if isinstance(e, Bytes) and e.instance_id == ID) == DATA
    others = [(e.offset, e.stream) for e in found if isinstance(e, Bytes) and e.instance_id == OTHER]
    assert others[0] == (5, Stream.ERROR)
    assert found[-1] == OTHER

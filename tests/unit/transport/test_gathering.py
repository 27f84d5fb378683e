"""Packets of one turn of the loop are one write; nothing is lost or reordered when the transport closes."""

from __future__ import annotations

import asyncio
from typing import Any

from jobsh.transport.gathering import Gathering


class Recorder(asyncio.Transport):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bytes | str] = []

    def write(self, data: Any) -> None:
        self.told.append(bytes(data))

    def close(self) -> None:
        self.told.append("close")

    def abort(self) -> None:
        self.told.append("abort")

    def is_closing(self) -> bool:
        return "close" in self.told or "abort" in self.told


async def _next_turn() -> None:
    await asyncio.sleep(0)


def test_writes_of_one_turn_are_one() -> None:
    async def scenario() -> None:
        below = Recorder()
        transport = Gathering(below)
        transport.write(b"a")
        transport.write(bytearray(b"b"))
        assert below.told == []
        await _next_turn()
        transport.write(b"c")
        await _next_turn()
        assert below.told == [b"ab", b"c"]

    asyncio.run(scenario())


def test_last_words_go_out_before_the_end() -> None:
    async def scenario() -> None:
        for end in ("close", "abort"):
            below = Recorder()
            transport = Gathering(below)
            transport.write(b"bye")
            getattr(transport, end)()
            transport.write(b"too late")
            await _next_turn()
            assert below.told == [b"bye", end]

    asyncio.run(scenario())


def test_changed_buffers_do_not_change_what_was_written() -> None:
    async def scenario() -> None:
        below = Recorder()
        transport = Gathering(below)
        buffer = bytearray(b"as it was")
        transport.write(buffer)
        buffer[:] = b"otherwise"
        await _next_turn()
        assert below.told == [b"as it was"]

    asyncio.run(scenario())

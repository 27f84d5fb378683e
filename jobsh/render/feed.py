"""What a statement writes, read in one coroutine of its own and taken in batches by whoever draws it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Self, cast

from jobsh.model.records import Chunk

_MOST = 100
"""Values that are read ahead. After a Chunk nothing is: its producer waits until it is written."""


class Feed:
    """Reads `values` from beginning to end in one task, as generators expect it."""

    def __init__(self, values: AsyncIterator[object]) -> None:
        self._values = values
        self._batch: list[object] = []
        self._some = asyncio.Event()
        self._room = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(lambda _task: self._some.set())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        assert self._reading is not None
        self._reading.cancel()
        await asyncio.wait((self._reading,))
        if not self._reading.cancelled():
            self._reading.exception()  # it was told by `has_more`, or something worse happened

    async def has_more(self, patience: float | None = None) -> bool:
        """Wait until there are values to take, or nothing came within `patience` seconds. False at the end; raises what the
        values raised, after all that came before was taken."""
        assert self._reading is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._some.wait()
        if self._batch or not self._reading.done():
            return True
        self._reading.result()
        return False

    def take(self) -> list[object]:
        """The values that are there now."""
        batch, self._batch = self._batch, []
        if self._reading is not None and not self._reading.done():
            self._some.clear()
        return batch

    def go_on(self) -> None:
        """What was taken has been dealt with: the producer may go on."""
        self._room.set()

    async def _read(self) -> None:
        async with aclosing(cast("AsyncGenerator[object, None]", self._values)) as values:
            async for value in values:
                self._batch.append(value)
                self._some.set()
                if isinstance(value, Chunk) or len(self._batch) >= _MOST:
                    self._room.clear()
                    await self._room.wait()

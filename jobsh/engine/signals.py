"""Waiting for changes: whoever waits is woken and looks again. Knows nothing of jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeVar, cast

T = TypeVar("T")


class Signal:
    """Something changed. Check, then `await wait()`: with no await between the two, no change is missed."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake all that wait."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, *others: Signal) -> None:
        """Wait for the next `notify`, of this one or one of the others."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        signals = (self, *others)
        for signal in signals:
            signal._waiting.add(future)
        try:
            await future
        finally:
            for signal in signals:
                signal._waiting.discard(future)


def closing(iterator: AsyncIterator[T]) -> aclosing[AsyncGenerator[T, None]]:
    """`aclosing` for what the ports call an iterator: all of them are generators."""
    return aclosing(cast("AsyncGenerator[T, None]", iterator))

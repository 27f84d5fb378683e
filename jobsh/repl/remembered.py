"""Answers that are asked for with every key: remembered for some seconds, fetched in the background, never waited for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from jobsh.errors import JobshError

T = TypeVar("T")

_MOST = 200


class Remembered(Generic[T]):
    """Answers by key. Who asks waits `patience` seconds at most; the answer is there for the next one who asks."""

    def __init__(self, nothing: T, *, keeps_for: float = 2.0, patience: float = 1.0) -> None:
        self._nothing = nothing
        self._keeps_for = keeps_for
        self._patience = patience
        self._asked: dict[Hashable, tuple[float, asyncio.Task[T]]] = {}

    async def get(self, key: Hashable, fetch: Callable[[], Awaitable[T]]) -> T:
        """The answer; `nothing` when it cannot be had, or not in time."""
        task = self._task(key, fetch)
        done, _ = await asyncio.wait((task,), timeout=self._patience)
        return task.result() if done else self._nothing

    def _task(self, key: Hashable, fetch: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        at, task = self._asked.get(key, (0.0, None))
        if task is None or (task.done() and time.monotonic() - at > self._keeps_for):
            task = asyncio.create_task(self._fetch(fetch))
            if len(self._asked) >= _MOST:
                self._asked.pop(next(iter(self._asked)))
            self._asked[key] = (time.monotonic(), task)
        return task

    async def _fetch(self, fetch: Callable[[], Awaitable[T]]) -> T:
        try:
            return await fetch()
        except (JobshError, OSError):  # completion offers nothing then; the command itself will say why
            return self._nothing

    def forget(self) -> None:
        """A command ran: everything may be different."""
        self._asked = {key: (at, task) for key, (at, task) in self._asked.items() if not task.done()}

    async def aclose(self) -> None:
        """Give up what is still being fetched."""
        tasks = [task for _, task in self._asked.values() if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

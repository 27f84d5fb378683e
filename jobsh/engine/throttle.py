"""How many at once. Knows nothing of what it counts."""

from __future__ import annotations

import asyncio


class Throttle:
    """At most `limit` places; 0 or less: as many as wanted. Places are given in the order of asking."""

    def __init__(self, limit: int) -> None:
        self._free = asyncio.Semaphore(limit) if limit > 0 else None

    async def place(self) -> Place:
        """Wait for a place."""
        if self._free is not None:
            await self._free.acquire()
        return Place(self._free)


class Place:
    """One place taken; given back once, however often it is asked to."""

    def __init__(self, free: asyncio.Semaphore | None) -> None:
        self._free = free

    def give_back(self) -> None:
        """Let the next one in."""
        free, self._free = self._free, None
        if free is not None:
            free.release()

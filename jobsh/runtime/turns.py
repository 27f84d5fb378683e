"""Places in which pieces of code run at once: so many as the newest limit says; who waits for others gives its place away meanwhile."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar


class Places:
    """At most `limit` at once; places are given in the order of asking."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def set_limit(self, limit: int) -> None:
        """From now on so many; who has a place keeps it."""
        self._limit = limit
        self._let_in()

    @property
    def has_free(self) -> bool:
        """Whether somebody who asks now need not wait."""
        return self._taken < self._limit and not self._waiting

    def take_now(self) -> PlaceTaken | None:
        """A place, if one is free."""
        if not self.has_free:
            return None
        self._taken += 1
        return PlaceTaken(self)

    async def take(self) -> PlaceTaken:
        """Wait for a place."""
        place = self.take_now()
        if place is None:
            await self._wait(is_first=False)
            place = PlaceTaken(self)
        return place

    async def _wait(self, *, is_first: bool) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if is_first else self._waiting.append)(turn)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was let in at the same instant
                self._give_back()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    async def take_back(self) -> None:
        """Who gave a place away while it waited is let in before those who have not begun."""
        await self._wait(is_first=True)

    def _let_in(self) -> None:
        while self._waiting and self._taken < self._limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._taken += 1
                turn.set_result(None)

    def _give_back(self) -> None:
        self._taken -= 1
        self._let_in()


class PlaceTaken:
    """One place, held by one piece of code."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._is_held = True
        self._waits = 0

    def give_back(self) -> None:
        """It is not needed any more."""
        if self._is_held:
            self._is_held = False
            self._places._give_back()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Inside, the holder waits for others, who may need the place."""
        self._waits += 1
        self.give_back()
        try:
            yield
        except asyncio.CancelledError:  # it ends: a place is of no use
            self._waits -= 1
            raise
        except BaseException:
            await self._come_back()
            raise
        await self._come_back()

    async def _come_back(self) -> None:
        self._waits -= 1
        if not self._waits and not self._is_held:
            await self._places.take_back()
            self._is_held = True


_own: ContextVar[PlaceTaken | None] = ContextVar("_own", default=None)
"""The place of the code that runs; what it starts shares it."""


def hold(place: PlaceTaken) -> None:
    """The code that runs from here on holds this place."""
    _own.set(place)


@asynccontextmanager
async def away() -> AsyncIterator[None]:
    """Inside, the code that runs waits for jobs: if it holds a place, they may have it."""
    place = _own.get()
    if place is None:
        yield
    else:
        async with place.away():
            yield

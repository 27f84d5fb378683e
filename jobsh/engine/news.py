"""What one front end is to be told: kept until it asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from jobsh.engine.signals import Signal

T = TypeVar("T")


class News(Generic[T]):
    """Messages in order; where there are more than `most` the oldest go."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._untold: list[T] = []
        self._changed = Signal()
        self._is_closed = False

    def tell(self, message: T) -> None:
        """Something happened."""
        self._untold.append(message)
        if self._most is not None:
            del self._untold[: -self._most]
        self._changed.notify()

    def forget(self) -> None:
        """What was not taken yet is told to nobody."""
        self._untold.clear()

    async def each(self) -> AsyncIterator[T]:
        """What is there and what comes, until `close`."""
        while not self._is_closed:
            if self._untold:
                yield self._untold.pop(0)
            else:
                await self._changed.wait()

    def close(self) -> None:
        """Nothing more is told."""
        self._is_closed = True
        self._changed.notify()

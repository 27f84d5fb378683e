"""The files of a location through an engine that is connected to when it is first asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from jobsh.model.ids import Location
from jobsh.ports.engine import Engine
from jobsh.ports.files import Files
from jobsh.ports.files_through import FilesThrough

T = TypeVar("T")


class LazyFiles(FilesThrough):
    """Implements `ports.files.Files` by an engine's."""

    def __init__(
        self,
        location: Location,
        ask: Callable[[Callable[[Engine], Awaitable[Any]]], Awaitable[Any]],
        follow: Callable[[Callable[[Engine], AsyncIterator[Any]]], AsyncIterator[Any]],
    ) -> None:
        self._location = location
        self._ask = ask
        self._follow = follow

    async def ask(self, ask: Callable[[Files], Awaitable[Any]]) -> Any:
        """What `ask` gives for the engine's files."""
        return await self._ask(lambda engine: ask(engine.files(self._location)))

    def follow(self, ask: Callable[[Files], AsyncIterator[T]]) -> AsyncIterator[T]:
        """The items that `ask` gives for the engine's files."""
        return self._follow(lambda engine: ask(engine.files(self._location)))

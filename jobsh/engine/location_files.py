"""The files of a location for a front end: each call finds the host's disk as it is then, and keeps its connection open meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from jobsh.engine.hosts import Host
from jobsh.engine.signals import closing
from jobsh.model.files import WriteMode
from jobsh.ports.engine import Asker
from jobsh.ports.files import Files, FileWriter
from jobsh.ports.files_through import FilesThrough

T = TypeVar("T")


class LocationFiles(FilesThrough):
    """The files of a host."""

    def __init__(self, host: Callable[[], Awaitable[Host]], asker: Asker | None) -> None:
        self._host = host
        self._asker = asker

    async def ask(self, ask: Callable[[Files], Awaitable[Any]]) -> Any:
        """What `ask` gives for the host's disk."""
        host = await self._host()
        with host.in_use():
            return await ask(await host.disk(self._asker))

    async def follow(self, ask: Callable[[Files], AsyncIterator[T]]) -> AsyncIterator[T]:
        """The items that `ask` gives for the host's disk."""
        host = await self._host()
        with host.in_use():
            async with closing(ask(await host.disk(self._asker))) as items:
                async for item in items:
                    yield item

    async def write(self, path: str, mode: WriteMode) -> FileWriter:
        """Begin to write a file; its host stays in use until it is closed."""
        host = await self._host()
        with contextlib.ExitStack() as stack:
            stack.enter_context(host.in_use())
            writer = await (await host.disk(self._asker)).write(path, mode)
            return _Writer(writer, stack.pop_all())


class _Writer:
    """A file being written."""

    def __init__(self, writer: FileWriter, holding: contextlib.ExitStack) -> None:
        self._writer = writer
        self._holding = holding

    async def write(self, data: bytes) -> None:
        """Write more."""
        await self._writer.write(data)

    async def aclose(self) -> None:
        """Finish."""
        with self._holding:
            await self._writer.aclose()

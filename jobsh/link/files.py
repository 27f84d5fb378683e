"""The files of a location over the link, as front ends hold them: implements `ports.files.Files`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

from jobsh.link.calls import Calls
from jobsh.model.files import FileFailure, FileInfo, WriteMode
from jobsh.model.ids import Location
from jobsh.ports.files import BLOCK, Files, FileWriter


class LinkFiles(Files):
    """Files that the engine reads and writes for us."""

    def __init__(self, calls: Calls, location: Location) -> None:
        self._calls = calls
        self._location = location

    async def _ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        return await self._calls.call("files", self._location, method, *arguments, **named)

    async def _items(self, method: str, *arguments: Any, **named: Any) -> AsyncIterator[Any]:
        call, stream = await self._calls.open_stream("files", self._location, method, *arguments, **named)
        async with contextlib.aclosing(self._calls.items(call, stream)) as items:
            async for item in items:
                yield item

    async def stat(self, path: str, *, follows: bool = True) -> FileInfo:
        """What stands there."""
        return cast(FileInfo, await self._ask("stat", path, follows=follows))

    def list(self, path: str) -> AsyncIterator[tuple[FileInfo, ...]]:
        """What is in a directory."""
        return self._items("list", path)

    async def read_link(self, path: str) -> str:
        """Where a link leads."""
        return str(await self._ask("read_link", path))

    async def real_path(self, path: str) -> str:
        """The path without links and `..`."""
        return str(await self._ask("real_path", path))

    async def read(self, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes from `offset` on."""
        async with contextlib.aclosing(cast("Any", self._items("read", path, offset=offset))) as pieces:
            async for piece in pieces:
                yield piece.data

    async def write(self, path: str, mode: WriteMode) -> FileWriter:
        """Begin to write a file."""
        return _Writer(self._calls, int(await self._ask("write", path, mode)))

    async def make_directory(self, path: str, permissions: int) -> None:
        """Make one directory."""
        await self._ask("make_directory", path, permissions)

    async def make_link(self, path: str, target: str) -> None:
        """Make a symbolic link."""
        await self._ask("make_link", path, target)

    async def rename(self, path: str, new: str, *, replaces: bool) -> None:
        """Give it another path."""
        await self._ask("rename", path, new, replaces=replaces)

    async def remove(self, path: str) -> None:
        """Remove a file or link."""
        await self._ask("remove", path)

    async def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        await self._ask("remove_directory", path)

    async def remove_tree(self, path: str) -> tuple[FileFailure, ...]:
        """Remove a directory with all that is in it."""
        return tuple(await self._ask("remove_tree", path))

    async def change(
        self, path: str, *, permissions: int | None = None, times: tuple[float, float] | None = None
    ) -> None:
        """Set permissions or times."""
        await self._ask("change", path, permissions=permissions, times=times)


class _Writer:
    """A file that the engine writes."""

    def __init__(self, calls: Calls, number: int) -> None:
        self._calls = calls
        self._number = number

    async def write(self, data: bytes) -> None:
        """Write more."""
        for start in range(0, len(data), BLOCK):
            await self._calls.call("write_file", self._number, payload=data[start : start + BLOCK])

    async def aclose(self) -> None:
        """Finish."""
        await self._calls.call("close_file", self._number)

"""Files reached through something that must be found, opened or kept first: one way for all methods. Knows no such thing by name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar, cast

from jobsh.model.files import FileFailure, FileInfo, WriteMode
from jobsh.ports.files import Files, FileWriter

T = TypeVar("T")


class FilesThrough(Files):
    """Implements Files by others; who derives from it says how those are reached."""

    async def ask(self, ask: Callable[[Files], Awaitable[Any]]) -> Any:
        """What `ask` gives for the files behind."""
        raise NotImplementedError

    def follow(self, ask: Callable[[Files], AsyncIterator[T]]) -> AsyncIterator[T]:
        """The items that `ask` gives for the files behind."""
        raise NotImplementedError

    async def stat(self, path: str, *, follows: bool = True) -> FileInfo:
        """What stands there."""
        return cast(FileInfo, await self.ask(lambda files: files.stat(path, follows=follows)))

    def list(self, path: str) -> AsyncIterator[tuple[FileInfo, ...]]:
        """What is in a directory."""
        return self.follow(lambda files: files.list(path))

    async def read_link(self, path: str) -> str:
        """Where a link leads."""
        return cast(str, await self.ask(lambda files: files.read_link(path)))

    async def real_path(self, path: str) -> str:
        """The path without links and `..`."""
        return cast(str, await self.ask(lambda files: files.real_path(path)))

    def read(self, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes from `offset` on."""
        return self.follow(lambda files: files.read(path, offset=offset))

    async def write(self, path: str, mode: WriteMode) -> FileWriter:
        """Begin to write a file."""
        return cast(FileWriter, await self.ask(lambda files: files.write(path, mode)))

    async def make_directory(self, path: str, permissions: int) -> None:
        """Make one directory."""
        await self.ask(lambda files: files.make_directory(path, permissions))

    async def make_link(self, path: str, target: str) -> None:
        """Make a symbolic link."""
        await self.ask(lambda files: files.make_link(path, target))

    async def rename(self, path: str, new: str, *, replaces: bool) -> None:
        """Give it another path."""
        await self.ask(lambda files: files.rename(path, new, replaces=replaces))

    async def remove(self, path: str) -> None:
        """Remove a file or link."""
        await self.ask(lambda files: files.remove(path))

    async def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        await self.ask(lambda files: files.remove_directory(path))

    async def remove_tree(self, path: str) -> tuple[FileFailure, ...]:
        """Remove a directory with all that is in it."""
        return tuple(await self.ask(lambda files: files.remove_tree(path)))

    async def change(
        self, path: str, *, permissions: int | None = None, times: tuple[float, float] | None = None
    ) -> None:
        """Set permissions or times."""
        await self.ask(lambda files: files.change(path, permissions=permissions, times=times))

"""The files of one machine. Implemented by `transport` (this machine; hosts over SFTP) and, for front ends, by the engine's link.

Paths are whole, or relative to the home directory there; undecodable bytes in them are surrogate escapes. Methods raise
PathNotFound and FileError, which name path and host, and HostError when the host itself is gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from jobsh.model.files import FileFailure, FileInfo, WriteMode

BLOCK = 1 << 18
"""Bytes that are read or written at once."""


class FileWriter(Protocol):
    """A file being written, from its beginning or end on."""

    async def write(self, data: bytes) -> None:
        """Write more; returns when it was taken."""

    async def aclose(self) -> None:
        """Finish; raises FileError when it could not be written whole."""


class Files(Protocol):
    """What can be done with the files of a machine, from wherever."""

    async def stat(self, path: str, *, follows: bool = True) -> FileInfo:
        """What stands there; a link itself when not `follows`."""

    def list(self, path: str) -> AsyncIterator[tuple[FileInfo, ...]]:
        """What is in a directory, some at a time, links as links; in no order."""

    async def read_link(self, path: str) -> str:
        """Where a link leads, as it says."""

    async def real_path(self, path: str) -> str:
        """The path without links and `..`."""

    def read(self, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes from `offset` on to the end. Only of files that are none else: nothing here may wait for ever."""

    async def write(self, path: str, mode: WriteMode) -> FileWriter:
        """Begin to write a file; one that is there stays the same file, with its permissions."""

    async def make_directory(self, path: str, permissions: int) -> None:
        """Make one directory; its parent must be there."""

    async def make_link(self, path: str, target: str) -> None:
        """Make a symbolic link."""

    async def rename(self, path: str, new: str, *, replaces: bool) -> None:
        """Give it another path on the same file system; with `replaces` a file that is there goes."""

    async def remove(self, path: str) -> None:
        """Remove a file or link."""

    async def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""

    async def remove_tree(self, path: str) -> tuple[FileFailure, ...]:
        """Remove a directory with all that is in it, and follow no link; what could not be removed."""

    async def change(
        self, path: str, *, permissions: int | None = None, times: tuple[float, float] | None = None
    ) -> None:
        """Set permissions, or (accessed, modified)."""


class OpenFile(Protocol):
    """A file open for reading."""

    async def read(self, offset: int, size: int) -> bytes:
        """The bytes there; fewer only where the file ends. Several may be asked for at once."""

    async def aclose(self) -> None:
        """Close it."""


class NewFile(Protocol):
    """A file that gets its name when it is whole."""

    async def write(self, offset: int, data: bytes) -> None:
        """Write there, in the order of asking; returns when more may be given. A failure may come with a later call."""

    async def take(self, file: OpenFile, offset: int, size: int) -> int | None:
        """Take bytes of another file of the same disk into the same place, without their passing here: how many; None where that
        cannot be done."""

    async def finish(self, name: str, permissions: int, times: tuple[float, float], size: int) -> None:
        """It is whole, `size` bytes: set these and rename it, in its directory, replacing a file that has the name."""

    async def discard(self) -> None:
        """Close it and remove it."""

    async def aclose(self) -> None:
        """Close it where it is: a later copy may go on with it."""


class Disk(Files, Protocol):
    """The files of a machine where they are copied: in the process that holds the connection."""

    @property
    def host(self) -> str:
        """Whose files these are, for messages; empty: this machine's."""

    @property
    def is_lost(self) -> bool:
        """Whether the way to it is gone: another one must be opened."""

    async def within(self, directory: str) -> Disk:
        """The same disk below `directory`: paths are relative, of plain names, and on this machine the kernel is told never to
        follow a link on the way. Close it at the end."""

    async def open(self, path: str) -> OpenFile:
        """Open a file for reading; never through a link as its last part when `within`."""

    async def create(self, path: str, *, keeps: bool) -> NewFile:
        """Begin a file, alone: one that is there is removed first, or with `keeps` opened as it is."""

    async def aclose(self) -> None:
        """Let go of the directory of `within`."""


def plain_parts(path: str) -> tuple[str, ...]:
    """The names in a relative path; raises ValueError for one that could lead elsewhere."""
    parts = tuple(path.split("/")) if path else ()
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise ValueError(path)
    return parts

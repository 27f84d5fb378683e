"""The files of a host over SFTP; implements `ports.files.Disk`. What a host answers is not trusted: names and sizes are checked."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import cast

import asyncssh
from asyncssh.constants import FXF_APPEND, FXF_CREAT, FXF_EXCL, FXF_READ, FXF_TRUNC, FXF_WRITE

from jobsh.errors import FileError, PathNotFound
from jobsh.model.files import FileFailure, FileInfo, FileKind, WriteMode
from jobsh.ports.files import plain_parts
from jobsh.transport.sftp_open_files import Sftp, SftpNewFile, SftpOpenFile, SftpWriter, attributes_of

_Failures = list[FileFailure]

_READ_AHEAD = 8
_FLAGS = {
    WriteMode.REPLACE: FXF_WRITE | FXF_CREAT | FXF_TRUNC,
    WriteMode.APPEND: FXF_WRITE | FXF_CREAT | FXF_APPEND,
    WriteMode.NEW: FXF_WRITE | FXF_CREAT | FXF_EXCL,
}


class SftpDisk:
    """All files of a host, or (`within`) those below one directory."""

    def __init__(self, sftp: Sftp, prefix: str = "", *, is_within: bool = False) -> None:
        self.host = sftp.host
        self._sftp = sftp
        self._client = sftp.client
        self._prefix = prefix
        self._is_within = is_within

    @property
    def is_lost(self) -> bool:
        """Whether its channel is gone."""
        return self._sftp.is_lost

    def _path(self, path: str) -> str:
        if "\0" in path:
            raise FileError.about(self.host, path, "not a path", error_id="NotAPath")
        if not self._is_within:
            return path or "."
        try:
            parts = plain_parts(path)
        except ValueError:
            raise FileError.about(self.host, path, "not a path", error_id="NotAPath") from None
        return "/".join((self._prefix, *parts)) or "/"

    async def within(self, directory: str) -> SftpDisk:
        """The same disk below `directory`."""
        return SftpDisk(self._sftp, self._path(directory).rstrip("/"), is_within=True)

    async def aclose(self) -> None:
        """Nothing is held."""

    # -- looking --

    async def stat(self, path: str, *, follows: bool = True) -> FileInfo:
        """What stands there."""
        whole, ask = self._path(path), self._client.stat if follows and not self._is_within else self._client.lstat
        return _info(path.rstrip("/").rpartition("/")[2], await self._sftp.ask(path, ask(whole)))

    async def list(self, path: str) -> AsyncIterator[tuple[FileInfo, ...]]:
        """What is in a directory."""
        entries = cast("AsyncGenerator[asyncssh.SFTPName, None]", self._client.scandir(self._path(path)))
        found: list[FileInfo] = []
        try:
            while (entry := await self._sftp.ask(path, _next(entries))) is not None:
                if entry.filename not in (".", ".."):
                    found.append(_listed(entry))
                if len(found) == 100:
                    yield tuple(found)
                    found.clear()
            yield tuple(found)
        finally:
            await entries.aclose()

    async def read_link(self, path: str) -> str:
        """Where a link leads."""
        return str(await self._sftp.ask(path, self._client.readlink(self._path(path))))

    async def real_path(self, path: str) -> str:
        """The path without links and `..`."""
        return str(await self._sftp.ask(path, self._client.realpath(self._path(path))))

    # -- contents --

    async def _regular(self, path: str, *, may_lack: bool = False) -> None:
        """A pipe would keep the host's whole SFTP waiting."""
        try:
            info = await self.stat(path)
        except PathNotFound:
            if may_lack:
                return
            raise
        if info.kind is FileKind.DIRECTORY:
            raise FileError.about(self.host, path, "Is a directory", error_id="IsDirectory")
        if info.kind is not FileKind.FILE and path != "/dev/null":
            hint = f"let the host's own programs do it: cat {path}"
            raise FileError.about(self.host, path, "not a regular file", error_id="NotAFile", hint=hint)

    async def read(self, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes from `offset` on, asked for ahead."""
        await self._regular(path)
        file = await self.open(path)
        asked: deque[asyncio.Future[bytes]] = deque()
        try:
            ahead = 1
            while True:
                while len(asked) < ahead:
                    asked.append(asyncio.ensure_future(file.read(offset, self._sftp.block)))
                    offset += self._sftp.block
                data = await asked.popleft()
                if data:
                    yield data
                if len(data) < self._sftp.block:
                    return
                ahead = min(ahead * 2, _READ_AHEAD)
        finally:
            for one in asked:
                one.cancel()
            await file.aclose()

    async def open(self, path: str) -> SftpOpenFile:
        """Open a file for reading."""
        return SftpOpenFile(self._sftp, path, await self._sftp.open(path, self._path(path), FXF_READ))

    async def write(self, path: str, mode: WriteMode) -> SftpWriter:
        """Begin to write a file."""
        if mode is not WriteMode.NEW:
            await self._regular(path, may_lack=True)
        return SftpWriter(self._sftp, path, self._path(path), await self._open_exclusively(path, _FLAGS[mode]))

    async def create(self, path: str, *, keeps: bool) -> SftpNewFile:
        """Begin a file, alone."""
        if not keeps:
            with contextlib.suppress(PathNotFound):
                await self.remove(path)
        flags = FXF_WRITE | FXF_CREAT | (0 if keeps else FXF_EXCL)
        file = await self._open_exclusively(path, flags, 0o600, removes=not keeps)
        return SftpNewFile(self._sftp, path, self._path(path), file)

    async def _open_exclusively(
        self, path: str, flags: int, permissions: int | None = None, *, removes: bool = False
    ) -> asyncssh.SFTPClientFile:
        try:
            return await self._sftp.open(path, self._path(path), flags, permissions, removes=removes)
        except FileError as error:
            if not flags & FXF_EXCL or error.error_id != "FileError":
                raise
            with contextlib.suppress(PathNotFound):
                await self.stat(path, follows=False)
                raise FileError.about(self.host, path, "File exists", error_id="PathExists") from None
            raise

    # -- changing --

    async def make_directory(self, path: str, permissions: int) -> None:
        """Make one directory."""
        try:
            await self._sftp.ask(
                path, self._client.mkdir(self._path(path), asyncssh.SFTPAttrs(permissions=permissions))
            )
        except FileError as error:
            if error.error_id != "FileError":
                raise
            await self.stat(path, follows=False)  # version 3 has one word for all failures
            raise FileError.about(self.host, path, "File exists", error_id="PathExists") from None

    async def make_link(self, path: str, target: str) -> None:
        """Make a symbolic link."""
        await self._sftp.ask(path, self._client.symlink(target, self._path(path)))

    async def rename(self, path: str, new: str, *, replaces: bool) -> None:
        """Give it another path."""
        old, other = self._path(path), self._path(new)
        if not replaces:
            await self._sftp.ask(path, self._client.rename(old, other))
            return
        await self._sftp.replace(old, other, new)

    async def remove(self, path: str) -> None:
        """Remove a file or link."""
        await self._sftp.ask(path, self._client.remove(self._path(path)))

    async def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        try:
            await self._sftp.ask(path, self._client.rmdir(self._path(path)))
        except FileError as error:
            if error.error_id == "FileError" and not await self._is_empty(path):
                raise FileError.about(self.host, path, "Directory not empty", error_id="DirectoryNotEmpty") from None
            raise

    async def _is_empty(self, path: str) -> bool:
        return not [info async for infos in self.list(path) for info in infos]

    async def remove_tree(self, path: str) -> tuple[FileFailure, ...]:
        """Remove a directory with all that is in it, many files at a time."""
        failures: _Failures = []
        await self._remove_below(path, failures)
        return tuple(failures)

    async def _remove_below(self, path: str, failures: _Failures) -> None:
        directories: list[str] = []
        try:
            async for infos in self.list(path):
                paths = {f"{path}/{info.name}": info.kind for info in infos}
                directories += (below for below, kind in paths.items() if kind is FileKind.DIRECTORY)
                files = (below for below, kind in paths.items() if kind is not FileKind.DIRECTORY)
                await asyncio.gather(*(_noting(self.remove(below), failures) for below in files))
        except FileError as error:
            failures.append(_failure(error))
        for directory in directories:
            await self._remove_below(directory, failures)
        await _noting(self.remove_directory(path), failures)

    async def change(
        self, path: str, *, permissions: int | None = None, times: tuple[float, float] | None = None
    ) -> None:
        """Set permissions or times."""
        await self._sftp.ask(path, self._client.setstat(self._path(path), attributes_of(permissions, times)))


async def _next(entries: AsyncIterator[asyncssh.SFTPName]) -> asyncssh.SFTPName | None:
    return await anext(entries, None)


def _listed(entry: asyncssh.SFTPName) -> FileInfo:
    """An entry of a directory; what `ls -l` would say of it names its owner."""
    words = str(entry.longname or "").split(None, 4)
    info = _info(str(entry.filename), entry.attrs)
    return info.replace(user=words[2], group=words[3]) if len(words) == 5 else info


def _info(name: str, attributes: asyncssh.SFTPAttrs) -> FileInfo:
    return FileInfo(
        name,
        attributes.permissions or 0,
        attributes.size or 0,
        float(attributes.mtime or 0),
        float(attributes.atime or 0),
        str(attributes.uid if attributes.uid is not None else ""),
        str(attributes.gid if attributes.gid is not None else ""),
    )


async def _noting(act: Awaitable[None], failures: _Failures) -> None:
    try:
        await act
    except FileError as error:
        failures.append(_failure(error))


def _failure(error: FileError) -> FileFailure:
    return FileFailure(error.target, error.reason, error.error_id)

"""The files of a host over SFTP; implements `ports.files.Disk`. What a host answers is not trusted: names and sizes are checked."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import TypeVar, cast

import asyncssh
from asyncssh.constants import FXF_APPEND, FXF_CREAT, FXF_EXCL, FXF_READ, FXF_TRUNC, FXF_WRITE

from jobsh.errors import FileError, HostError, HostErrorCause, JobshError, PathNotFound
from jobsh.model.files import FileFailure, FileInfo, FileKind, WriteMode
from jobsh.ports.files import BLOCK, plain_parts

log = logging.getLogger("jobsh.transport")

T = TypeVar("T")

_Failures = list[FileFailure]

_MOST_WRITES = 32
"""Blocks on their way of one file: the host answers each one only when it has it."""
_READ_AHEAD = 8
_FLAGS = {
    WriteMode.REPLACE: FXF_WRITE | FXF_CREAT | FXF_TRUNC,
    WriteMode.APPEND: FXF_WRITE | FXF_CREAT | FXF_APPEND,
    WriteMode.NEW: FXF_WRITE | FXF_CREAT | FXF_EXCL,
}
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.ConnectionLost, asyncssh.DisconnectError)
_REASONS: tuple[tuple[type[asyncssh.SFTPError], str, str], ...] = (
    (asyncssh.SFTPPermissionDenied, "Permission denied", "PermissionDenied"),
    (asyncssh.SFTPWriteProtect, "Read-only file system", "ReadOnly"),
    (asyncssh.SFTPFileAlreadyExists, "File exists", "PathExists"),
    (asyncssh.SFTPNoSpaceOnFilesystem, "No space left on device", "DiskFull"),
    (asyncssh.SFTPQuotaExceeded, "Disk quota exceeded", "DiskFull"),
    (asyncssh.SFTPDirNotEmpty, "Directory not empty", "DirectoryNotEmpty"),
    (asyncssh.SFTPNotADirectory, "Not a directory", "NotDirectory"),
    (asyncssh.SFTPFileIsADirectory, "Is a directory", "IsDirectory"),
    (asyncssh.SFTPOpUnsupported, "the host's SFTP cannot do that", "NotSupported"),
)


class SftpDisk:
    """All files of a host, or (`within`) those below one directory."""

    def __init__(self, client: asyncssh.SFTPClient, host: str, prefix: str = "", *, is_within: bool = False) -> None:
        self.host = host
        self._client = client
        self._prefix = prefix
        self._is_within = is_within
        limits = client.limits
        self._block = min(BLOCK, limits.max_read_len, limits.max_write_len)

    def _path(self, path: str) -> str:
        if "\0" in path:
            raise FileError.about(self.host, path, "not a path", error_id="NotAPath")
        if not self._is_within:
            return path or "."
        try:
            parts = plain_parts(path)
        except ValueError:
            raise FileError.about(self.host, path, "not a path", error_id="NotAPath") from None
        return "/".join((self._prefix, *parts))

    async def _ask(self, path: str, answer: Awaitable[T]) -> T:
        try:
            return await answer
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, (asyncio.CancelledError, JobshError)):
                raise
            raise self._error(path, error) from error

    def _error(self, path: str, error: Exception) -> JobshError:
        if isinstance(error, (OSError, *_LOST)):
            return HostError(self.host, HostErrorCause.LINK_LOST, "while files were read or written")
        if isinstance(error, (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)):
            return PathNotFound.about(self.host, path, "No such file or directory")
        for kind, reason, error_id in _REASONS:
            if isinstance(error, kind):
                return FileError.about(self.host, path, reason, error_id=error_id)
        if isinstance(error, asyncssh.SFTPError):
            return FileError.about(self.host, path, f"the host says: {error.reason or error}")
        log.warning("%s: a strange answer about files", self.host, exc_info=error)
        return FileError.about(self.host, path, "the host's answer makes no sense")

    async def within(self, directory: str) -> SftpDisk:
        """The same disk below `directory`."""
        return SftpDisk(self._client, self.host, self._path(directory).rstrip("/"), is_within=True)

    async def aclose(self) -> None:
        """Nothing is held."""

    # -- looking --

    async def stat(self, path: str, *, follows: bool = True) -> FileInfo:
        """What stands there."""
        whole, ask = self._path(path), self._client.stat if follows and not self._is_within else self._client.lstat
        return _info(path.rstrip("/").rpartition("/")[2], await self._ask(path, ask(whole)))

    async def list(self, path: str) -> AsyncIterator[tuple[FileInfo, ...]]:
        """What is in a directory."""
        entries = cast("AsyncGenerator[asyncssh.SFTPName, None]", self._client.scandir(self._path(path)))
        found: list[FileInfo] = []
        try:
            while (entry := await self._ask(path, _next(entries))) is not None:
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
        return str(await self._ask(path, self._client.readlink(self._path(path))))

    async def real_path(self, path: str) -> str:
        """The path without links and `..`."""
        return str(await self._ask(path, self._client.realpath(self._path(path))))

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
                    asked.append(asyncio.ensure_future(file.read(offset, self._block)))
                    offset += self._block
                data = await asked.popleft()
                if data:
                    yield data
                if len(data) < self._block:
                    return
                ahead = min(ahead * 2, _READ_AHEAD)
        finally:
            for one in asked:
                one.cancel()
            await file.aclose()

    async def open(self, path: str) -> _OpenFile:
        """Open a file for reading."""
        return _OpenFile(self, path, await self._open(path, FXF_READ), self._block)

    async def _open(self, path: str, flags: int, permissions: int | None = None) -> asyncssh.SFTPClientFile:
        attributes = asyncssh.SFTPAttrs(permissions=permissions)
        opening = self._client.open(self._path(path), flags, attributes, encoding=None, block_size=0)
        file = await self._ask(path, opening)
        assert isinstance(file, asyncssh.SFTPClientFile)
        return file

    async def write(self, path: str, mode: WriteMode) -> _Writer:
        """Begin to write a file."""
        if mode is not WriteMode.NEW:
            await self._regular(path, may_lack=True)
        return _Writer(self, path, await self._open_exclusively(path, _FLAGS[mode], None), self._block)

    async def create(self, path: str, *, keeps: bool) -> _NewFile:
        """Begin a file, alone."""
        if not keeps:
            with contextlib.suppress(PathNotFound):
                await self.remove(path)
        flags = FXF_WRITE | FXF_CREAT | (0 if keeps else FXF_EXCL)
        return _NewFile(self, path, await self._open_exclusively(path, flags, 0o600), self._block)

    async def _open_exclusively(self, path: str, flags: int, permissions: int | None) -> asyncssh.SFTPClientFile:
        try:
            return await self._open(path, flags, permissions)
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
            await self._ask(path, self._client.mkdir(self._path(path), asyncssh.SFTPAttrs(permissions=permissions)))
        except FileError as error:
            if error.error_id != "FileError":
                raise
            await self.stat(path, follows=False)  # version 3 has one word for all failures
            raise FileError.about(self.host, path, "File exists", error_id="PathExists") from None

    async def make_link(self, path: str, target: str) -> None:
        """Make a symbolic link."""
        await self._ask(path, self._client.symlink(target, self._path(path)))

    async def rename(self, path: str, new: str, *, replaces: bool) -> None:
        """Give it another path."""
        old, other = self._path(path), self._path(new)
        if not replaces:
            await self._ask(path, self._client.rename(old, other))
            return
        try:
            await self._client.posix_rename(old, other)
        except asyncssh.SFTPOpUnsupported:
            with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                await self._ask(new, self._client.remove(other))
            await self._ask(path, self._client.rename(old, other))
        except (asyncssh.Error, OSError) as error:
            raise self._error(new, error) from error

    async def remove(self, path: str) -> None:
        """Remove a file or link."""
        await self._ask(path, self._client.remove(self._path(path)))

    async def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        try:
            await self._ask(path, self._client.rmdir(self._path(path)))
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
        await self._ask(path, self._client.setstat(self._path(path), _attributes(permissions, times)))

    async def _is_full(self, path: str) -> bool:
        """Whether the disk there is: version 3 does not say why a write failed."""
        with contextlib.suppress(asyncssh.Error, OSError, AttributeError):
            return not (await self._client.statvfs(self._path(path).rpartition("/")[0] or ".")).bavail
        return False

    async def written(self, path: str, answer: Awaitable[T]) -> T:
        """The answer to a write; a full disk is called so."""
        try:
            return await self._ask(path, answer)
        except FileError as error:
            if error.error_id == "FileError" and await self._is_full(path):
                raise FileError.about(self.host, path, "No space left on device", error_id="DiskFull") from None
            raise


class _OpenFile:
    """A file open for reading."""

    def __init__(self, disk: SftpDisk, path: str, file: asyncssh.SFTPClientFile, block: int) -> None:
        self._disk = disk
        self._path = path
        self._file = file
        self._block = block

    async def read(self, offset: int, size: int) -> bytes:
        """The bytes there, and not one more, whatever the host sends."""
        data = b""
        while len(data) < size:
            wanted = min(size - len(data), self._block)
            more = await self._disk._ask(self._path, self._file.read(wanted, offset + len(data)))
            if not more:
                break
            data += cast(bytes, more)[:wanted]
        return data

    async def aclose(self) -> None:
        """Close it."""
        await _close(self._file)


class _Blocks:
    """Blocks of a file on their way to the host, in order."""

    def __init__(self, disk: SftpDisk, path: str, file: asyncssh.SFTPClientFile, block: int) -> None:
        self._disk = disk
        self._path = path
        self._file = file
        self._block = block
        self._sent: deque[asyncio.Future[int]] = deque()

    async def _send(self, offset: int, data: bytes) -> None:
        for start in range(0, len(data), self._block):
            piece = data if len(data) <= self._block else data[start : start + self._block]
            self._sent.append(asyncio.ensure_future(self._file.write(piece, offset + start)))
            while len(self._sent) > _MOST_WRITES:
                await self._disk.written(self._path, self._sent.popleft())

    async def _arrived(self) -> None:
        while self._sent:
            await self._disk.written(self._path, self._sent.popleft())

    async def _forget(self) -> None:
        await asyncio.sleep(0)  # what was given is sent by then; nobody waits for the answers
        for sent in self._sent:
            sent.cancel()
        await asyncio.gather(*self._sent, return_exceptions=True)
        self._sent.clear()
        await _close(self._file)


class _Writer(_Blocks):
    """A file being written from where it was opened on."""

    _offset = 0

    async def write(self, data: bytes) -> None:
        """Send bytes; the host puts those of an appending file at its end."""
        await self._send(self._offset, data)
        self._offset += len(data)

    async def aclose(self) -> None:
        """Wait until the host has all of it."""
        try:
            await self._arrived()
        finally:
            await self._forget()


class _NewFile(_Blocks):
    """A file that gets its name when it is whole."""

    async def write(self, offset: int, data: bytes) -> None:
        """Send bytes."""
        await self._send(offset, data)

    async def finish(self, name: str, permissions: int, times: tuple[float, float], size: int) -> None:
        """It is whole."""
        await self._arrived()
        attributes = _attributes(permissions, times)
        attributes.size = size
        await self._disk._ask(self._path, self._file.setstat(attributes))
        await self._disk.written(self._path, self._file.close())
        directory, slash, _ = self._path.rpartition("/")
        await self._disk.rename(self._path, directory + slash + name, replaces=True)

    async def discard(self) -> None:
        """Close it and remove it."""
        await self._forget()
        with contextlib.suppress(JobshError):
            await self._disk.remove(self._path)

    async def aclose(self) -> None:
        """Close it where it is."""
        await self._forget()


async def _noting(act: Awaitable[None], failures: _Failures) -> None:
    try:
        await act
    except FileError as error:
        failures.append(_failure(error))


def _failure(error: FileError) -> FileFailure:
    return FileFailure(error.target, error.reason, error.error_id)


async def _close(file: asyncssh.SFTPClientFile) -> None:
    with contextlib.suppress(asyncssh.Error, OSError):
        await file.close()


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


def _attributes(permissions: int | None, times: tuple[float, float] | None) -> asyncssh.SFTPAttrs:
    attributes = asyncssh.SFTPAttrs(permissions=permissions)
    if times is not None:
        attributes.atime, attributes.mtime = (max(0, min(int(at), 0xFFFFFFFF)) for at in times)
    return attributes

"""One SFTP channel of a host and the files open over it: what its errors mean, and how much is on its way. Lists nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable
from typing import TypeVar, cast

import asyncssh
from asyncssh.sftp import MIN_SFTP_VERSION, start_sftp_client

from jobsh.errors import FileError, HostError, HostErrorCause, JobshError, PathNotFound
from jobsh.ports.files import BLOCK

log = logging.getLogger("jobsh.transport")

T = TypeVar("T")

_MOST_WRITES = 64
"""Blocks on their way, of all files: the host answers each one only when it has it."""
_MOST_OF_ONE = 32
_WINDOW = 16 << 20
"""Bytes that a host may send before it hears that some were taken."""
_LONGEST_WAIT_FOR_OPENED = 2.0
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


class _UnsupportedError(JobshError):
    """The host's SFTP does not know the request."""


async def _unless_unsupported(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except asyncssh.SFTPOpUnsupported as error:
        raise _UnsupportedError(str(error)) from error


async def open_sftp(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    """Open the channel; asyncssh's own way has a window that a fast and long way would outrun."""
    writer, reader, _ = await connection.open_session(subsystem="sftp", encoding=None, window=_WINDOW)
    loop = asyncio.get_running_loop()
    return await start_sftp_client(
        connection, loop, "replace", reader, writer, "utf-8", "surrogateescape", MIN_SFTP_VERSION
    )


class Sftp:
    """The channel, shared by all that use the host's files."""

    def __init__(self, client: asyncssh.SFTPClient, host: str) -> None:
        self.client = client
        self.host = host
        self.block = min(BLOCK, client.limits.max_read_len, client.limits.max_write_len)
        self.writes = 0
        """Blocks on their way."""
        self.is_lost = False

    async def ask(self, path: str, answer: Awaitable[T]) -> T:
        """The answer; an error about `path` where there is none."""
        try:
            return await answer
        except (asyncio.CancelledError, JobshError):
            raise
        except Exception as error:
            raise self._error(path, error) from error

    def _error(self, path: str, error: Exception) -> JobshError:
        if isinstance(error, (OSError, *_LOST)):
            self.is_lost = True
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

    async def written(self, path: str, whole: str, answer: Awaitable[T]) -> T:
        """The answer to a write; a full disk is called so."""
        try:
            return await self.ask(path, answer)
        except FileError as error:
            if error.error_id == "FileError" and await self._is_full(whole):
                raise FileError.about(self.host, path, "No space left on device", error_id="DiskFull") from None
            raise

    async def _is_full(self, whole: str) -> bool:
        """Whether the disk there is: version 3 does not say why a write failed."""
        with contextlib.suppress(asyncssh.Error, OSError, AttributeError):
            return not (await self.client.statvfs(whole.rpartition("/")[0] or "/")).bavail
        return False

    async def replace(self, old: str, new: str, path: str) -> None:
        """Rename; a file that has the name goes."""
        try:
            await self.ask(path, _unless_unsupported(self.client.posix_rename(old, new)))
        except _UnsupportedError:
            with contextlib.suppress(PathNotFound):
                await self.ask(path, self.client.remove(new))
            await self.ask(path, self.client.rename(old, new))

    async def open(
        self, path: str, whole: str, flags: int, permissions: int | None = None, *, removes: bool = False
    ) -> asyncssh.SFTPClientFile:
        """Open a file. Cancelled, it waits a moment for the host, closes the file and with `removes` removes it."""
        attributes = asyncssh.SFTPAttrs(permissions=permissions)
        opening = asyncio.ensure_future(self.client.open(whole, flags, attributes, encoding=None, block_size=0))
        try:
            return cast(asyncssh.SFTPClientFile, await self.ask(path, asyncio.shield(opening)))
        except asyncio.CancelledError:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({opening}, timeout=_LONGEST_WAIT_FOR_OPENED)
            if opening.done() and not opening.cancelled() and opening.exception() is None:
                await close(opening.result())
                with contextlib.suppress(JobshError):
                    await self.ask(path, self.client.remove(whole)) if removes else None
            raise


class SftpOpenFile:
    """A file open for reading."""

    def __init__(self, sftp: Sftp, path: str, file: asyncssh.SFTPClientFile) -> None:
        self._sftp = sftp
        self._path = path
        self._file = file

    @property
    def file(self) -> asyncssh.SFTPClientFile:
        """The open file."""
        return self._file

    def is_over(self, sftp: Sftp) -> bool:
        """Whether it is open over this channel."""
        return sftp is self._sftp

    async def read(self, offset: int, size: int) -> bytes:
        """The bytes there, and not one more, whatever the host sends."""
        data = b""
        while len(data) < size:
            wanted = min(size - len(data), self._sftp.block)
            more = await self._sftp.ask(self._path, self._file.read(wanted, offset + len(data)))
            if not more:
                break
            data += cast(bytes, more)[:wanted]
        return data

    async def aclose(self) -> None:
        """Close it."""
        await close(self._file)


class _Blocks:
    """Blocks of a file on their way to the host, in order."""

    def __init__(self, sftp: Sftp, path: str, whole: str, file: asyncssh.SFTPClientFile) -> None:
        self._sftp = sftp
        self._path = path
        self._whole = whole
        self._file = file
        self._sent: deque[asyncio.Future[int]] = deque()

    async def _send(self, offset: int, data: bytes) -> None:
        for start in range(0, len(data), self._sftp.block):
            piece = data if len(data) <= self._sftp.block else data[start : start + self._sftp.block]
            self._sent.append(asyncio.ensure_future(self._file.write(piece, offset + start)))
            self._sftp.writes += 1
            while len(self._sent) > (_MOST_OF_ONE if self._sftp.writes <= _MOST_WRITES else 1):
                await self._next_arrived()

    async def _next_arrived(self) -> None:
        first = self._sent[0]
        try:
            await self._sftp.written(self._path, self._whole, first)
        finally:
            if first.done():
                self._sent.popleft()
                self._sftp.writes -= 1

    async def _arrived(self) -> None:
        while self._sent:
            await self._next_arrived()

    async def _forget(self) -> None:
        await asyncio.sleep(0)  # what was given is sent by then; nobody waits for the answers
        for sent in self._sent:
            sent.cancel()
        await asyncio.gather(*self._sent, return_exceptions=True)
        self._sftp.writes -= len(self._sent)
        self._sent.clear()
        await close(self._file)


class SftpWriter(_Blocks):
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


class SftpNewFile(_Blocks):
    """A file that gets its name when it is whole."""

    async def write(self, offset: int, data: bytes) -> None:
        """Send bytes."""
        await self._send(offset, data)

    async def take(self, file: object, offset: int, size: int) -> int | None:
        """Let the host copy."""
        if not (isinstance(file, SftpOpenFile) and file.is_over(self._sftp) and self._sftp.client.supports_remote_copy):
            return None
        copying = self._sftp.client.remote_copy(file.file, self._file, offset, size, offset)
        await self._sftp.written(self._path, self._whole, copying)
        there = (await self._sftp.ask(self._path, self._file.stat())).size or 0
        return max(0, min(size, there - offset))

    async def finish(self, name: str, permissions: int, times: tuple[float, float], size: int) -> None:
        """It is whole."""
        await self._arrived()
        attributes = attributes_of(permissions, times)
        attributes.size = size
        await self._sftp.ask(self._path, self._file.setstat(attributes))
        await self._sftp.written(self._path, self._whole, self._file.close())
        directory, slash, _ = self._whole.rpartition("/")
        await self._sftp.replace(self._whole, directory + slash + name, self._path)

    async def discard(self) -> None:
        """Close it and remove it."""
        await self._forget()
        with contextlib.suppress(JobshError):
            await self._sftp.ask(self._path, self._sftp.client.remove(self._whole))

    async def aclose(self) -> None:
        """Close it where it is."""
        await self._forget()


async def close(file: asyncssh.SFTPClientFile) -> None:
    """Close a file; a host that is gone has closed it."""
    with contextlib.suppress(asyncssh.Error, OSError):
        await file.close()


def attributes_of(permissions: int | None, times: tuple[float, float] | None) -> asyncssh.SFTPAttrs:
    """Attributes to be set."""
    attributes = asyncssh.SFTPAttrs(permissions=permissions)
    if times is not None:
        attributes.atime, attributes.mtime = (max(0, min(int(at), 0xFFFFFFFF)) for at in times)
    return attributes

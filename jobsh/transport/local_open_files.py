"""Open files of this machine, and how calls reach the disk: in a thread where others use the loop. Knows no paths but for messages."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from jobsh.errors import FileError, PathNotFound

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")

_IDS = {
    errno.EACCES: "PermissionDenied",
    errno.EPERM: "PermissionDenied",
    errno.EEXIST: "PathExists",
    errno.ENOTEMPTY: "DirectoryNotEmpty",
    errno.ENOSPC: "DiskFull",
    errno.EDQUOT: "DiskFull",
    errno.EROFS: "ReadOnly",
    errno.EISDIR: "IsDirectory",
    errno.ENOTDIR: "NotDirectory",
}


def file_error(host: str, path: str, error: OSError | ValueError) -> FileError:
    """What the system says, as an error of ours."""
    if isinstance(error, ValueError):
        return FileError.about(host, path, "not a path", error_id="NotAPath")
    if error.errno == errno.ELOOP:
        return FileError.about(host, path, "a link stands in the way", error_id="LinkInTheWay")
    kind = PathNotFound if error.errno == errno.ENOENT else FileError
    return kind.about(host, path, error.strerror or str(error), error_id=_IDS.get(error.errno or 0, ""))


_MOST_THREADS = 8


@cache
def _threads() -> ThreadPoolExecutor:
    """Threads of our own: a disk that hangs must not keep those that others wait for."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(_MOST_THREADS, "disk")


class Call:
    """Makes calls that use the disk."""

    def __init__(self, host: str, *, in_threads: bool) -> None:
        self.host = host
        self.in_threads = in_threads

    async def __call__(
        self, path: str, act: Callable[..., T], *arguments: object, undo: Callable[[T], object] | None = None
    ) -> T:
        """What `act` gives. Cancelled, it waits all the same: a thread must not use a descriptor that was closed meanwhile; `undo`
        takes what nobody gets then."""
        try:
            return await self._in_thread(act, arguments, undo) if self.in_threads else act(*arguments)
        except (OSError, ValueError) as error:
            raise file_error(self.host, path, error) from None

    async def _in_thread(
        self, act: Callable[..., T], arguments: tuple[object, ...], undo: Callable[[T], object] | None
    ) -> T:
        running = asyncio.get_running_loop().run_in_executor(_threads(), partial(act, *arguments))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({running})
            if undo is not None and running.exception() is None:
                undo(running.result())
            raise


class LocalOpenFile:
    """A file open for reading."""

    def __init__(self, call: Call, path: str, file: int) -> None:
        self._call = call
        self._path = path
        self._file = file

    @property
    def file(self) -> int:
        """The descriptor."""
        return self._file

    async def read(self, offset: int, size: int) -> bytes:
        """The bytes there."""
        return await self._call(self._path, _read, self._file, offset, size)

    async def aclose(self) -> None:
        """Close it."""
        os.close(self._file)


class LocalWriter:
    """A file being written from where it was opened on."""

    def __init__(self, call: Call, path: str, file: int) -> None:
        self._call = call
        self._path = path
        self._file = file

    async def write(self, data: bytes) -> None:
        """Write all of it."""
        await self._call(self._path, _write, self._file, data)

    async def aclose(self) -> None:
        """Close it."""
        await self._call(self._path, os.close, self._file)


class LocalNewFile:
    """A file that gets its name when it is whole."""

    def __init__(self, call: Call, path: str, name: str, file: int, directory: int | None) -> None:
        self._call = call
        self._path = path
        self._name = name
        self._file = file
        self._directory = directory

    async def write(self, offset: int, data: bytes) -> None:
        """Write there."""
        await self._call(self._path, _write_at, self._file, offset, data)

    async def take(self, file: object, offset: int, size: int) -> int | None:
        """Let the kernel copy, or share what the two have in common."""
        if not isinstance(file, LocalOpenFile):
            return None
        return await self._call(self._path, _copy_range, file.file, self._file, size, offset)

    async def finish(self, name: str, permissions: int, times: tuple[float, float], size: int) -> None:
        """It is whole."""
        await self._call(self._path, self._finish, name, permissions, times, size)

    def _finish(self, name: str, permissions: int, times: tuple[float, float], size: int) -> None:
        os.ftruncate(self._file, size)
        set_attributes(self._file, permissions, times)
        directory = self._directory
        target = name if directory is not None else os.path.join(os.path.dirname(self._path), name)
        os.rename(self._name, target, src_dir_fd=directory, dst_dir_fd=directory)
        self.close()

    async def discard(self) -> None:
        """Close it and remove it."""
        await self._call(self._path, self.remove)

    def remove(self) -> None:
        """Remove and close it, at once."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._directory)
        self.close()

    async def aclose(self) -> None:
        """Close it where it is."""
        self.close()

    def close(self) -> None:
        """Close it at once."""
        for descriptor in (self._file, self._directory):
            if descriptor is not None and descriptor >= 0:
                os.close(descriptor)
        self._file, self._directory = -1, None


def set_attributes(file: int, permissions: int | None, times: tuple[float, float] | None) -> None:
    """Set what is given of an open file."""
    if permissions is not None:
        os.fchmod(file, permissions)
    if times is not None:
        os.utime(file, times)


def _copy_range(source: int, target: int, size: int, offset: int) -> int | None:
    copy = getattr(os, "copy_file_range", None)  # Linux has it
    try:
        return None if copy is None else int(copy(source, target, size, offset, offset))
    except OSError as error:
        if error.errno in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF):
            return None  # not between these two
        raise


def _read(file: int, offset: int, size: int) -> bytes:
    try:
        data = os.pread(file, size, offset)
    except OSError as error:
        if error.errno != errno.ESPIPE:
            raise
        return os.read(file, size)  # a device has no places
    while 0 < len(data) < size and (more := os.pread(file, size - len(data), offset + len(data))):
        data += more
    return data


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _write_at(file: int, offset: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, offset)
        view, offset = view[written:], offset + written

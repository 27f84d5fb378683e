"""The files of this machine; implements `ports.files.Disk`. Below a directory every step is an `openat` that follows no link."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

from jobsh.model.files import FileFailure, FileInfo, WriteMode
from jobsh.ports.files import BLOCK, plain_parts
from jobsh.transport.local_entries import Entries, info_of, next_infos
from jobsh.transport.local_open_files import Call, LocalNewFile, LocalOpenFile, LocalWriter, file_error, set_attributes

_Failures = list[FileFailure]

_STEP = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_QUIET = os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
_FLAGS = {
    WriteMode.REPLACE: os.O_CREAT | os.O_TRUNC,
    WriteMode.APPEND: os.O_CREAT | os.O_APPEND,
    WriteMode.NEW: os.O_CREAT | os.O_EXCL,
}


class LocalDisk:
    """All files of this machine, or (`within`) those below one directory."""

    def __init__(
        self, *, in_threads: bool = True, umask: int | None = None, root: int | None = None, host: str = ""
    ) -> None:
        """`in_threads`: in a loop that others use. It must not wait for a slow disk, and opens nothing that could wait for ever; a
        front end that does nothing else may do both."""
        self.host = host
        self._call = Call(host, in_threads=in_threads)
        self._umask = umask
        self._root = root

    @property
    def is_lost(self) -> bool:
        """Never: nothing is between."""
        return False

    @contextlib.contextmanager
    def _at(self, path: str) -> Iterator[tuple[str, int | None]]:
        """(name, descriptor of its directory) to be used at once."""
        if self._root is None:
            yield path, None
            return
        *steps, name = plain_parts(path) or (".",)
        directory = os.dup(self._root)
        try:
            for step in steps:
                below = os.open(step, _STEP, dir_fd=directory)
                os.close(directory)
                directory = below
            yield name, directory
        finally:
            os.close(directory)

    @property
    def _follows(self) -> bool:
        return self._root is None

    async def within(self, directory: str) -> LocalDisk:
        """The same disk below `directory`."""
        root = await self._call(directory, self._open_directory, directory, undo=os.close)
        return LocalDisk(in_threads=self._call.in_threads, umask=self._umask, root=root, host=self.host)

    def _open_directory(self, path: str) -> int:
        with self._at(path) as (name, directory):
            follow = 0 if self._follows else os.O_NOFOLLOW
            return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | follow, dir_fd=directory)

    async def aclose(self) -> None:
        """Let go of the directory."""
        if self._root is not None:
            os.close(self._root)

    # -- looking --

    async def stat(self, path: str, *, follows: bool = True) -> FileInfo:
        """What stands there."""
        return await self._call(path, self._stat, path, follows and self._follows)

    def _stat(self, path: str, follows: bool) -> FileInfo:
        with self._at(path) as (name, directory):
            return info_of(os.path.basename(path.rstrip("/")), os.stat(name, dir_fd=directory, follow_symlinks=follows))

    async def list(self, path: str) -> AsyncIterator[tuple[FileInfo, ...]]:
        """What is in a directory."""
        entries = await self._call(path, self._scan, path, undo=Entries.close)
        try:
            while infos := await self._call(path, next_infos, entries):
                yield tuple(info for info in infos if info.name)
        finally:
            entries.close()

    def _scan(self, path: str) -> Entries:
        return Entries(self._open_directory(path))

    async def read_link(self, path: str) -> str:
        """Where a link leads."""
        return await self._call(path, self._read_link, path)

    def _read_link(self, path: str) -> str:
        with self._at(path) as (name, directory):
            return os.readlink(name, dir_fd=directory)

    async def real_path(self, path: str) -> str:
        """The path without links and `..`."""
        return await self._call(path, partial(os.path.realpath, strict=True), path)

    # -- contents --

    async def read(self, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes from `offset` on."""
        file = await self.open(path)
        try:
            while data := await file.read(offset, BLOCK):
                yield data
                offset += len(data)
        finally:
            await file.aclose()

    async def open(self, path: str) -> LocalOpenFile:
        """Open a file for reading."""
        file = await self._call(path, self._open, path, os.O_RDONLY, undo=os.close)
        return LocalOpenFile(self._call, path, file)

    def _open(self, path: str, flags: int) -> int:
        flags |= os.O_CLOEXEC | (_QUIET if self._call.in_threads else 0) | (0 if self._follows else os.O_NOFOLLOW)
        with self._at(path) as (name, directory):
            file = os.open(name, flags, 0o666 & ~(self._umask or 0), dir_fd=directory)
        try:
            _refuse_what_waits(os.fstat(file), all_files=not self._call.in_threads)
        except BaseException:
            os.close(file)
            raise
        return file

    async def write(self, path: str, mode: WriteMode) -> LocalWriter:
        """Begin to write a file."""
        file = await self._call(path, self._open, path, os.O_WRONLY | _FLAGS[mode], undo=os.close)
        return LocalWriter(self._call, path, file)

    async def create(self, path: str, *, keeps: bool) -> LocalNewFile:
        """Begin a file, alone."""
        return await self._call(
            path, self._create, path, keeps, undo=LocalNewFile.remove if not keeps else LocalNewFile.close
        )

    def _create(self, path: str, keeps: bool) -> LocalNewFile:
        with self._at(path) as (name, directory):
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | _QUIET
            if not keeps:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=directory)
                flags |= os.O_EXCL
            file = os.open(name, flags, 0o600, dir_fd=directory)
            try:
                _refuse_what_is_shared(os.fstat(file))
                kept = os.dup(directory) if directory is not None else None
            except BaseException:
                os.close(file)
                raise
        return LocalNewFile(self._call, path, name, file, kept)

    # -- changing --

    async def make_directory(self, path: str, permissions: int) -> None:
        """Make one directory."""
        await self._call(path, self._make_directory, path, permissions & ~(self._umask or 0))

    def _make_directory(self, path: str, permissions: int) -> None:
        with self._at(path) as (name, directory):
            os.mkdir(name, permissions, dir_fd=directory)

    async def make_link(self, path: str, target: str) -> None:
        """Make a symbolic link."""
        await self._call(path, self._make_link, path, target)

    def _make_link(self, path: str, target: str) -> None:
        with self._at(path) as (name, directory):
            os.symlink(target, name, dir_fd=directory)

    async def rename(self, path: str, new: str, *, replaces: bool) -> None:
        """Give it another path."""
        await self._call(path, self._rename, path, new, replaces)

    def _rename(self, path: str, new: str, replaces: bool) -> None:
        with self._at(path) as (name, directory), self._at(new) as (other, other_directory):
            if not replaces and _is_there(other, other_directory):
                raise FileExistsError(errno.EEXIST, f"{new} is there already")
            os.rename(name, other, src_dir_fd=directory, dst_dir_fd=other_directory)

    async def remove(self, path: str) -> None:
        """Remove a file or link."""
        await self._call(path, self._remove, path, os.unlink)

    async def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        await self._call(path, self._remove, path, os.rmdir)

    def _remove(self, path: str, how: Callable[..., None]) -> None:
        with self._at(path) as (name, directory):
            how(name, dir_fd=directory)

    async def remove_tree(self, path: str) -> tuple[FileFailure, ...]:
        """Remove a directory with all that is in it."""
        return await self._call(path, self._remove_tree, path)

    def _remove_tree(self, path: str) -> tuple[FileFailure, ...]:
        from shutil import rmtree  # it goes by descriptors: no link is followed, not even one put there meanwhile

        failures: _Failures = []

        def failed(_: object, at: str, raised: Any) -> None:
            error = raised[1] if isinstance(raised, tuple) else raised
            said = file_error(self.host, os.path.join(path, at), error)
            failures.append(FileFailure(said.target, said.reason, said.error_id))

        heard: dict[str, Any] = {"onexc" if sys.version_info >= (3, 12) else "onerror": failed}
        with self._at(path) as (name, directory):
            rmtree(name, dir_fd=directory, **heard)
        return tuple(failures)

    async def change(
        self, path: str, *, permissions: int | None = None, times: tuple[float, float] | None = None
    ) -> None:
        """Set permissions or times."""
        await self._call(path, self._change, path, permissions, times)

    def _change(self, path: str, permissions: int | None, times: tuple[float, float] | None) -> None:
        if self._follows:
            if permissions is not None:
                os.chmod(path, permissions)
            if times is not None:
                os.utime(path, times)
            return
        with self._at(path) as (name, directory):
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | _QUIET, dir_fd=directory)
        try:
            set_attributes(file, permissions, times)
        finally:
            os.close(file)


def _refuse_what_waits(found: os.stat_result, *, all_files: bool = False) -> None:
    """Pipes and terminals could keep us for ever; /dev/null and its like cannot."""
    kind = found.st_mode
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if all_files:
        return
    if stat.S_ISCHR(kind) and os.major(found.st_rdev) == 1:
        return
    if not stat.S_ISREG(kind):
        raise OSError(errno.EINVAL, "not a regular file")


def _refuse_what_is_shared(found: os.stat_result) -> None:
    """What somebody else put there, or reads under another name, is not ours to go on with."""
    _refuse_what_waits(found)
    if found.st_nlink != 1 or found.st_uid != os.geteuid():
        raise FileExistsError(errno.EEXIST, "another file has the name for what is not whole yet")


def _is_there(name: str, directory: int | None) -> bool:
    try:
        os.stat(name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True

"""Files and trees from one machine to another, many at once: never outside the named folder, whatever the other side answers."""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobsh.engine.file_copy import FileCopy, is_same
from jobsh.engine.one_copy import Listener, Names, OneCopy
from jobsh.engine.tree_walk import TreeWalk
from jobsh.errors import FileError, HostError, JobshError, PathNotFound
from jobsh.model.files import CopyRequest, FileInfo, FileKind
from jobsh.ports.files import Disk


class TreeCopy:
    """Copies from one disk to another as one request says."""

    def __init__(self, source: Disk, target: Disk, request: CopyRequest, listener: Listener) -> None:
        self._source = source
        self._target = target
        self._request = request
        self._listener = listener
        self._files = FileCopy(source, target, resumes=request.resumes, told=listener.moved)

    async def copy(self, path: str, destination: str, *, makes: bool) -> None:
        """Copy one named file or tree into the directory at `destination`, or to that name. `makes`: it is to be a directory."""
        info = await self._source.stat(path)
        name = posixpath.basename(path.rstrip("/")) or "root"
        if name in (".", ".."):
            name = posixpath.basename(await self._source.real_path(path)) or "root"
        into, goal = await self._goal(destination, name, info, makes=makes)
        if info.kind is FileKind.DIRECTORY:
            await self._refuse_itself(path, posixpath.join(into, goal))
        async with _below(self._target, into) as target:
            whole = Names(path, posixpath.join(into, goal))
            if info.kind is FileKind.DIRECTORY and self._request.flattens:
                async with _below(self._target, posixpath.join(into, goal)) as flat:
                    await self._tree(path, flat, "", whole)
            elif info.kind is FileKind.DIRECTORY:
                await self._tree(path, target, goal, whole)
            else:
                self._listener.found(1, info.size)
                there = await _there(target, goal)
                await self._file(OneCopy(self._source, path, info, target, goal, there, whole))

    async def _goal(self, destination: str, name: str, info: FileInfo, *, makes: bool) -> tuple[str, str]:
        """(directory that is there, name in it)."""
        try:
            found = await self._target.stat(destination)
        except PathNotFound:
            found = None
        is_tree, flattens = info.kind is FileKind.DIRECTORY, self._request.flattens
        if found is not None and found.kind is FileKind.DIRECTORY:
            return destination, "" if flattens and is_tree else name
        if makes or flattens or (destination.endswith("/") and not is_tree) or (found is not None and is_tree):
            await must_be_directory(self._target, destination)
        directory, _, goal = destination.rstrip("/").rpartition("/")
        return directory or ("/" if destination.startswith("/") else ""), goal

    async def _refuse_itself(self, path: str, goal: str) -> None:
        if self._source is not self._target:
            return
        source = await self._source.real_path(path)
        directory = await self._target.real_path(posixpath.dirname(goal) or ".")
        if f"{posixpath.join(directory, posixpath.basename(goal))}/".startswith(f"{source}/"):
            raise FileError.about(
                self._target.host, goal, "a directory cannot be copied into itself", error_id="CopyIntoItself"
            )

    # -- trees --

    async def _tree(self, path: str, target: Disk, goal: str, whole: Names) -> None:
        async with _below(self._source, path) as source:
            tree = TreeWalk(self._request, self._listener, self._file, source, target, goal, whole)
            await tree.make("", (await source.stat("")))
            if self._request.recurses or self._request.flattens:
                await tree.copy()

    # -- files --

    async def _file(self, one: OneCopy) -> None:
        """Copy one file; what goes wrong with it is told, unless its host is gone."""
        try:
            await self._copy_file(one)
        except HostError:
            raise
        except JobshError as error:
            await self._listener.failed(one.named(error))
        else:
            if self._request.tells_each:
                await self._listener.arrived(one.whole.arrived(one.info, self._target.host))
        self._listener.done()

    async def _copy_file(self, one: OneCopy) -> None:
        if one.info.kind is not FileKind.FILE:
            raise FileError.about(
                self._source.host, one.whole.source, "not a regular file, so not copied", error_id="NotAFile"
            )
        there = one.there
        if there is not None:
            if self._request.resumes and is_same(one.info, there):
                self._listener.moved(one.info.size)
                return
            self._refuse_to_replace(there, one)
        await self._files.copy(one.source, one.path, one.info, one.target, one.goal, one.whole.source)

    def _refuse_to_replace(self, there: FileInfo, one: OneCopy) -> None:
        host, goal = self._target.host, one.whole.target
        if there.kind is FileKind.DIRECTORY:
            raise FileError.about(host, goal, "is a directory", error_id="IsDirectory")
        if there.kind is FileKind.OTHER:
            raise FileError.about(host, goal, "is not a regular file", error_id="NotAFile")
        if there.kind is FileKind.FILE and not there.mode & 0o222 and not self._request.forces:
            raise FileError.about(host, goal, "is read-only", error_id="ReadOnly", hint="-Force replaces it")
        if self._source is self._target and one.whole.source == goal:
            raise FileError.about(host, goal, "a file cannot be copied onto itself", error_id="CopyOntoItself")


async def must_be_directory(disk: Disk, path: str) -> None:
    """Refuse a destination that several things cannot go into."""
    try:
        info = await disk.stat(path)
    except PathNotFound:
        hint = "New-Item -ItemType Directory makes it"
        raise PathNotFound.about(disk.host, path, "there is no such directory", hint=hint) from None
    if info.kind is not FileKind.DIRECTORY:
        what = "is a file, not a directory"
        raise FileError.about(disk.host, path, what, error_id="CopyDirectoryInfoItemIOError")


@asynccontextmanager
async def _below(disk: Disk, directory: str) -> AsyncIterator[Disk]:
    within = await disk.within(directory)
    try:
        yield within
    finally:
        await within.aclose()


async def _there(disk: Disk, path: str) -> FileInfo | None:
    try:
        return await disk.stat(path, follows=False)
    except PathNotFound:
        return None

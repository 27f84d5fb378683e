"""Files and trees from one machine to another, many at once: never outside the named folder, whatever the other side answers."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol

from jobsh.engine.file_copy import FileCopy, is_same
from jobsh.errors import FileError, HostError, JobshError, PathNotFound
from jobsh.model.files import CopyRequest, FileInfo, FileItem, FileKind
from jobsh.model.queries import matches
from jobsh.ports.files import Disk

MOST_FILES = 32
"""At once, from one machine to another."""
_WALKERS = 4
_DEEPEST = 200


class Listener(Protocol):
    """Who hears how a copy goes."""

    def found(self, files: int, bytes: int) -> None:
        """So much more is to be copied."""

    def moved(self, bytes: int) -> None:
        """So many bytes more arrived."""

    def done(self) -> None:
        """One of the files that were found is whole, or failed."""

    async def arrived(self, item: FileItem) -> None:
        """A file or directory is whole."""

    async def failed(self, error: JobshError) -> None:
        """Something could not be copied; the rest goes on."""


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
            whole = _Names(path, posixpath.join(into, goal))
            if info.kind is FileKind.DIRECTORY and self._request.flattens:
                async with _below(self._target, posixpath.join(into, goal)) as flat:
                    await self._tree(path, flat, "", whole)
            elif info.kind is FileKind.DIRECTORY:
                await self._tree(path, target, goal, whole)
            else:
                self._listener.found(1, info.size)
                there = await _there(target, goal)
                await self._file(_One(self._source, path, info, target, goal, there, whole))

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

    async def _tree(self, path: str, target: Disk, goal: str, whole: _Names) -> None:
        async with _below(self._source, path) as source:
            tree = _Tree(self, source, target, goal, whole)
            await tree.make("", (await source.stat("")))
            if self._request.recurses or self._request.flattens:
                await tree.copy()

    # -- files --

    async def _file(self, one: _One) -> None:
        """Copy one file; what goes wrong with it is told, unless its host is gone."""
        try:
            await self._copy_file(one)
        except HostError:
            raise
        except JobshError as error:
            await self._listener.failed(one.named(error, self._source, self._target))
        else:
            if self._request.tells_each:
                await self._listener.arrived(one.whole.arrived(one.info, self._target.host))
        self._listener.done()

    async def _copy_file(self, one: _One) -> None:
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

    def _refuse_to_replace(self, there: FileInfo, one: _One) -> None:
        host, goal = self._target.host, one.whole.target
        if there.kind is FileKind.DIRECTORY:
            raise FileError.about(host, goal, "is a directory", error_id="IsDirectory")
        if there.kind is FileKind.OTHER:
            raise FileError.about(host, goal, "is not a regular file", error_id="NotAFile")
        if there.kind is FileKind.FILE and not there.mode & 0o222 and not self._request.forces:
            raise FileError.about(host, goal, "is read-only", error_id="ReadOnly", hint="-Force replaces it")
        if self._source is self._target and one.whole.source == goal:
            raise FileError.about(host, goal, "a file cannot be copied onto itself", error_id="CopyOntoItself")


class _Names:
    """The same thing's whole paths on both sides."""

    def __init__(self, source: str, target: str) -> None:
        self.source = source
        self.target = target

    def arrived(self, info: FileInfo, host: str) -> FileItem:
        """What stands at the target now."""
        return FileItem(self.target, info.replace(name=posixpath.basename(self.target)), host)

    def below(self, source: str, target: str) -> _Names:
        return _Names(posixpath.join(self.source, source).rstrip("/"), posixpath.join(self.target, target).rstrip("/"))


class _One:
    """One file to copy: where it is below the disks, and its whole paths."""

    def __init__(
        self,
        source: Disk,
        path: str,
        info: FileInfo,
        target: Disk,
        goal: str,
        there: FileInfo | None,
        whole: _Names,
    ) -> None:
        self.source, self.path, self.info = source, path, info
        self.target, self.goal, self.there = target, goal, there
        self.whole = whole

    def named(self, error: JobshError, source: Disk, target: Disk) -> JobshError:
        """The error with the whole path, where it speaks of the part or of a path below."""
        if not isinstance(error, FileError):
            return error
        speaks_of_source = error.target in (self.path, self.info.name, self.whole.source)
        is_source = error.host == source.host and (source.host != target.host or speaks_of_source)
        return _renamed(error, self.whole.source if is_source else self.whole.target)


class _Tree:
    """One tree on its way. Directories are listed by a few walkers, files copied by many; nothing but names is kept."""

    def __init__(self, copies: TreeCopy, source: Disk, target: Disk, goal: str, whole: _Names) -> None:
        self._copies = copies
        self._request = copies._request
        self._listener = copies._listener
        self._source = source
        self._target = target
        self._goal = goal
        self._whole = whole
        self._directories: list[tuple[str, FileInfo | None]] = [("", None)]
        self._made: dict[str, FileInfo] = {}
        """Directories of ours, which get their modes and times when all is in them."""
        self._flat: set[str] = set()
        self._busy = 0
        self._changed = asyncio.Condition()
        self._places = asyncio.Semaphore(MOST_FILES)

    def _at(self, path: str) -> str:
        if self._request.flattens:
            return path.rpartition("/")[2]
        return "/".join(part for part in (self._goal, path) if part)

    def _named(self, path: str) -> _Names:
        return self._whole.below(path, self._at(path).removeprefix(self._goal).lstrip("/"))

    # -- directories --

    async def make(self, path: str, info: FileInfo) -> None:
        """Make the directory for `path`, where there is none."""
        if self._request.flattens:
            return
        goal = self._at(path)
        try:
            await self._target.make_directory(goal, 0o700)
        except FileError as error:
            if error.error_id != "PathExists":
                raise
            there = await self._target.stat(goal, follows=False)
            if there.kind is not FileKind.DIRECTORY:
                what = "a link stands in the way" if there.kind is FileKind.LINK else "is a file, not a directory"
                raise FileError.about(self._target.host, goal, what, error_id="NotDirectory") from None
            return
        self._made[goal] = info
        if self._request.tells_each:
            await self._listener.arrived(self._named(path).arrived(info, self._target.host))

    async def copy(self) -> None:
        """Copy all that is in it."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(_WALKERS):
                    group.create_task(self._walk(group))
        except* JobshError as errors:
            raise _first(errors) from None
        for goal, info in reversed(self._made.items()):
            try:
                await self._target.change(goal, permissions=info.permissions, times=(info.accessed, info.modified))
            except FileError as error:
                await self._listener.failed(
                    _renamed(error, self._named(goal.removeprefix(self._goal).lstrip("/")).target)
                )

    async def _walk(self, group: asyncio.TaskGroup) -> None:
        while (found := await self._next_directory()) is not None:
            path, info = found
            try:
                if info is not None:
                    await self.make(path, info)
                await self._directory(path, group)
            except HostError:
                raise
            except FileError as error:
                names = self._named(path)
                is_targets = error.host == self._target.host
                await self._listener.failed(_renamed(error, names.target if is_targets else names.source))
            finally:
                async with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    async def _next_directory(self) -> tuple[str, FileInfo | None] | None:
        """The next one to list; None when nobody will find any more."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._directories or not self._busy)
            if not self._directories:
                return None
            self._busy += 1
            return self._directories.pop()

    async def _directory(self, path: str, group: asyncio.TaskGroup) -> None:
        there = {} if self._at(path) in self._made else await self._contents(path)
        async for infos in self._source.list(path):
            for info in infos:
                await self._entry(path, info, there, group)

    async def _contents(self, path: str) -> dict[str, FileInfo]:
        """What is in the target's directory already."""
        goal = self._goal if self._request.flattens else self._at(path)
        return {info.name: info async for infos in self._target.list(goal) for info in infos}

    async def _entry(
        self, directory: str, info: FileInfo, there: dict[str, FileInfo], group: asyncio.TaskGroup
    ) -> None:
        if not _is_plain(info.name) or any(matches(pattern, info.name) for pattern in self._request.excludes):
            if not _is_plain(info.name):
                what = f"the host lists a name that could lead elsewhere: {info.name!r}"
                names = self._named(directory)
                await self._listener.failed(
                    FileError.about(self._source.host, names.source, what, error_id="UnsafeName")
                )
            return
        path = f"{directory}/{info.name}" if directory else info.name
        if not info.mode:  # this SFTP's listings do not say what things are
            info = await self._source.stat(path, follows=False)
        if info.kind is FileKind.DIRECTORY:
            await self._descend(path, info)
        elif self._is_included(info.name) and await self._is_first(path):
            await self._places.acquire()
            group.create_task(self._one(path, info, there.get(info.name)))

    def _is_included(self, name: str) -> bool:
        includes = self._request.includes
        return not includes or any(matches(pattern, name) for pattern in includes)

    async def _is_first(self, path: str) -> bool:
        """Whether no other file of the tree has had the name, where all go into one directory."""
        name = path.rpartition("/")[2]
        if not self._request.flattens or name not in self._flat:
            if self._request.flattens:
                self._flat.add(name)
            return True
        what = f"another file of the tree is called {name}, too"
        await self._listener.failed(
            FileError.about(self._source.host, self._named(path).source, what, error_id="PathExists")
        )
        return False

    async def _descend(self, path: str, info: FileInfo) -> None:
        if path.count("/") >= _DEEPEST:
            names = self._named(path)
            what = f"directories deeper than {_DEEPEST} are not copied"
            await self._listener.failed(FileError.about(self._source.host, names.source, what, error_id="TooDeep"))
            return
        async with self._changed:
            self._directories.append((path, info))
            self._changed.notify_all()

    # -- what is in them --

    async def _one(self, path: str, info: FileInfo, there: FileInfo | None) -> None:
        try:
            one = _One(self._source, path, info, self._target, self._at(path), there, self._named(path))
            if info.kind is FileKind.LINK:
                await self._told(self._link, one)
            else:
                self._listener.found(1, info.size)
                await self._copies._file(one)
        finally:
            self._places.release()

    async def _told(self, act: Callable[[_One], Awaitable[None]], one: _One) -> None:
        try:
            await act(one)
        except HostError:
            raise
        except JobshError as error:
            await self._listener.failed(one.named(error, self._copies._source, self._copies._target))

    async def _link(self, one: _One) -> None:
        """A link in a tree stays a link; one of a host must not lead out of the tree."""
        leads_to = await self._source.read_link(one.path)
        if self._source.host and leads_out(one.path, leads_to):
            what = f"a link that leads out of the tree ({leads_to!r}), so not copied"
            raise FileError.about(self._source.host, one.whole.source, what, error_id="LinkLeadsOut")
        if one.there is not None:
            if one.there.kind is FileKind.DIRECTORY:
                raise FileError.about(self._target.host, one.whole.target, "is a directory", error_id="IsDirectory")
            await self._target.remove(one.goal)
        await self._target.make_link(one.goal, leads_to)


def _is_plain(name: str) -> bool:
    return bool(name) and name not in (".", "..") and "/" not in name and "\0" not in name


def leads_out(path: str, leads_to: str) -> bool:
    """Whether a link at `path` of a tree could lead out of it. `..` counts only at its beginning, where directories are real:
    after a name that is a link itself it would go who knows where."""
    parts = [part for part in leads_to.split("/") if part not in ("", ".")]
    ups = next((n for n, part in enumerate(parts) if part != ".."), len(parts))
    return leads_to.startswith("/") or "\0" in leads_to or ".." in parts[ups:] or ups > path.count("/")


def _renamed(error: FileError, path: str) -> FileError:
    """The error about the whole path."""
    return type(error).about(error.host, path, error.reason, error_id=error.error_id, hint=error.hint)


async def in_group(*acts: Coroutine[Any, Any, None]) -> None:
    """All of them side by side; a host that is gone ends them all."""
    try:
        async with asyncio.TaskGroup() as group:
            for act in acts:
                group.create_task(act)
    except* JobshError as errors:
        raise _first(errors) from None


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


def _first(errors: BaseExceptionGroup[JobshError]) -> BaseException:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


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

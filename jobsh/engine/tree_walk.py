"""A tree on its way to another machine: directories are listed by a few walkers, files copied by many. Only names are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from jobsh.engine.one_copy import Listener, Names, OneCopy, in_group, renamed
from jobsh.errors import FileError, HostError, JobshError
from jobsh.model.files import CopyRequest, FileInfo, FileKind
from jobsh.model.queries import matches
from jobsh.ports.files import Disk

MOST_FILES = 32
"""At once, from one machine to another."""
_WALKERS = 4
_DEEPEST = 200


class TreeWalk:
    """What is below one directory."""

    def __init__(
        self,
        request: CopyRequest,
        listener: Listener,
        copy_file: Callable[[OneCopy], Awaitable[None]],
        source: Disk,
        target: Disk,
        goal: str,
        whole: Names,
    ) -> None:
        """`source` is the directory; `goal` below `target` is what it becomes."""
        self._request = request
        self._listener = listener
        self._copy_file = copy_file
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

    def _named(self, path: str) -> Names:
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
        async with in_group() as group:
            for _ in range(_WALKERS):
                group.create_task(self._walk(group))
        for goal, info in reversed(self._made.items()):
            try:
                await self._target.change(goal, permissions=info.permissions, times=(info.accessed, info.modified))
            except FileError as error:
                await self._listener.failed(
                    renamed(error, self._named(goal.removeprefix(self._goal).lstrip("/")).target)
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
                await self._listener.failed(renamed(error, names.target if is_targets else names.source))
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
        if any(matches(pattern, info.name) for pattern in self._request.excludes):
            return
        if not _is_plain(info.name):
            what = f"the host lists a name that could lead elsewhere: {info.name!r}"
            await self._failed(directory, what, "UnsafeName")
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
        if not self._request.flattens:
            return True
        if name in self._flat:
            await self._failed(path, f"another file of the tree is called {name}, too", "PathExists")
            return False
        self._flat.add(name)
        return True

    async def _failed(self, path: str, what: str, error_id: str) -> None:
        """Tell of something at a path of the source."""
        await self._listener.failed(
            FileError.about(self._source.host, self._named(path).source, what, error_id=error_id)
        )

    async def _descend(self, path: str, info: FileInfo) -> None:
        if path.count("/") >= _DEEPEST:
            await self._failed(path, f"directories deeper than {_DEEPEST} are not copied", "TooDeep")
            return
        async with self._changed:
            self._directories.append((path, info))
            self._changed.notify_all()

    # -- what is in them --

    async def _one(self, path: str, info: FileInfo, there: FileInfo | None) -> None:
        try:
            one = OneCopy(self._source, path, info, self._target, self._at(path), there, self._named(path))
            if info.kind is FileKind.LINK:
                await self._told(self._link, one)
            else:
                self._listener.found(1, info.size)
                await self._copy_file(one)
        finally:
            self._places.release()

    async def _told(self, act: Callable[[OneCopy], Awaitable[None]], one: OneCopy) -> None:
        try:
            await act(one)
        except HostError:
            raise
        except JobshError as error:
            await self._listener.failed(one.named(error))

    async def _link(self, one: OneCopy) -> None:
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

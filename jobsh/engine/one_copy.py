"""One thing of a copy: where it is below the disks, what it is called on both sides, and what to do when it goes wrong."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from jobsh.errors import FileError, JobshError
from jobsh.model.files import FileInfo, FileItem
from jobsh.ports.files import Disk


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


class Names:
    """The same thing's whole paths on both sides."""

    def __init__(self, source: str, target: str) -> None:
        self.source = source
        self.target = target

    def arrived(self, info: FileInfo, host: str) -> FileItem:
        """What stands at the target now."""
        return FileItem(self.target, info.replace(name=posixpath.basename(self.target)), host)

    def below(self, source: str, target: str) -> Names:
        """Those of something in it."""
        return Names(posixpath.join(self.source, source).rstrip("/"), posixpath.join(self.target, target).rstrip("/"))


class OneCopy:
    """One file to copy: where it is below the disks, and its whole paths."""

    def __init__(
        self,
        source: Disk,
        path: str,
        info: FileInfo,
        target: Disk,
        goal: str,
        there: FileInfo | None,
        whole: Names,
    ) -> None:
        self.source, self.path, self.info = source, path, info
        self.target, self.goal, self.there = target, goal, there
        self.whole = whole

    def named(self, error: JobshError) -> JobshError:
        """The error with the whole path, where it speaks of the part or of a path below."""
        if not isinstance(error, FileError):
            return error
        speaks_of_source = error.target in (self.path, self.info.name, self.whole.source)
        here, there = self.source.host, self.target.host
        is_source = error.host == here and (here != there or speaks_of_source)
        return renamed(error, self.whole.source if is_source else self.whole.target)


def renamed(error: FileError, path: str) -> FileError:
    """The error about the whole path."""
    return type(error).about(error.host, path, error.reason, error_id=error.error_id, hint=error.hint)


@asynccontextmanager
async def in_group() -> AsyncIterator[asyncio.TaskGroup]:
    """Coroutines side by side; a host that is gone ends them all."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:  # what `except*` raises, some Pythons 3.11 put into a group again
        expected, bugs = errors.split(JobshError)
        if expected is None or bugs is not None:
            raise
        raise _first(expected) from None


def _first(errors: BaseExceptionGroup[JobshError]) -> BaseException:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first

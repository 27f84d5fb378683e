"""Copies that front ends asked for: from each source to each destination, side by side, told as they go. Ends with its front end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import posixpath
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from jobsh.engine.hosts import Host
from jobsh.engine.one_copy import in_group
from jobsh.engine.signals import Signal
from jobsh.engine.throttle import Throttle
from jobsh.engine.tree_copy import TreeCopy, must_be_directory
from jobsh.errors import FileError, HostError, HostErrorCause, JobshError, OperationError
from jobsh.model.files import Copied, CopyEvent, CopyFailed, CopyFrom, CopyProgress, CopyRequest, CopyTo, FileItem
from jobsh.ports.engine import Asker
from jobsh.ports.files import Disk

_log = logging.getLogger(__name__)

_MOST_AT_ONCE = 16
"""Pairs of machines."""
_MOST_UNTOLD = 1000
"""Events that nobody took yet: then the copy waits."""
_BETWEEN_PROGRESS = 0.1
_MOST_NAMED = 8
"""Named files and trees at once."""


class _Told:
    """What was not taken yet."""

    def __init__(self) -> None:
        self._events: deque[CopyEvent] = deque()
        self._given, self._taken = Signal(), Signal()
        self._is_over = False
        self._progress = CopyProgress(0, 0, 0, 0)
        self._progressed = 0.0

    async def give(self, event: CopyEvent) -> None:
        while len(self._events) >= _MOST_UNTOLD:
            await self._taken.wait()
        self._events.append(event)
        self._given.notify()

    def count(self, *, files: int = 0, total_files: int = 0, bytes: int = 0, total_bytes: int = 0) -> None:
        """Say so, some times a second."""
        old = self._progress
        self._progress = CopyProgress(
            old.files + files, old.total_files + total_files, old.bytes + bytes, old.total_bytes + total_bytes
        )
        now = asyncio.get_running_loop().time()
        if now - self._progressed >= _BETWEEN_PROGRESS and len(self._events) < _MOST_UNTOLD:
            self._progressed = now
            self._events.append(self._progress)
            self._given.notify()

    def end(self) -> None:
        self._is_over = True
        self._events.append(self._progress)
        self._given.notify()

    async def take_all(self) -> AsyncIterator[CopyEvent]:
        while True:
            while self._events:
                yield self._events.popleft()
                self._taken.notify()
            if self._is_over:
                return
            await self._given.wait()


class _Listener:
    """Makes events of what one run hears."""

    def __init__(self, told: _Told) -> None:
        self._told = told

    def found(self, files: int, bytes: int) -> None:
        self._told.count(total_files=files, total_bytes=bytes)

    def moved(self, bytes: int) -> None:
        self._told.count(bytes=bytes)

    async def arrived(self, item: FileItem) -> None:
        await self._told.give(Copied(item))

    def done(self) -> None:
        self._told.count(files=1)

    async def failed(self, error: JobshError) -> None:
        await self._told.give(_failure(error))


def _failure(error: JobshError) -> CopyFailed:
    if isinstance(error, HostError):
        return CopyFailed(error.message, error.error_id, error.host, "", error.hint, is_host=True)
    host = error.host if isinstance(error, FileError) else ""
    return CopyFailed(error.message, error.error_id, host, error.target, error.hint)


class Copy:
    """One copy under way."""

    def __init__(
        self,
        request: CopyRequest,
        sources: Sequence[Host],
        destinations: Sequence[Host],
        asker: Asker | None,
        closed: Callable[[Copy], None],
    ) -> None:
        self._request = request
        self._asker = asker
        self._closed = closed
        self._told = _Told()
        self._throttle = Throttle(_MOST_AT_ONCE)
        goals = list(zip(request.destinations, destinations, strict=True))
        pairs = [(one, a, to, b) for one, a in zip(request.sources, sources, strict=True) for to, b in goals]
        self._running = asyncio.ensure_future(self._run(pairs))

    async def events(self) -> AsyncIterator[CopyEvent]:
        """What happens until all is copied; closing stops it and waits until nothing half is left."""
        try:
            async for event in self._told.take_all():
                yield event
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Stop, and wait until what was begun is away."""
        self._running.cancel()
        await asyncio.wait({self._running})
        self._closed(self)

    async def _run(self, pairs: Sequence[tuple[CopyFrom, Host, CopyTo, Host]]) -> None:
        try:
            await asyncio.gather(*(self._pair(*pair) for pair in pairs))
        finally:
            self._told.end()

    async def _pair(self, one: CopyFrom, source: Host, to: CopyTo, target: Host) -> None:
        place = await self._throttle.place()
        listener = _Listener(self._told)
        try:
            with source.in_use(), target.in_use():
                disks = await source.disk(self._asker), await target.disk(self._asker)
                await self._paths(one, to.path, *disks, listener)
        except HostError as error:
            await listener.failed(_with_advice(error, self._request))
        except Exception as error:  # noqa: BLE001  (the other pairs go on)
            _log.exception("a copy")
            await listener.failed(OperationError(f"the engine failed: {error!r}", error_id="EngineFailed"))
        finally:
            place.give_back()

    async def _paths(self, one: CopyFrom, destination: str, source: Disk, target: Disk, listener: _Listener) -> None:
        copies = TreeCopy(source, target, self._request, listener)
        try:
            if one.folder:
                destination = await _folder(target, destination, one.folder, 0o777 & ~self._request.umask)
            makes = bool(one.folder) or len(one.paths) > 1
            if makes:
                await must_be_directory(target, destination)
        except FileError as error:
            await listener.failed(error)
            return
        places = asyncio.Semaphore(_MOST_NAMED)

        async def copy(path: str) -> None:
            try:
                async with places:
                    await copies.copy(path, destination, makes=makes)
            except HostError:
                raise
            except JobshError as error:
                await listener.failed(error)

        async with in_group() as group:
            for path in one.paths:
                group.create_task(copy(path))


async def _folder(target: Disk, destination: str, folder: str, permissions: int) -> str:
    """A host's own folder, made with the destination where there is none."""
    own = posixpath.join(destination, folder)
    for path in (destination, own):
        with contextlib.suppress(FileError):
            await target.make_directory(path, permissions)
            await target.change(path, permissions=permissions)  # whatever the umask of this process is
    await target.stat(own)
    return own


def _with_advice(error: HostError, request: CopyRequest) -> HostError:
    if error.hint or request.resumes or error.cause is not HostErrorCause.LINK_LOST:
        return error
    return HostError(error.host, error.cause, error.detail, hint="the same with -Resume goes on where it was")

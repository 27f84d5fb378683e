"""Reads what spools say of running jobs, again and again until all are over. Judges nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Protocol

from jobsh.engine.background import Background
from jobsh.engine.replica import Index, Replica
from jobsh.engine.signals import Signal, closing
from jobsh.errors import HostError, SpoolError
from jobsh.model.ids import InstanceId
from jobsh.ports.spool import Bytes, Grown, Over, Spool, SpoolJob, Wanted

_log = logging.getLogger(__name__)

_LEAST_RUN = 0.05
"""Seconds a follower reads before it is reopened for new jobs: many starts at once must not stop the flow."""
BEYOND = (1 << 62, 1 << 62)
"""Offsets that no output reaches: only the end of the job is told."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0


class Place(Protocol):
    """The machine that is followed."""

    @property
    def is_linked(self) -> bool: ...  # noqa: D102
    async def spool_in_time(self) -> Spool: ...  # noqa: D102


class Followed:
    """One job's output as it arrives."""

    def __init__(self, id: InstanceId, directory: str, replica: Replica | None, sizes: tuple[int, int]) -> None:
        self.id = id
        self.directory = directory
        """Empty: its output is not wanted."""
        self.sizes = sizes
        self.over: SpoolJob | None = None
        """The spool's last word, once all bytes are here."""
        self.is_linked = True
        """Whether the host answers."""
        self.is_suspended = False
        """Whether it was suspended through this engine."""
        self.pauses = 0
        """How often it was suspended or resumed."""
        self.changed = Signal()
        self.turned = Signal()
        """As `changed`, but not for mere growth."""
        self._replica = replica
        """None: the output is on this machine anyway."""
        self._index = Index(directory) if directory and replica is None else None

    def take(self, event: Bytes | Grown | Over) -> None:
        """Keep what the spool says."""
        try:
            self._keep(event)
        finally:  # what fitted on a full disk counts, too
            self.changed.notify()

    def _keep(self, event: Bytes | Grown | Over) -> None:
        if isinstance(event, Over):
            if self._replica is None:  # the end says when: that needs no line of the index
                self.sizes = max(event.job.out, self.sizes[0]), max(event.job.err, self.sizes[1])
            self.over = event.job
            self.turned.notify()
        elif isinstance(event, Grown):
            self._grow(event.out, event.err)
        elif self._replica is not None:
            try:
                self._replica.append(event.stream, event.offset, event.data)
            finally:
                self.sizes = self._replica.sizes

    def _grow(self, out: int, err: int) -> None:
        sizes = max(out, self.sizes[0]), max(err, self.sizes[1])
        if sizes != self.sizes and self._index is not None:
            self.sizes = sizes
            with contextlib.suppress(OSError):  # its directory was removed: then nobody wants to know
                self._index.note(*sizes)

    def pause(self, *, is_suspended: bool) -> None:
        """It was suspended or resumed."""
        self.is_suspended = is_suspended
        self.pauses += 1
        self.turned.notify()
        self.changed.notify()

    def link(self, is_linked: bool) -> None:
        """The host answers, or does not."""
        if is_linked != self.is_linked:
            self.is_linked = is_linked
            self.turned.notify()
            self.changed.notify()

    def close(self) -> None:
        """Let go of the files."""
        for file in (self._replica, self._index):
            if file is not None:
                file.close()


class Follower:
    """Follows a set of jobs of one spool; is reopened when the set changes: offsets make that free of risk."""

    def __init__(self, place: Place, background: Background) -> None:
        self._place = place
        self._background = background
        self._wanted: dict[InstanceId, Followed] = {}
        self._version = 0
        self._version_read = -1
        """The version of the set that is being read; -1: not reading yet."""
        self._changed = Signal()
        self._failures = 0
        self._running: asyncio.Task[None] | None = None

    def add(self, followed: Followed) -> None:
        """Follow this one, too."""
        self._wanted[followed.id] = followed
        self._change()
        if self._running is None or self._running.done():
            self._running = self._background.start(self._run(), "follower")

    def drop(self, followed: Followed) -> None:
        """Do not follow it any more."""
        if self._wanted.pop(followed.id, None) is not None:
            self._change()

    def _change(self) -> None:
        self._version += 1
        self._changed.notify()

    async def _run(self) -> None:
        while self._wanted:
            self._version_read = -1
            reading = asyncio.get_running_loop().create_task(self._read_once())
            try:
                await self._until_done_or_changed(reading)
            finally:
                reading.cancel()
                await asyncio.wait({reading})
            if not reading.cancelled():
                reading.result()

    async def _until_done_or_changed(self, reading: asyncio.Task[None]) -> None:
        loop = asyncio.get_running_loop()
        began: float | None = None
        while self._wanted and not reading.done():
            is_behind = self._version_read not in (-1, self._version)
            began = began or (loop.time() if self._version_read >= 0 else None)
            rest = _LEAST_RUN - (loop.time() - began) if began is not None and is_behind else None
            if rest is not None and rest <= 0:
                return
            changed = loop.create_task(self._changed.wait())
            await asyncio.wait({reading, changed}, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()

    async def _read_once(self) -> None:
        """Read until the spool has no more to say, or the host is lost."""
        try:
            if not self._place.is_linked:
                self._link(False)
            spool = await self._place.spool_in_time()
            self._link(True)
            self._version_read = self._version
            self._changed.notify()
            await self._read(spool)
        except HostError as error:
            _log.info("%s", error)
            self._link(False)
        except (SpoolError, OSError, ValueError) as error:  # a full disk here, a gap: go on from what is here
            _log.warning("following was interrupted: %s", error)
        if self._wanted:
            await self._pause()

    async def _read(self, spool: Spool) -> None:
        wanted = tuple(Wanted(followed.id, *followed.sizes) for followed in self._wanted.values())
        async with closing(spool.follow(wanted)) as events:
            async for event in events:
                id = event.job.instance_id if isinstance(event, Over) else event.instance_id
                followed = self._wanted.get(id)
                if followed is not None:
                    followed.take(event)
                    self._failures = 0
                if isinstance(event, Over):
                    self._wanted.pop(id, None)

    def _link(self, is_linked: bool) -> None:
        for followed in self._wanted.values():
            followed.link(is_linked)

    async def _pause(self) -> None:
        await asyncio.sleep(min(_FIRST_PAUSE * 2 ** min(self._failures, 10), _LONGEST_PAUSE))
        self._failures += 1

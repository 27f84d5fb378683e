"""Following jobs of this machine: sizes by inotify, the end by the FIFO that a runner holds open."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable

from jobsh.model.ids import InstanceId
from jobsh.ports.spool import Grown, Over, SpoolJob, SpoolState, Wanted
from jobsh.spool.growth import Growth
from jobsh.spool.job_directories import JobDirectories, is_held
from jobsh.spool.processes import has_members

_CHECK_INTERVAL = 0.3
"""Seconds between two looks at a job that nobody can tell us of: its runner was killed, or no descriptor is left."""

_ALIVE = (SpoolState.STARTING, SpoolState.RUNNING, SpoolState.SUSPENDED, SpoolState.ORPHAN)


class LocalFollow:
    """One `follow` of LocalSpool."""

    def __init__(self, directories: JobDirectories, growth: Growth, wanted: tuple[Wanted, ...]) -> None:
        self._directories = directories
        self._growth = growth
        self._followed = {job.instance_id: _Followed(job, self._mark) for job in wanted}
        self._changed: set[InstanceId] = set(self._followed)
        self._wake = asyncio.Event()

    def _mark(self, id: InstanceId) -> None:
        self._changed.add(id)
        self._wake.set()

    async def events(self) -> AsyncGenerator[Grown | Over, None]:
        """Growth and ends until all are over."""
        for id, job in self._followed.items():
            job.open(self._directories.path(id), self._growth)
        try:
            while self._followed:
                changed, self._changed = self._changed, set()
                self._wake.clear()
                for id in changed & self._followed.keys():
                    for event in self._look(self._followed[id]):
                        yield event
                if self._followed and not self._changed:
                    await self._wait()
        finally:
            for job in self._followed.values():
                job.close(self._growth)

    async def _wait(self) -> None:
        unheard = [id for id, job in self._followed.items() if not job.is_told]
        try:
            async with asyncio.timeout(_CHECK_INTERVAL if unheard else None):
                await self._wake.wait()
        except TimeoutError:
            self._changed.update(unheard)

    def _look(self, job: _Followed) -> list[Grown | Over]:
        """What is new. The end is looked at before the sizes: so nothing is missed."""
        last_word = None if job.is_told else self._last_word(job.id)
        if last_word is not None:
            job.close(self._growth)
            del self._followed[job.id]
            return [Over(last_word)]
        sizes = self._directories.sizes(job.id)
        if sizes == job.sizes:
            return []
        job.sizes = sizes
        return [Grown(job.id, *sizes)]

    def _last_word(self, id: InstanceId) -> SpoolJob | None:
        """The runner is gone: what became of the job, or None while processes of it live."""
        seen = self._directories.see(id)
        if seen.state is SpoolState.STARTING and not is_held(f"{self._directories.path(id)}/alive"):
            return seen.replace(state=SpoolState.LOST)
        if seen.state in _ALIVE:
            return None
        return None if seen.state is SpoolState.LOST and has_members(f"JOBSH_JOB={id}") else seen


class _Followed:
    """One job: its FIFO, and what was told of it."""

    def __init__(self, wanted: Wanted, changed: Callable[[InstanceId], None]) -> None:
        self.id = wanted.instance_id
        self.sizes = (wanted.out, wanted.err)
        self.is_told = False
        """Whether the FIFO will tell us that the runner is gone."""
        self._alive = -1
        self._directory = ""
        self._tell = changed

    def _changed(self) -> None:
        self._tell(self.id)

    def open(self, directory: str, growth: Growth) -> None:
        """Listen."""
        self._directory = directory
        growth.watch(directory, self._changed)
        try:
            self._alive = os.open(f"{directory}/alive", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # the job is gone, or no descriptor is left
            return
        self.is_told = True
        asyncio.get_running_loop().add_reader(self._alive, self._runner_went)
        self._runner_went()  # a FIFO whose writer went before we came signals nothing

    def _runner_went(self) -> None:
        try:
            os.read(self._alive, 1)
        except BlockingIOError:  # the runner lives
            return
        self._stop_reading()
        self._changed()

    def _stop_reading(self) -> None:
        self.is_told = False
        if self._alive >= 0:
            asyncio.get_running_loop().remove_reader(self._alive)
            os.close(self._alive)
            self._alive = -1

    def close(self, growth: Growth) -> None:
        """Listen no more."""
        self._stop_reading()
        growth.unwatch(self._directory, self._changed)

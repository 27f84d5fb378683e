"""The jobs of this machine: those in its spool and the fan-outs, and those that front ends run, under one counter."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.engine.ends import Ends
from jobsh.engine.fan_outs import FanOuts
from jobsh.engine.hosted import HostedJobs
from jobsh.engine.hosts import Here
from jobsh.engine.location import LocationJobs
from jobsh.engine.spool_jobs import SpoolJobs
from jobsh.model.ids import JobId
from jobsh.model.job import Job, Mark, SignalReport, StopReport
from jobsh.ports.spool import SpoolStart


class HereJobs:
    """LocationJobs of this machine."""

    def __init__(self, host: Here, own: SpoolJobs, fan_outs: FanOuts, hosted: HostedJobs, ends: Ends) -> None:
        self._host = host
        self._own = own
        self._fan_outs = fan_outs
        self._hosted = hosted
        self._ends = ends

    def _of(self, id: JobId) -> LocationJobs:
        if id.parent in self._hosted.jobs:
            return self._hosted
        return self._fan_outs if id.parent in self._fan_outs.jobs else self._own

    async def start(self, start: SpoolStart) -> Job:
        """Start a job in the spool of this machine."""
        job = await self._own.start(start)
        self._watch(job)
        return job

    async def watch_running(self) -> None:
        """Tell of the end of jobs that run already."""
        for job in await self._own.all():
            self._watch(job)

    def _watch(self, job: Job) -> None:
        if not job.state.is_finished:
            self._ends.wait_for(job, self._own, self._host)

    async def all(self) -> tuple[Job, ...]:
        """All jobs: also those that another engine or a front end elsewhere started in this spool."""
        own = await self._own.all()
        for job in own:
            self._watch(job)
        return (*own, *await self._fan_outs.all(), *await self._hosted.all())

    async def some(self, ids: tuple[JobId, ...]) -> tuple[Job, ...]:
        """Those of `ids` that are there; for a child its parent."""
        own = tuple(id for id in ids if self._of(id) is self._own)
        return (
            *(await self._own.some(own) if own else ()),
            *await self._fan_outs.some(ids),
            *await self._hosted.some(ids),
        )

    async def get(self, id: JobId) -> Job:
        """One job or child job; raises NotFound."""
        return await self._of(id).get(id)

    async def wait_finished(self, id: JobId, *, through_pauses: bool = True) -> None:
        """Wait until it ended."""
        await self._of(id).wait_finished(id, through_pauses=through_pauses)

    async def stop(self, id: JobId, grace: float, signal: str) -> StopReport:
        """Stop it, and wait until its processes are gone."""
        return await self._of(id).stop(id, grace, signal)

    async def signal(self, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of it."""
        return await self._of(id).signal(id, name)

    async def remove(self, id: JobId, *, force: bool) -> None:
        """Remove it; a running one only with `force`."""
        await self._of(id).remove(id, force=force)

    def follow(self, id: JobId, *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of one leaf job."""
        return self._of(id).follow(id, until_end=until_end)

    async def mark_received(self, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""
        for jobs in (self._fan_outs, self._hosted, self._own):
            own = tuple(mark for mark in marks if self._of(mark.id) is jobs)
            if own:
                await jobs.mark_received(own)

"""Waits for the ends of running jobs and tells of each. An event, never a poll; of a host's job only the end comes here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from jobsh.engine.background import Background
from jobsh.engine.hosts import Host
from jobsh.engine.spool_jobs import SpoolJobs, until_over
from jobsh.model.ids import InstanceId
from jobsh.model.job import Job
from jobsh.model.messages import JobEnded, RunningThere
from jobsh.ports.spool import SpoolState


class _Awaited(NamedTuple):
    job: Job
    host: Host
    waiting: asyncio.Task[None]


class Ends:
    """The running jobs whose ends are awaited. A host stays connected as long as one of its jobs is among them."""

    def __init__(self, background: Background, tell: Callable[[JobEnded], None]) -> None:
        self._background = background
        self._tell = tell
        self._awaited: dict[InstanceId, _Awaited] = {}

    def wait_for(self, job: Job, jobs: SpoolJobs, host: Host) -> asyncio.Task[None]:
        """Tell when this job of a spool ends; what is given back is done then."""
        awaited = self._awaited.get(job.instance_id)
        if awaited is None:
            waiting = self._background.start(self._wait(job, jobs, host), f"job {job.id} of {host.label}")
            awaited = self._awaited[job.instance_id] = _Awaited(job, host, waiting)
        return awaited.waiting

    async def _wait(self, job: Job, jobs: SpoolJobs, host: Host) -> None:
        directory = job.output.directory if host.is_here and job.output is not None else None
        try:
            with host.in_use(), host.followers.awaiting(job.instance_id, directory) as followed:
                over = await until_over(followed)
            if over is None or over.state is SpoolState.NONE:  # removed meanwhile
                return
            ended = await jobs.last_snapshot(over)
        finally:
            del self._awaited[job.instance_id]
        if not ended.is_attached:
            self._tell(JobEnded(ended, "" if host.is_here else host.label))

    def let_go(self, id: InstanceId) -> None:
        """Do not wait for this one any more."""
        if (awaited := self._awaited.get(id)) is not None:
            awaited.waiting.cancel()

    def running_there(self) -> tuple[RunningThere, ...]:
        """Those of hosts."""
        found = (RunningThere(one.job, one.host.label) for one in self._awaited.values() if not one.host.is_here)
        return tuple(found)

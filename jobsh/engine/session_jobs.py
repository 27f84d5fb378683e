"""What runs in sessions, seen as jobs of this machine: let go of with a session, taken up again, adopted from another client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from jobsh.engine.aims import Aim
from jobsh.engine.ends import Ends
from jobsh.engine.fan_outs import FanOuts
from jobsh.engine.hosts import Host, Hosts
from jobsh.engine.opened_session import OpenedSession
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job
from jobsh.model.messages import FrontEnd
from jobsh.ports.spool import SpoolJob, SpoolState
from jobsh.ports.store import StoredJob


class SessionJobs:
    """The child jobs of sessions."""

    def __init__(self, fan_outs: FanOuts, hosts: Hosts, ends: Ends) -> None:
        self._fan_outs = fan_outs
        self._hosts = hosts
        self._ends = ends

    def _children(self, session: InstanceId) -> list[StoredJob]:
        return [child for child in self._fan_outs.jobs.unfinished() if child.session == session]

    async def disconnect(self, session: InstanceId) -> None:
        """Let the children go on there; those that have not begun, first let them begin."""
        await asyncio.gather(*(self._fan_outs.disconnect(child.id) for child in self._children(session)))

    def let_go(self, jobs: Iterable[InstanceId]) -> None:
        """Nobody waits for the ends of these any more."""
        for job in jobs:
            self._ends.let_go(job)

    async def connect(self, session: InstanceId) -> Sequence[StoredJob]:
        """Take the children up again; those that are not over."""
        children = self._children(session)
        await asyncio.gather(*(self._fan_outs.connect(child.id) for child in children))
        return children

    def has_more(self, session: InstanceId) -> bool:
        """Whether the children have not ended, or wrote something that nobody received."""
        return any(
            not child.state.is_finished or child.received_out < child.out or child.received_err < child.err
            for child in self._fan_outs.jobs.of_session(session)
        )

    async def over(self, child: StoredJob) -> None:
        """Wait until it ended."""
        await self._fan_outs.wait_finished(child.id)

    # -- what others left --

    async def receive(
        self, opened: OpenedSession, name: str, front_end: FrontEnd
    ) -> tuple[tuple[Job, ...], Sequence[StoredJob]]:
        """The jobs of this machine that have more to say of a session, and those of their children that are new here."""
        known = {child.instance_id: child for child in self._fan_outs.jobs.of_session(opened.snapshot.instance_id)}
        strange = [found for found in await self._there(opened) if found[1].instance_id not in known]
        adopted: tuple[StoredJob, ...] = ()
        if strange:
            adopted = await self._fan_outs.adopt(name, opened.snapshot.instance_id, strange, front_end)
        parents = {child.id.parent for child in (*known.values(), *adopted)}
        jobs = (self._fan_outs.jobs.snapshot(JobId(id.number)) for id in sorted(parents))
        return tuple(job for job in jobs if not job.state.is_finished or job.has_more_data), adopted

    async def _there(self, opened: OpenedSession) -> list[tuple[Aim, SpoolJob]]:
        """What its host has of it that was not received, and (jobsh code) this machine."""
        hosts = dict.fromkeys((opened.host, self._hosts.here))
        return [found for host in hosts for found in await self._on(host, opened)]

    async def _on(self, host: Host, opened: OpenedSession) -> list[tuple[Aim, SpoolJob]]:
        with host.in_use():
            jobs = await (await host.spool()).jobs_of_session(opened.snapshot.instance_id)
        aim = Aim(host, opened.snapshot.address, opened.snapshot.instance_id)
        return [(aim, job) for job in jobs if not job.number and _has_more(job)]


def _has_more(job: SpoolJob) -> bool:
    """Whether somebody can learn something from it: what it wrote, or (it wrote nothing) that it ended."""
    is_over = job.state is SpoolState.ENDED
    return not is_over or job.received_out < job.out or job.received_err < job.err or not (job.out or job.err)

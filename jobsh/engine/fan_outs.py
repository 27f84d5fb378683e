"""Jobs with a child per host: started at once, one life per child, removed with all they left. Knows no session."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from jobsh.engine.aims import Aim, adopted_jobs, at_location, new_jobs, runs_here
from jobsh.engine.background import Background
from jobsh.engine.child import ChildLife
from jobsh.engine.hosts import Host, Hosts
from jobsh.engine.jobs import Jobs
from jobsh.engine.left_there import LeftThere
from jobsh.engine.numbers import Numbers
from jobsh.engine.recovery import Resumption, resumption
from jobsh.engine.replica import remove_replica, skip_to
from jobsh.engine.spool_jobs import has_ended
from jobsh.engine.stored_jobs import StoredJobs
from jobsh.engine.throttle import Throttle
from jobsh.errors import HostError, JobshError
from jobsh.model.hosts import parse_address
from jobsh.model.ids import InstanceId, JobId, new_instance_id
from jobsh.model.job import Job, Mark, OutcomeKind, SignalReport, StopReport
from jobsh.model.job_state import JobState
from jobsh.model.messages import FanOut, FrontEnd, Surroundings
from jobsh.ports.engine import Asker
from jobsh.ports.spool import HereSpool, SpoolJob, SpoolStart
from jobsh.ports.store import StoredJob

_log = logging.getLogger(__name__)
T = TypeVar("T")


class FanOuts(StoredJobs):
    """The fan-outs of this machine: LocationJobs for those numbers that are in `jobs`."""

    def __init__(
        self,
        jobs: Jobs,
        hosts: Hosts,
        here: HereSpool,
        numbers: Numbers,
        background: Background,
        ended: Callable[[Job], None] = lambda _: None,
    ) -> None:
        super().__init__(jobs)
        self._hosts = hosts
        self._here = here
        self._numbers = numbers
        self._background = background
        self._left_there = LeftThere(background)
        self._ended = ended
        self._lives: dict[JobId, ChildLife] = {}
        self.received: Callable[[InstanceId], None] = lambda _: None
        """Told of sessions whose jobs here were received, or removed."""

    # -- beginning --

    async def start(self, request: FanOut, aims: tuple[Aim, ...], front_end: FrontEnd, asker: Asker | None) -> Job:
        """Keep a parent and its children and let them live; returns at once."""
        id = new_instance_id()
        parent, children = new_jobs(id, await self._numbers.take(id), request, aims, front_end)
        await self.jobs.add((parent, *children))
        self._find_own(children)
        throttle = Throttle(request.throttle_limit)
        for child, aim in zip(children, aims, strict=True):
            self._begin(child, aim, throttle, asker, request.surroundings)
        self._background.start(self._await_end(parent.id), f"job {parent.id}")
        return self.jobs.snapshot(parent.id)

    def _begin(
        self,
        child: StoredJob,
        aim: Aim,
        throttle: Throttle,
        asker: Asker | None,
        surroundings: Surroundings | None,
        how: Resumption = Resumption.START,
    ) -> None:
        def make_start() -> SpoolStart | None:
            parent = self.jobs[child.id.parent]
            if parent.program is None:
                return None
            program = at_location(parent.program, aim.address) if runs_here(parent.program) else parent.program
            return SpoolStart(
                child.instance_id,
                program,
                child.name,
                is_numbered=False,
                stdin=parent.stdin,
                surroundings=surroundings if aim.host.is_here else None,
                session=None if runs_here(program) else aim.session,
                started_in=aim.session,
            )

        life = ChildLife(child.id, aim.host, self.jobs, throttle, make_start, asker, aim.refusal)
        self._lives[child.id] = life
        life.begin(self._background, how)

    async def _await_end(self, parent: JobId) -> None:
        await self.jobs.wait_finished(parent)
        if parent in self.jobs:
            self._ended(self.jobs.snapshot(parent))
            for child in self.jobs.children(parent):
                self._lives.pop(child.id, None)

    # -- going on after another engine --

    def load(self, jobs: Iterable[StoredJob]) -> None:
        """Take what the last engine left."""
        self.jobs.load(jobs)
        for number in self.jobs.numbers:
            self._find_own(self.jobs.children(JobId(number)))

    def _find_own(self, children: Iterable[StoredJob]) -> None:
        """The output of children that run on this machine is in its spool."""
        for child in children:
            if child.address is None and (directory := self._here.replica_directory(child.instance_id)):
                self.jobs.set_directory(child.id, directory)

    def resume(self, numbers: tuple[int, ...]) -> None:
        """Let the children that a former engine left go on."""
        for number in numbers:
            if JobId(number) in self.jobs:
                self._resume_children(self.jobs[JobId(number)])

    def _resume_children(self, parent: StoredJob) -> None:
        throttle = Throttle(parent.throttle_limit)
        is_open = False
        for child in self.jobs.children(parent.id):
            how = resumption(child, has_program=parent.program is not None)
            if how is not Resumption.NOTHING and child.id not in self._lives:
                aim = Aim(self._host_of(child), child.address or parse_address(child.location), child.session)
                self._begin(child, aim, throttle, None, None, how)
                is_open = True
        if is_open:
            self._background.start(self._await_end(parent.id), f"job {parent.id}")

    # -- its session was disconnected, or connected --

    async def disconnect(self, id: JobId) -> None:
        """Let a child go on on its host; it is followed again when its session is connected."""
        if (life := self._lives.get(id)) is not None:
            await life.disconnect()

    async def connect(self, id: JobId) -> None:
        """Follow a child again; what others received of it meanwhile was received."""
        if id not in self._lives:  # a former engine's that was not asked for yet
            self._resume_children(self.jobs[id.parent])
        life, child = self._lives[id], self.jobs[id]
        if child.state is JobState.DISCONNECTED:
            with contextlib.suppress(JobshError):
                (there,) = await (await life.host.spool()).look((child.instance_id,))
                await self._skip_received(child, life.host, there)
            await life.connect()

    async def _skip_received(self, child: StoredJob, host: Host, there: SpoolJob) -> None:
        """What others received meanwhile, or was dropped, does not come here any more."""
        await self.mark_received((Mark(child.id, there.received_out, there.received_err),))
        if not host.is_here:
            skip_to(self.jobs.directory(child), there.received_out, there.received_err, there.gap)

    async def adopt(
        self, name: str, session: InstanceId, found: Iterable[tuple[Aim, SpoolJob]], front_end: FrontEnd
    ) -> tuple[StoredJob, ...]:
        """Make jobs of a session that another client started children of a new job here; these."""
        id = new_instance_id()
        found = tuple(found)
        parent, children = adopted_jobs(id, await self._numbers.take(id), name, found, front_end)
        for child, (aim, job) in zip(children, found, strict=True):
            if not aim.host.is_here:
                skip_to(self.jobs.directory(child), job.received_out, job.received_err, job.gap)
        await self.jobs.add((parent, *children))
        self._find_own(children)
        for child, (aim, _) in zip(children, found, strict=True):
            self._begin(child, aim, Throttle(0), None, None, Resumption.FOLLOW)
        self._background.start(self._await_end(parent.id), f"job {parent.id}")
        return children

    def _host_of(self, child: StoredJob) -> Host:
        if child.address is None:
            return self._hosts.here
        who_asked = FrontEnd("", 0, is_interactive=False, ssh_config=child.ssh_config, agent=child.agent)
        return self._hosts.find(child.address, who_asked)

    # -- LocationJobs --

    async def stop(self, id: JobId, grace: float, signal: str) -> StopReport:
        """Stop all children (or the one), and wait until their processes are gone."""
        reports = await self._with_lives(id, lambda life: life.stop(grace, signal))
        stopped, left = sum(report.stopped for report in reports), sum(report.left for report in reports)
        return StopReport(self.jobs.snapshot(id), stopped, left)

    async def signal(self, id: JobId, name: str) -> SignalReport:
        """Send a signal to all children (or the one) that have not ended."""
        if self.jobs.is_finished(id):
            raise has_ended(id)
        processes = await self._with_lives(id, lambda life: life.signal(name))
        return SignalReport(self.jobs.snapshot(id), sum(processes))

    async def _with_lives(self, id: JobId, act: Callable[[ChildLife], Awaitable[T]]) -> list[T]:
        """Do it to all children at once; one that fails is told when the others are done."""
        lives = (self._lives.get(child.id) for child in self.jobs.children(id))
        results = await asyncio.gather(*(act(life) for life in lives if life is not None), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return [result for result in results if not isinstance(result, BaseException)]

    async def remove(self, id: JobId, *, force: bool) -> None:
        """Remove a job, its children and what they left on their hosts."""
        if self.must_stop_first(id, force=force):
            with contextlib.suppress(HostError):  # what cannot be stopped now is when its host answers
                await self.stop(id, 0.0, "TERM")
        parent, children = self.jobs[id], self.jobs.children(id)
        await asyncio.gather(*(self._clean(child) for child in children))
        await self.jobs.remove(id)
        for session in {child.session for child in children if child.session is not None}:
            self.received(session)
        await self._numbers.give_back(parent.instance_id, id.number)

    async def _clean(self, child: StoredJob) -> None:
        """Delete what a child left; on a host that is not connected now, as soon as it answers."""
        life = self._lives.pop(child.id, None)
        if life is not None:
            await life.abandon()
        remove_replica(f"{self._hosts.replicas}/{child.instance_id}")
        if child.outcome is not None and child.outcome.kind is OutcomeKind.NOT_STARTED:
            return
        await self._left_there.clean(life.host if life is not None else self._host_of(child), child)

    async def mark_received(self, marks: tuple[Mark, ...]) -> None:
        """Keep what was received; of sessions' jobs also there, for other clients that connect."""
        await self.jobs.mark_received(marks)
        of_sessions = {mark.id: session for mark in marks if (session := self.jobs[mark.id].session) is not None}
        await asyncio.gather(*(self._mark_there(id) for id in of_sessions))
        for session in set(of_sessions.values()):
            self.received(session)

    async def _mark_there(self, id: JobId) -> None:
        child = self.jobs[id]
        await self._left_there.mark_received(self._lives[id].host if id in self._lives else self._host_of(child), child)

    async def follow(self, id: JobId, *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of a child: first with all that there is now, then (until_end) whenever it grew, until all is here."""
        await self._fetch(id)
        while True:
            snapshot = self.jobs.snapshot(id)
            yield snapshot
            assert snapshot.output is not None
            if not until_end or snapshot.output.is_complete:
                return
            while id in self.jobs and self.jobs.snapshot(id) == snapshot:
                await self.jobs.changed(id).wait()

    async def _fetch(self, id: JobId) -> None:
        """Wait until what the host has now of a child's output is here; not for a host that does not answer."""
        child, life = self.jobs[id], self._lives.get(id)
        if child.is_complete or child.began is None or life is None or not life.host.is_linked:
            return
        try:
            (there,) = await (await life.host.spool()).look((child.instance_id,))
        except HostError:
            return
        while self._is_coming(id, there):
            await self.jobs.changed(id).wait()

    def _is_coming(self, id: JobId, there: SpoolJob) -> bool:
        if id not in self.jobs:
            return False
        child = self.jobs[id]
        is_all_here = child.is_complete or (child.out >= there.out and child.err >= there.err)
        return not is_all_here and child.state not in (JobState.UNKNOWN, JobState.DISCONNECTED)

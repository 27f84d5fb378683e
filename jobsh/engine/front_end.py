"""The engine as one attached front end sees it: the port, said in terms of hosts, sessions and locations."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from jobsh.engine.aims import Aim, at_location, runs_here
from jobsh.engine.attached import AttachedCommands, AttachedTarget
from jobsh.engine.copies import Copy
from jobsh.engine.hosts import Host
from jobsh.engine.location import LocationJobs, follow_jobs, wait_for_jobs
from jobsh.engine.location_files import LocationFiles
from jobsh.engine.opened_session import OpenedSession
from jobsh.engine.selection import select
from jobsh.engine.signals import Signal, closing
from jobsh.engine.spool_jobs import SpoolJobs
from jobsh.errors import InvalidState, JobshError, OperationError
from jobsh.model.credential import Credential
from jobsh.model.files import CopyEvent, CopyRequest
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, JobId, Location, SessionId, new_instance_id
from jobsh.model.job import Job, Mark, SignalReport, StopReport
from jobsh.model.job_state import JobState
from jobsh.model.messages import (
    EngineStatus,
    Event,
    FanOut,
    FrontEnd,
    HistoryItem,
    HostedChange,
    HostJob,
    Invoke,
    JobRequest,
    OpenSession,
    RunningThere,
    Target,
)
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Session
from jobsh.model.session_option import SessionOption
from jobsh.ports.engine import Asker, Invocation
from jobsh.ports.spool import SpoolStart

if TYPE_CHECKING:
    from jobsh.engine.engine import JobEngine

_MOST_EVENTS = 1000
"""Not taken yet; then the oldest go: events are news, the truth is in the jobs."""
_GRACE_AT_END = 1.0
"""Seconds an attached job has after TERM when its front end is gone."""


class AttachedFrontEnd:
    """An Engine for one front end. `aclose`: it is dead, and what is attached to it ends."""

    def __init__(self, engine: JobEngine, front_end: FrontEnd, asker: Asker) -> None:
        self.front_end = front_end
        self._engine = engine
        self._asker = asker if front_end.is_interactive else None
        self._invocations: set[AttachedCommands] = set()
        self._copies: set[Copy] = set()
        self._session_jobs: dict[SessionId, SpoolJobs] = {}
        self._attached_jobs: list[tuple[Host, InstanceId]] = []
        self._news: list[Event] = []
        self._has_news = Signal()
        self._stops: list[JobId] = []
        self._has_stops = Signal()
        self._is_closed = False

    @property
    def has_foreground(self) -> bool:
        """Whether something would be cut if the engine went now."""
        return bool(self._invocations or self._attached_jobs or self._copies)

    # -- jobs of a location --

    async def _jobs(self, location: Location) -> LocationJobs:
        if location is None:
            return self._engine.here
        session = await self._engine.sessions.use(location, self)
        if session.host.is_here:
            return self._engine.here
        return self._spool_jobs(location, session.host)

    def _spool_jobs(self, location: SessionId, host: Host) -> SpoolJobs:
        if location not in self._session_jobs:
            self._session_jobs[location] = SpoolJobs(host, location, self._engine.is_attached)
        return self._session_jobs[location]

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        """Start a job; returns when it is durable."""
        session = await self._engine.sessions.use(location, self) if location is not None else None
        host, start = self._start_of(session, request)
        if request.is_attached:
            self._attached_jobs.append((host, start.instance_id))
            self._engine.attached_jobs.add(start.instance_id)
        if session is None or host.is_here:
            return await self._engine.here.start(start)
        jobs = self._spool_jobs(session.snapshot.id, host)
        job = await jobs.start(start)
        if not request.is_attached:
            self._watch_there(session, job)
        return job

    def _start_of(self, session: OpenedSession | None, request: JobRequest) -> tuple[Host, SpoolStart]:
        program, host = request.program, session.host if session is not None else self._engine.hosts.here
        started_in = session.snapshot.instance_id if session is not None else None
        if session is not None and not host.is_here and runs_here(program):
            program, host = at_location(program, session.snapshot.address), self._engine.hosts.here
            session = None  # its shell state is on its host
        return host, SpoolStart(
            new_instance_id(),
            program,
            request.name,
            stdin=request.stdin,
            surroundings=request.surroundings if host.is_here else None,
            session=started_in if session is not None else None,
            started_in=started_in,
            is_attached=request.is_attached,
        )

    async def start_command(self, session: SessionId, request: JobRequest) -> None:
        """Start a command that is the session's own."""
        host, start = self._start_of(await self._engine.sessions.use(session, self), request)
        with host.in_use():
            await (await host.spool(self._asker)).start(start.replace(is_numbered=False))

    def _watch_there(self, session: OpenedSession, job: Job) -> None:
        """Tell of the end of a job of a session's host; until then the session is needed."""
        over = self._engine.ends.wait_for(job, self._spool_jobs(session.snapshot.id, session.host), session.host)
        self._engine.sessions.keep_for(session, job.instance_id, over, is_to_begin=False)

    async def fan_out(self, request: FanOut) -> Job:
        """Start one job here with a child job per target; returns at once."""
        aims = tuple([await self._aim(target, request.credential) for target in request.targets])
        is_code = runs_here(request.program)
        if is_code:
            aims = tuple(aim.replace(host=self._engine.hosts.here) for aim in aims)
        job = await self._engine.fan_outs.start(request, aims, self.front_end, self._asker)
        for target, aim, child in zip(request.targets, aims, job.children, strict=True):
            if not isinstance(target, HostAddress) and aim.session is not None:
                self._watch_child(self._engine.sessions[target], child, is_to_begin=not is_code)
        return job

    def _watch_child(self, session: OpenedSession, child: Job, *, is_to_begin: bool) -> None:
        """Until a child job that was started in a session has ended, the session is needed."""
        over = self._engine.fan_outs.wait_finished(child.id)
        self._engine.sessions.keep_for(session, child.instance_id, over, is_to_begin=is_to_begin)

    async def _aim(self, target: Target, credential: Credential | None) -> Aim:
        if isinstance(target, HostAddress):
            return Aim(self._engine.hosts.find(target, self.front_end, credential), target)
        try:
            session = await self._engine.sessions.use(target, self)
        except InvalidState as error:  # the other children still count
            session = self._engine.sessions[target]
            return Aim(session.host, session.snapshot.address, refusal=error.message)
        return Aim(session.host, session.snapshot.address, session.snapshot.instance_id)

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        """The matching jobs by ascending id."""
        jobs = await self._jobs(location)
        return select(await (jobs.some(query.ids) if query.ids else jobs.all()), query)

    async def wait_jobs(
        self,
        location: Location,
        ids: tuple[JobId, ...],
        *,
        any_one: bool,
        timeout: float | None,
        through_pauses: bool = True,
    ) -> tuple[Job, ...]:
        """The jobs, as they are when all (or one of them) finished or the time ran out."""
        jobs = await self._jobs(location)
        return await wait_for_jobs(jobs, ids, any_one=any_one, timeout=timeout, through_pauses=through_pauses)

    async def stop_job(self, location: Location, id: JobId, grace: float, signal: str = "TERM") -> StopReport:
        """Stop it and wait until its processes are gone."""
        return await (await self._jobs(location)).stop(id, grace, signal)

    async def signal_job(self, location: Location, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of a job."""
        return await (await self._jobs(location)).signal(id, name)

    async def remove_job(self, location: Location, id: JobId, *, force: bool) -> None:
        """Remove a job and its spool."""
        await (await self._jobs(location)).remove(id, force=force)

    async def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of leaf jobs."""
        async with closing(follow_jobs(await self._jobs(location), ids, until_end=until_end)) as snapshots:
            async for job in snapshots:
                yield job

    async def running_there(self) -> tuple[RunningThere, ...]:
        """The running jobs of hosts that were started through this engine."""
        return self._engine.ends.running_there()

    async def mark_received(self, location: Location, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""
        await (await self._jobs(location)).mark_received(marks)

    # -- jobs that the front end runs itself --

    async def host_job(self, request: HostJob) -> Job:
        """List a job that this front end is about to run."""
        return await self._engine.hosted.host(request, self)

    async def report_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell what became of hosted jobs."""
        await self._engine.hosted.report(changes)

    async def reclaim_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell what this front end hosts since another engine's time."""
        await self._engine.hosted.reclaim(changes, self)

    def ask_to_stop(self, id: JobId) -> None:
        """Somebody wants a job of this front end to stop."""
        self._stops.append(id)
        self._has_stops.notify()

    async def hosted_stops(self) -> AsyncIterator[JobId]:
        """The jobs of this front end that somebody wants to stop."""
        while not self._is_closed:
            while self._stops:
                yield self._stops.pop(0)
            await self._has_stops.wait()

    # -- sessions --

    async def open_session(self, request: OpenSession) -> Session:
        """Connect and open; raises HostError."""
        return await self._engine.sessions.open(request, self, self.front_end, self._asker)

    async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
        """Go on with a session of an engine that is gone."""
        resumed = await self._engine.sessions.resume(session, self, self.front_end)
        for job in running:
            if job.instance_id in resumed.running:
                continue  # another front end that used the session was here before
            if job.id.child:
                self._watch_child(resumed, job, is_to_begin=job.state is JobState.NOT_STARTED)
            else:
                self._watch_there(resumed, job)
        return (await self._engine.sessions.select(SessionQuery(ids=(session.id,))))[0]

    async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id."""
        return await self._engine.sessions.select(query)

    async def find_sessions(self, request: OpenSession) -> tuple[Session, ...]:
        """Ask a host for all sessions of this user there."""
        return await self._engine.sessions.find(request, self.front_end, self._asker)

    async def disconnect_session(self, id: SessionId, option: SessionOption) -> Session:
        """Leave a session on its host."""
        return await self._engine.sessions.disconnect(id, option)

    async def connect_session(self, id: SessionId, option: SessionOption | None = None) -> Session:
        """Make a session ours."""
        return await self._engine.sessions.connect(id, option or SessionOption(), self, self._asker)

    async def receive_session(self, id: SessionId, name: str) -> tuple[Job, ...]:
        """The jobs here of what runs in a session."""
        return await self._engine.sessions.receive(id, name, self.front_end)

    async def remove_session(self, id: SessionId) -> None:
        """Close the session."""
        await self._engine.sessions.remove(id)

    # -- attached commands --

    async def invoke(self, request: Invoke) -> Invocation:
        """Start an attached command."""
        if self._is_closed:
            raise OperationError("this front end has left")
        targets = tuple([await self._attached_target(target, request.credential) for target in request.targets])
        commands = AttachedCommands(request, targets, self._asker, self._invocations.discard)
        self._invocations.add(commands)
        return commands

    async def _attached_target(self, target: Target, credential: Credential | None) -> AttachedTarget:
        if isinstance(target, HostAddress):
            return AttachedTarget(self._engine.hosts.find(target, self.front_end, credential))
        try:
            session = await self._engine.sessions.use(target, self)
        except InvalidState as error:  # the other targets still count
            return AttachedTarget(self._engine.sessions[target].host, refusal=error)
        return AttachedTarget(session.host, session, self)

    # -- files --

    def files(self, location: Location) -> LocationFiles:
        """The files of a location."""
        return LocationFiles(lambda: self._host_of(location), self._asker)

    async def _host_of(self, location: Location) -> Host:
        if location is None:
            return self._engine.hosts.here
        return (await self._engine.sessions.use(location, self)).host

    async def copy(self, request: CopyRequest) -> AsyncIterator[CopyEvent]:
        """Copy files between machines."""
        if self._is_closed:
            raise OperationError("this front end has left")
        sources = [await self._host_of(one.location) for one in request.sources]
        destinations = [await self._host_of(to.location) for to in request.destinations]
        copy = Copy(request, sources, destinations, self._asker, self._copies.discard)
        self._copies.add(copy)
        async with closing(copy.events()) as events:
            async for event in events:
                yield event

    # -- the rest --

    def tell(self, event: Event) -> None:
        """Something happened."""
        self._news.append(event)
        del self._news[:-_MOST_EVENTS]
        self._has_news.notify()

    async def events(self) -> AsyncIterator[Event]:
        """What happens from now on, until the front end leaves."""
        self._news.clear()
        while not self._is_closed:
            while self._news:
                yield self._news.pop(0)
            await self._has_news.wait()

    async def add_history(self, text: str) -> None:
        """Remember a line of the prompt."""
        await self._engine.store.add_history(text, time.time())

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""
        return await self._engine.store.history(newest)

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines."""
        await self._engine.store.forget_history(ids)

    async def status(self) -> EngineStatus:
        """How the engine is."""
        return await self._engine.status()

    async def job_of(self, instance_id: InstanceId) -> Job | None:
        """The job with this InstanceId, for a job's own process."""
        found = select(await self._engine.here.all(), JobQuery(instance_ids=(instance_id,)))
        return found[0] if found else None

    async def aclose(self) -> None:
        """Leave: what is attached ends, sessions go."""
        if self._is_closed:
            return
        self._is_closed = True
        self._has_news.notify()
        self._has_stops.notify()
        await asyncio.gather(*(commands.aclose() for commands in list(self._invocations)))
        await asyncio.gather(*(copy.aclose() for copy in list(self._copies)))
        self._invocations.clear()
        await asyncio.gather(*(self._stop_attached_job(host, id) for host, id in self._attached_jobs))
        if not self._engine.is_leaving:
            await self._engine.hosted.leave(self)
            await self._engine.sessions.leave(self)
        self._engine.left(self)

    async def _stop_attached_job(self, host: Host, id: InstanceId) -> None:
        with contextlib.suppress(JobshError):
            await (await host.spool()).stop(id, _GRACE_AT_END)
        self._engine.attached_jobs.discard(id)

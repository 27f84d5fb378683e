"""The engine as one attached front end sees it: the port, said in terms of hosts, sessions and locations."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from jobsh.engine.attached import AttachedCommands, AttachedTarget
from jobsh.engine.copies import Copy
from jobsh.engine.front_end_jobs import FrontEndJobs
from jobsh.engine.hosts import Host
from jobsh.engine.location import follow_jobs, wait_for_jobs
from jobsh.engine.location_files import LocationFiles
from jobsh.engine.news import News
from jobsh.engine.selection import select
from jobsh.engine.services import Services
from jobsh.engine.signals import closing
from jobsh.errors import InvalidState, OperationError
from jobsh.model.credential import Credential
from jobsh.model.files import CopyEvent, CopyRequest
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, JobId, Location, SessionId
from jobsh.model.job import Job, Mark, SignalReport, StopReport
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

_MOST_EVENTS = 1000
"""Not taken yet; then the oldest go: events are news, the truth is in the jobs."""


class AttachedFrontEnd:
    """An Engine for one front end. `aclose`: it is dead, and what is attached to it ends."""

    def __init__(
        self, services: Services, front_end: FrontEnd, asker: Asker, left: Callable[[AttachedFrontEnd], None]
    ) -> None:
        self.front_end = front_end
        self._services = services
        self._left = left
        self._asker = asker if front_end.is_interactive else None
        self._invocations: set[AttachedCommands] = set()
        self._copies: set[Copy] = set()
        self._jobs = FrontEndJobs(services, self, front_end, self._asker)
        self._news = News[Event](_MOST_EVENTS)
        self._stops = News[JobId]()
        self._is_closed = False

    @property
    def has_foreground(self) -> bool:
        """Whether something would be cut if the engine went now."""
        return bool(self._invocations or self._jobs.are_attached or self._copies)

    # -- jobs of a location --

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        """Start a job; returns when it is durable."""
        return await self._jobs.start(location, request)

    async def start_command(self, session: SessionId, request: JobRequest) -> None:
        """Start a command that is the session's own."""
        await self._jobs.start_command(session, request)

    async def fan_out(self, request: FanOut) -> Job:
        """Start one job here with a child job per target; returns at once."""
        return await self._jobs.fan_out(request)

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        """The matching jobs by ascending id."""
        jobs = await self._jobs.at(location)
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
        jobs = await self._jobs.at(location)
        return await wait_for_jobs(jobs, ids, any_one=any_one, timeout=timeout, through_pauses=through_pauses)

    async def stop_job(self, location: Location, id: JobId, grace: float, signal: str = "TERM") -> StopReport:
        """Stop it and wait until its processes are gone."""
        return await (await self._jobs.at(location)).stop(id, grace, signal)

    async def signal_job(self, location: Location, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of a job."""
        return await (await self._jobs.at(location)).signal(id, name)

    async def remove_job(self, location: Location, id: JobId, *, force: bool) -> None:
        """Remove a job and its spool."""
        await (await self._jobs.at(location)).remove(id, force=force)

    async def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of leaf jobs."""
        async with closing(follow_jobs(await self._jobs.at(location), ids, until_end=until_end)) as snapshots:
            async for job in snapshots:
                yield job

    async def running_there(self) -> tuple[RunningThere, ...]:
        """The running jobs of hosts that were started through this engine."""
        return self._services.ends.running_there()

    async def mark_received(self, location: Location, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""
        await (await self._jobs.at(location)).mark_received(marks)

    # -- jobs that the front end runs itself --

    async def host_job(self, request: HostJob) -> Job:
        """List a job that this front end is about to run."""
        return await self._services.hosted.host(request, self)

    async def report_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell what became of hosted jobs."""
        await self._services.hosted.report(changes)

    async def reclaim_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell what this front end hosts since another engine's time."""
        await self._services.hosted.reclaim(changes, self)

    def ask_to_stop(self, id: JobId) -> None:
        """Somebody wants a job of this front end to stop."""
        self._stops.tell(id)

    async def hosted_stops(self) -> AsyncIterator[JobId]:
        """The jobs of this front end that somebody wants to stop."""
        async with closing(self._stops.each()) as stops:
            async for id in stops:
                yield id

    # -- sessions --

    async def open_session(self, request: OpenSession) -> Session:
        """Connect and open; raises HostError."""
        return await self._services.sessions.open(request, self, self.front_end, self._asker)

    async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
        """Go on with a session of an engine that is gone."""
        resumed = await self._services.sessions.resume(session, self, self.front_end)
        self._jobs.watch(resumed, running)
        return (await self._services.sessions.select(SessionQuery(ids=(session.id,))))[0]

    async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id."""
        return await self._services.sessions.select(query)

    async def find_sessions(self, request: OpenSession) -> tuple[Session, ...]:
        """Ask a host for all sessions of this user there."""
        return await self._services.sessions.find(request, self.front_end, self._asker)

    async def disconnect_session(self, id: SessionId, option: SessionOption) -> Session:
        """Leave a session on its host."""
        return await self._services.sessions.disconnect(id, option)

    async def connect_session(self, id: SessionId, option: SessionOption | None = None) -> Session:
        """Make a session ours."""
        return await self._services.sessions.connect(id, option or SessionOption(), self, self._asker)

    async def receive_session(self, id: SessionId, name: str) -> tuple[Job, ...]:
        """The jobs here of what runs in a session."""
        return await self._services.sessions.receive(id, name, self.front_end)

    async def remove_session(self, id: SessionId) -> None:
        """Close the session."""
        await self._services.sessions.remove(id)

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
            return AttachedTarget(self._services.hosts.find(target, self.front_end, credential))
        try:
            session = await self._services.sessions.use(target, self)
        except InvalidState as error:  # the other targets still count
            return AttachedTarget(self._services.sessions[target].host, refusal=error)
        return AttachedTarget(session.host, session, self)

    # -- files --

    def files(self, location: Location) -> LocationFiles:
        """The files of a location."""
        return LocationFiles(lambda: self._host_of(location), self._asker)

    async def _host_of(self, location: Location) -> Host:
        if location is None:
            return self._services.hosts.here
        return (await self._services.sessions.use(location, self)).host

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
        self._news.tell(event)

    async def events(self) -> AsyncIterator[Event]:
        """What happens from now on, until the front end leaves."""
        self._news.forget()
        async with closing(self._news.each()) as events:
            async for event in events:
                yield event

    async def add_history(self, text: str) -> None:
        """Remember a line of the prompt."""
        await self._services.store.add_history(text, time.time())

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""
        return await self._services.store.history(newest)

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines."""
        await self._services.store.forget_history(ids)

    async def status(self) -> EngineStatus:
        """How the engine is."""
        return await self._services.status()

    async def job_of(self, instance_id: InstanceId) -> Job | None:
        """The job with this InstanceId, for a job's own process."""
        found = select(await self._services.here.all(), JobQuery(instance_ids=(instance_id,)))
        return found[0] if found else None

    async def aclose(self) -> None:
        """Leave: what is attached ends, sessions go."""
        if self._is_closed:
            return
        self._is_closed = True
        self._news.close()
        self._stops.close()
        await asyncio.gather(*(commands.aclose() for commands in list(self._invocations)))
        await asyncio.gather(*(copy.aclose() for copy in list(self._copies)))
        self._invocations.clear()
        await self._jobs.aclose()
        if not self._services.is_leaving:
            await self._services.hosted.leave(self)
            await self._services.sessions.leave(self)
        self._left(self)

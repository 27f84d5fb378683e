"""The engine as a front end holds it: connected to (and its process started) when it is first asked something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Protocol, cast

from jobsh.app.kept import KeptHosted, KeptSessions
from jobsh.errors import EngineLost
from jobsh.model.ids import InstanceId, JobId, Location, SessionId
from jobsh.model.job import Job, Mark, SignalReport, StopReport
from jobsh.model.messages import (
    EngineStatus,
    Event,
    FanOut,
    HistoryItem,
    HostedChange,
    HostJob,
    Invoke,
    JobRequest,
    OpenSession,
    RunningThere,
)
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Session
from jobsh.model.session_option import SessionOption
from jobsh.ports.engine import Engine, Invocation

if TYPE_CHECKING:
    from jobsh.model.files import CopyEvent, CopyRequest
    from jobsh.ports.files import Files

_MOST_LOSSES = 3
"""So many engines may go before one answers: while versions change, one may come only to make room for the next."""


class ConnectedEngine(Engine, Protocol):
    """An engine in another process."""

    @property
    def is_lost(self) -> bool:
        """Whether it went away."""


class LazyEngine:
    """Implements `ports.engine.Engine` by one that `connect` gives when it is needed. When that one was lost, the next one goes
    on with our sessions and with the jobs that we run."""

    def __init__(self, connect: Callable[[], Awaitable[ConnectedEngine]]) -> None:
        self._connect = connect
        self._engine: ConnectedEngine | None = None
        self._connecting: asyncio.Task[ConnectedEngine] | None = None
        self._sessions = KeptSessions()
        self._hosted = KeptHosted()

    async def _get(self) -> ConnectedEngine:
        engine = self._engine
        if engine is not None and not engine.is_lost:
            return engine
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.get_running_loop().create_task(self._connect_with_ours())
        # others wait for it, too; and who has what is ours already must not be left half way: they would go with us
        return await asyncio.shield(self._connecting)

    async def _connect_with_ours(self) -> ConnectedEngine:
        for _ in range(_MOST_LOSSES):
            engine = await self._connect()
            try:
                await self._sessions.resume(engine)
                await self._hosted.resume(engine)
            except EngineLost:
                continue
            except asyncio.CancelledError:  # this front end leaves
                await engine.aclose()
                raise
            self._engine = engine
            return engine
        raise EngineLost("one engine after the other went away", hint="jobsh engine restart")

    async def _ask(self, ask: Callable[[Engine], Awaitable[Any]]) -> Any:
        """Ask; an engine that went away is forgotten, so that the next question finds or starts another."""
        engine = await self._get()
        try:
            return await ask(engine)
        except EngineLost:
            self._forget(engine)
            raise

    async def _ask_any(self, ask: Callable[[Engine], Awaitable[Any]]) -> Any:
        """Ask what may be asked twice: when this engine goes, the next one answers. Jobs do not notice, so nor need users."""
        for _ in range(_MOST_LOSSES):
            engine = await self._get()
            try:
                return await ask(engine)
            except EngineLost:
                self._forget(engine)
        return await self._ask(ask)

    def _forget(self, engine: Engine) -> None:
        if self._engine is engine:
            self._engine = None

    async def _follow(self, ask: Callable[[Engine], AsyncIterator[Any]]) -> AsyncIterator[Any]:
        engine = await self._get()
        try:
            async with aclosing(cast(Any, ask(engine))) as values:
                async for value in values:
                    yield value
        except EngineLost:
            self._forget(engine)
            raise

    async def _follow_on(self, ask: Callable[[Engine], AsyncIterator[Any]]) -> AsyncIterator[Any]:
        """As `_follow`, for what begins with how things are: each engine that told something may go and be followed by others."""
        losses = 0
        while True:
            engine = await self._get()
            try:
                async with aclosing(cast(Any, ask(engine))) as values:
                    async for value in values:
                        losses = 0
                        yield value
            except EngineLost:
                self._forget(engine)
                losses += 1
                if losses > _MOST_LOSSES:
                    raise
            else:
                return

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        """Start a job."""
        job = cast(Job, await self._ask(lambda e: e.start_job(location, request)))
        if location is not None and job.seen_from == location:
            self._sessions.started(location, job)
        return job

    async def fan_out(self, request: FanOut) -> Job:
        """Start one job with a child job per target."""
        job = cast(Job, await self._ask(lambda e: e.fan_out(request)))
        for target, child in zip(request.targets, job.children, strict=True):
            if isinstance(target, int):
                self._sessions.started(target, child)
        return job

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        """The matching jobs."""
        return cast(tuple[Job, ...], await self._ask_any(lambda e: e.select_jobs(location, query)))

    async def wait_jobs(
        self,
        location: Location,
        ids: tuple[JobId, ...],
        *,
        any_one: bool,
        timeout: float | None,
        through_pauses: bool = True,
    ) -> tuple[Job, ...]:
        """Wait for jobs to finish."""
        clock = asyncio.get_running_loop().time
        end = None if timeout is None else clock() + timeout

        def ask(engine: Engine) -> Awaitable[tuple[Job, ...]]:
            left = None if end is None else max(0.0, end - clock())
            return engine.wait_jobs(location, ids, any_one=any_one, timeout=left, through_pauses=through_pauses)

        return cast(tuple[Job, ...], await self._ask_any(ask))

    async def stop_job(self, location: Location, id: JobId, grace: float, signal: str = "TERM") -> StopReport:
        """Stop a job."""
        return cast(StopReport, await self._ask(lambda e: e.stop_job(location, id, grace, signal)))

    async def signal_job(self, location: Location, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of a job."""
        return cast(SignalReport, await self._ask(lambda e: e.signal_job(location, id, name)))

    async def remove_job(self, location: Location, id: JobId, *, force: bool) -> None:
        """Remove a job."""
        await self._ask(lambda e: e.remove_job(location, id, force=force))

    def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of jobs as their output grows; from the next engine, when this one goes."""
        return self._follow_on(lambda e: e.follow_jobs(location, ids, until_end=until_end))

    async def running_there(self) -> tuple[RunningThere, ...]:
        """The running jobs of hosts that were started through this engine."""
        return cast(tuple[RunningThere, ...], await self._ask_any(lambda e: e.running_there()))

    async def mark_received(self, location: Location, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""
        await self._ask_any(lambda e: e.mark_received(location, marks))

    async def host_job(self, request: HostJob) -> Job:
        """List a job that this front end is about to run."""
        job = cast(Job, await self._ask(lambda e: e.host_job(request)))
        self._hosted.began(job)
        return job

    async def report_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell what became of hosted jobs."""
        self._hosted.changed(changes)
        await self._ask_any(lambda e: e.report_hosted(changes))
        self._hosted.told(changes)

    async def reclaim_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell an engine that came after the one that was asked what this front end still runs."""
        await self._ask(lambda e: e.reclaim_hosted(changes))

    def hosted_stops(self) -> AsyncIterator[JobId]:
        """The jobs of this front end that somebody wants to stop."""
        return self._follow(lambda e: e.hosted_stops())

    async def open_session(self, request: OpenSession) -> Session:
        """Open a session."""
        session = cast(Session, await self._ask_any(lambda e: e.open_session(request)))
        self._sessions.use((session,))
        return session

    async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
        """Go on with a session of an engine that is gone."""
        return cast(Session, await self._ask(lambda e: e.resume_session(session, running)))

    async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions."""
        found = cast(tuple[Session, ...], await self._ask_any(lambda e: e.select_sessions(query)))
        if query != SessionQuery():  # who names sessions means to use them
            self._sessions.use(found)
        for id in set(query.ids) - {session.id for session in found}:
            self._sessions.forget(id)
        return found

    async def find_sessions(self, request: OpenSession) -> tuple[Session, ...]:
        """Ask a host for all sessions there."""
        return cast(tuple[Session, ...], await self._ask_any(lambda e: e.find_sessions(request)))

    async def disconnect_session(self, id: SessionId, option: SessionOption) -> Session:
        """Leave a session on its host."""
        session = cast(Session, await self._ask(lambda e: e.disconnect_session(id, option)))
        self._sessions.disconnected(session)
        return session

    async def connect_session(self, id: SessionId, option: SessionOption | None = None) -> Session:
        """Make a session ours."""
        session = cast(Session, await self._ask(lambda e: e.connect_session(id, option)))
        self._sessions.use((session,))
        return session

    async def receive_session(self, id: SessionId, name: str) -> tuple[Job, ...]:
        """The jobs here of what runs in a session."""
        jobs = cast(tuple[Job, ...], await self._ask(lambda e: e.receive_session(id, name)))
        for child in (child for job in jobs for child in job.children):
            self._sessions.started(id, child)
        return jobs

    async def start_command(self, session: SessionId, request: JobRequest) -> None:
        """Start a command that is the session's own."""
        await self._ask(lambda e: e.start_command(session, request))

    async def remove_session(self, id: SessionId) -> None:
        """Close a session."""
        await self._ask_any(lambda e: e.remove_session(id))
        self._sessions.forget(id)

    async def invoke(self, request: Invoke) -> Invocation:
        """Start an attached command."""
        return cast(Invocation, await self._ask(lambda e: e.invoke(request)))

    def files(self, location: Location) -> Files:
        """The files of a location."""
        from jobsh.app.lazy_files import LazyFiles

        return LazyFiles(location, self._ask, self._follow)

    def copy(self, request: CopyRequest) -> AsyncIterator[CopyEvent]:
        """Copy files between machines."""
        return self._follow(lambda e: e.copy(request))

    async def events(self) -> AsyncIterator[Event]:
        """What happens from now on."""
        async with aclosing(cast(Any, self._follow(lambda e: e.events()))) as events:
            async for event in events:
                self._sessions.heed(event)
                yield event

    async def add_history(self, text: str) -> None:
        """Remember a line of the prompt."""
        await self._ask(lambda e: e.add_history(text))

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines."""
        return cast(tuple[HistoryItem, ...], await self._ask(lambda e: e.history(newest)))

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines."""
        await self._ask(lambda e: e.forget_history(ids))

    async def status(self) -> EngineStatus:
        """How the engine is."""
        return cast(EngineStatus, await self._ask(lambda e: e.status()))

    async def job_of(self, instance_id: InstanceId) -> Job | None:
        """The job with this InstanceId."""
        return cast("Job | None", await self._ask(lambda e: e.job_of(instance_id)))

    async def aclose(self) -> None:
        """Leave the engine, if it was ever asked."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait({self._connecting})
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.aclose()

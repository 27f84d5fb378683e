"""The engine over its socket, as front ends hold it: LinkClient is a ports Engine. Imports little: a one-liner waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, TypeVar

from jobsh.errors import EngineLost, JobshError
from jobsh.link.calls import Calls
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
    InvokeEvent,
    JobRequest,
    OpenSession,
    RunningThere,
)
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Session
from jobsh.model.session_option import SessionOption

if TYPE_CHECKING:
    from jobsh.link.files import LinkFiles
    from jobsh.model.files import CopyEvent, CopyRequest
    from jobsh.ports.engine import Invocation

T = TypeVar("T")

_LONGEST_LEAVING = 15.0
"""Seconds. What a silent host has not answered by then, the engine settles without us: a closed socket says that we are gone."""


class LinkClient:
    """One front end's engine, over a socket."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._is_closed = False

    @property
    def is_lost(self) -> bool:
        """Whether the engine went away."""
        return self._calls.is_lost

    # -- jobs of a location --

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        """Start a job; returns when it is durable."""
        return _typed(Job, await self._calls.call("start_job", location, request))

    async def fan_out(self, request: FanOut) -> Job:
        """Start one job here with a child job per target; returns at once."""
        return _typed(Job, await self._calls.call("fan_out", request))

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        """The matching jobs by ascending id."""
        return tuple(await self._calls.call("select_jobs", location, query))

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
        more: dict[str, Any] = (
            {} if through_pauses else {"through_pauses": False}
        )  # which an older engine does not know
        return tuple(await self._calls.call("wait_jobs", location, ids, any_one=any_one, timeout=timeout, **more))

    async def stop_job(self, location: Location, id: JobId, grace: float, signal: str = "TERM") -> StopReport:
        """Stop it and wait until its processes are gone."""
        more: dict[str, Any] = {} if signal == "TERM" else {"signal": signal}
        return _typed(StopReport, await self._calls.call("stop_job", location, id, grace, **more))

    async def signal_job(self, location: Location, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of a job."""
        return _typed(SignalReport, await self._calls.call("signal_job", location, id, name))

    async def remove_job(self, location: Location, id: JobId, *, force: bool) -> None:
        """Remove a job and its spool."""
        await self._calls.call("remove_job", location, id, force=force)

    async def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of leaf jobs."""
        call, stream = await self._calls.open_stream("follow_jobs", location, ids, until_end=until_end)
        async with contextlib.aclosing(self._calls.items(call, stream)) as items:
            async for job in items:
                yield job

    async def running_there(self) -> tuple[RunningThere, ...]:
        """The running jobs of hosts that were started through this engine."""
        return tuple(await self._calls.call("running_there"))

    async def mark_received(self, location: Location, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""
        await self._calls.call("mark_received", location, marks)

    # -- jobs that this front end runs itself --

    async def host_job(self, request: HostJob) -> Job:
        """List a job that this front end is about to run."""
        return _typed(Job, await self._calls.call("host_job", request))

    async def report_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell what became of hosted jobs."""
        await self._calls.call("report_hosted", changes)

    async def reclaim_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell an engine that came after the one that was asked what this front end still runs."""
        await self._calls.call("reclaim_hosted", changes)

    async def hosted_stops(self) -> AsyncIterator[JobId]:
        """The jobs of this front end that somebody wants to stop."""
        call, stream = await self._calls.open_stream("hosted_stops")
        async with contextlib.aclosing(self._calls.items(call, stream)) as items:
            async for id in items:
                yield id

    # -- sessions --

    async def open_session(self, request: OpenSession) -> Session:
        """Connect and open; raises HostError."""
        return _typed(Session, await self._calls.call("open_session", request))

    async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
        """Go on with a session of an engine that is gone."""
        return _typed(Session, await self._calls.call("resume_session", session, running))

    async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id."""
        return tuple(await self._calls.call("select_sessions", query))

    async def find_sessions(self, request: OpenSession) -> tuple[Session, ...]:
        """Ask a host for all sessions of this user there."""
        return tuple(await self._calls.call("find_sessions", request))

    async def disconnect_session(self, id: SessionId, option: SessionOption) -> Session:
        """Leave a session on its host."""
        return _typed(Session, await self._calls.call("disconnect_session", id, option))

    async def connect_session(self, id: SessionId, option: SessionOption | None = None) -> Session:
        """Make a session ours."""
        return _typed(Session, await self._calls.call("connect_session", id, option))

    async def receive_session(self, id: SessionId, name: str) -> tuple[Job, ...]:
        """The jobs here of what runs in a session."""
        return tuple(await self._calls.call("receive_session", id, name))

    async def start_command(self, session: SessionId, request: JobRequest) -> None:
        """Start a command that is the session's own."""
        await self._calls.call("start_command", session, request)

    async def remove_session(self, id: SessionId) -> None:
        """Close the session."""
        await self._calls.call("remove_session", id)

    # -- attached commands --

    async def invoke(self, request: Invoke) -> Invocation:
        """Start an attached command."""
        call, stream = await self._calls.open_replied_stream("invoke", request)
        return _LinkInvocation(self._calls, call, self._calls.items(call, stream))

    # -- files --

    def files(self, location: Location) -> LinkFiles:
        """The files of a location."""
        from jobsh.link.files import LinkFiles

        return LinkFiles(self._calls, location)

    async def copy(self, request: CopyRequest) -> AsyncIterator[CopyEvent]:
        """Copy files between machines."""
        call, stream = await self._calls.open_stream("copy", request)
        async with contextlib.aclosing(self._calls.items(call, stream)) as items:
            async for event in items:
                yield event

    # -- the rest --

    async def events(self) -> AsyncIterator[Event]:
        """What happens from now on, until the front end leaves."""
        call, stream = await self._calls.open_stream("events")
        async with contextlib.aclosing(self._calls.items(call, stream)) as items:
            async for event in items:
                yield event

    async def add_history(self, text: str) -> None:
        """Remember a line of the prompt."""
        await self._calls.call("add_history", text)

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""
        return tuple(await self._calls.call("history", newest))

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines."""
        await self._calls.call("forget_history", ids)

    async def status(self) -> EngineStatus:
        """How the engine is."""
        return _typed(EngineStatus, await self._calls.call("status"))

    async def job_of(self, instance_id: InstanceId) -> Job | None:
        """The job with this InstanceId, for a job's own process."""
        job = await self._calls.call("job_of", instance_id)
        return None if job is None else _typed(Job, job)

    async def stop_engine(self) -> None:
        """Ask the engine to stop; returns when it is gone. Jobs go on."""
        with contextlib.suppress(EngineLost):
            await self._calls.call("stop_engine")
            await self._calls.wait_lost()

    async def aclose(self) -> None:
        """Leave: what is attached to this front end ends, its sessions go."""
        if self._is_closed:
            return
        self._is_closed = True
        with contextlib.suppress(EngineLost, JobshError, TimeoutError):
            async with asyncio.timeout(_LONGEST_LEAVING):
                await self._calls.call("leave")
        await self._calls.aclose()


class _LinkInvocation:
    """An Invocation whose command runs at the other end of the link."""

    def __init__(self, calls: Calls, call: int, items: AsyncGenerator[Any, None]) -> None:
        self._calls = calls
        self._call = call
        self._items = items
        self._is_over = False

    async def events(self) -> AsyncIterator[InvokeEvent]:
        """Output, ends and refusals as they come."""
        async for event in self._items:
            yield event
        self._is_over = True

    async def write(self, data: bytes) -> None:
        """Give the single target standard input; returns when it was taken."""
        await self._calls.call("write", self._call, payload=data)

    async def write_eof(self) -> None:
        """End the single target's standard input."""
        await self._calls.call("write_eof", self._call)

    async def resize(self, columns: int, rows: int) -> None:
        """The terminal's size changed."""
        await self._calls.call("resize", self._call, columns, rows)

    async def signal(self, name: str) -> None:
        """Send a signal to every command that still runs."""
        await self._calls.call("signal", self._call, name)

    async def aclose(self) -> int:
        """Stop what still runs on all targets; the number of processes that are left."""
        if self._is_over:  # the engine has closed it
            return 0
        try:
            return int(await self._calls.call("close_invocation", self._call))
        except EngineLost:  # then its end stopped them
            return 0
        finally:
            self._calls.drop_stream(self._call)


def _typed(kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise JobshError(
            f"the engine answered {type(value).__name__}, not {kind.__name__}", hint="jobsh engine restart"
        )
    return value

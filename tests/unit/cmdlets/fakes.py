"""An engine in memory whose jobs do what a test tells them, and the context of one cmdlet call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import cast

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet
from jobsh.command.script_block import NO_ITEM, ScriptBlock
from jobsh.engine.selection import select
from jobsh.errors import InvalidState, JobshError, NotFound, Span
from jobsh.language.ast import BlockKind, Script
from jobsh.model.files import CopyEvent, CopyRequest
from jobsh.model.ids import HERE, InstanceId, JobId, Location, SessionId, new_instance_id
from jobsh.model.job import Job, JobKind, Mark, Outcome, OutcomeKind, Output, SignalReport, StopReport
from jobsh.model.job_state import JobState, combine
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
    Program,
    RunningThere,
    Surroundings,
)
from jobsh.model.queries import JobQuery, SessionQuery, matches
from jobsh.model.records import Chunk, ErrorRecord, Origin, Stream
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.session_option import SessionOption
from jobsh.ports.engine import Invocation
from jobsh.ports.files import Files
from jobsh.runtime.failures import error_record
from jobsh.runtime.scope import Scope
from jobsh.transport.local_files import LocalDisk


class FakeInvocation:
    """Gives prepared events; keeps what it was written."""

    def __init__(self, events: Sequence[InvokeEvent], left: int, *, reads_all: bool) -> None:
        self._events = events
        self._left = left
        self._reads_all = reads_all
        self.written = b""
        self.eof = asyncio.Event()
        self.is_closed = False

    async def events(self) -> AsyncIterator[InvokeEvent]:
        if self._reads_all:
            await self.eof.wait()
        for event in self._events:
            yield event

    async def write(self, data: bytes) -> None:
        self.written += data

    async def write_eof(self) -> None:
        self.eof.set()

    async def resize(self, columns: int, rows: int) -> None: ...

    async def signal(self, name: str) -> None: ...

    async def aclose(self) -> int:
        self.is_closed = True
        return self._left


class FakeEngine:
    """Jobs and sessions in memory; output in files, as the port says. Tests drive it with `grow` and `finish`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._leaves: dict[tuple[Location, JobId], Job] = {}
        self._parents: dict[JobId, Job] = {}
        self._changed = asyncio.Condition()
        self.requests: list[object] = []
        self.is_lost = False
        self.sessions: dict[SessionId, Session] = {}
        self.received: dict[SessionId, tuple[Job, ...]] = {}
        """What receiving a session gives."""
        self.refuses: dict[str, JobshError] = {}
        """Hosts that cannot be reached."""
        self.marks: list[Mark] = []
        self.following = 0
        self.waiting = 0
        """How often somebody began to wait."""
        self.signals: list[tuple[JobId, str]] = []
        self.stops: list[tuple[JobId, float, str]] = []
        self.removed: list[JobId] = []
        self.events_of_invoke: Sequence[InvokeEvent] = ()
        self.events_of_copy: Sequence[CopyEvent] = ()
        self.left = 0
        self.stopped = 1
        self.invocations: list[FakeInvocation] = []

    # -- what tests do --

    def add(
        self, text: str = "", *, location: Location = HERE, state: JobState = JobState.RUNNING, name: str = ""
    ) -> Job:
        """A job that runs, or one with children (`add_children`)."""
        number = 1 + max((id.number for place, id in self._leaves if place == location), default=0)
        return self._add_leaf(
            location, JobId(number), name or f"Job{number}", text, state, "localhost", JobKind.BACKGROUND
        )

    def add_children(self, *hosts: str, name: str = "", hide: bool = False) -> Job:
        """A fan-out with a running child per host."""
        number = 1 + max((id.number for place, id in self._leaves if place == HERE), default=0)
        for n, host in enumerate(hosts, 1):
            self._add_leaf(HERE, JobId(number, n), f"Job{number}.{n}", "", JobState.RUNNING, host, JobKind.CHILD)
        parent = Job(
            JobId(number),
            new_instance_id(),
            name or f"Job{number}",
            JobKind.REMOTE,
            JobState.RUNNING,
            ",".join(hosts),
            "",
            hide_computer_name=hide,
        )
        self._parents[parent.id] = parent
        return self._assembled(parent)

    def _add_leaf(
        self, place: Location, id: JobId, name: str, text: str, state: JobState, location: str, kind: JobKind
    ) -> Job:
        directory = self._directory / f"{place}-{id}"
        directory.mkdir()
        for stream in ("out", "err", "index"):
            (directory / stream).touch()
        instance = new_instance_id()
        job = Job(id, instance, name, kind, state, location, text, output=Output(str(directory)), seen_from=place)
        self._leaves[place, id] = job
        return job

    async def grow(
        self, id: JobId, out: bytes = b"", err: bytes = b"", *, location: Location = HERE, at: float = 1.0
    ) -> None:
        """The job writes `out`, then `err`."""
        job = self._leaves[location, id]
        assert job.output is not None
        directory = Path(job.output.directory)
        for stream, data in (("out", out), ("err", err)):
            with (directory / stream).open("ab") as file:
                file.write(data)
        sizes = job.output.out + len(out), job.output.err + len(err)
        with (directory / "index").open("a") as index:
            index.write(f"{at} {sizes[0]} {sizes[1]}\n")
        await self._change(location, job.replace(output=job.output.replace(out=sizes[0], err=sizes[1])))

    async def finish(
        self,
        id: JobId,
        status: int = 0,
        *,
        location: Location = HERE,
        outcome: Outcome | None = None,
        ended: float | None = None,
    ) -> None:
        """The job ends."""
        job = self._leaves[location, id]
        assert job.output is not None
        how = outcome or Outcome.exited(status)
        state = JobState.COMPLETED if how.succeeded else JobState.FAILED
        output = job.output.replace(is_complete=True)
        await self._change(location, job.replace(state=state, outcome=how, output=output, ended=ended))

    def job(self, id: JobId, location: Location = HERE) -> Job:
        """The job as it is."""
        return self._leaves[location, id] if (location, id) in self._leaves else self._assembled(self._parents[id])

    async def _change(self, location: Location, job: Job) -> None:
        async with self._changed:
            self._leaves[location, job.id] = job
            self._changed.notify_all()

    # -- jobs --

    def _assembled(self, parent: Job) -> Job:
        own = sorted(id for place, id in self._leaves if place == HERE and id.number == parent.id.number)
        children = tuple(self._leaves[HERE, id] for id in own)
        return parent.replace(children=children, state=combine(child.state for child in children))

    def _tops(self, location: Location) -> list[Job]:
        own = [job for (place, id), job in self._leaves.items() if place == location and not id.child]
        return sorted(own + [self._assembled(p) for p in self._parents.values() if location == HERE], key=_by_id)

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        self.requests.append(request)
        return self.add(request.program.shown, location=location, name=request.name)

    async def fan_out(self, request: FanOut) -> Job:
        self.requests.append(request)
        hosts = (t.label if not isinstance(t, int) else self.sessions[t].computer_name for t in request.targets)
        return self.add_children(*hosts, name=request.name, hide=request.hide_computer_name)

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        return select(self._tops(location), query)

    async def wait_jobs(
        self,
        location: Location,
        ids: tuple[JobId, ...],
        *,
        any_one: bool,
        timeout: float | None,
        through_pauses: bool = True,
    ) -> tuple[Job, ...]:
        def now() -> tuple[Job, ...]:
            return tuple(self.job(id, location) for id in ids)

        def is_done() -> bool:
            return (any if any_one else all)(
                job.state.is_finished or (job.state.is_persistent and not through_pauses) for job in now()
            )

        self.waiting += 1
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(is_done)
        except TimeoutError:
            pass
        return now()

    async def signal_job(self, location: Location, id: JobId, name: str) -> SignalReport:
        self._must_be_there(location, id)
        self.signals.append((id, name))
        states = {"STOP": JobState.SUSPENDED, "CONT": JobState.RUNNING}
        for leaf in self.job(id, location).leaves:
            if not leaf.state.is_finished and name in states:
                await self._change(location, leaf.replace(state=states[name]))
        return SignalReport(self.job(id, location), 1)

    async def stop_job(self, location: Location, id: JobId, grace: float, signal: str = "TERM") -> StopReport:
        self._must_be_there(location, id)
        self.stops.append((id, grace, signal))
        for leaf in self.job(id, location).leaves:
            stopped = Outcome(OutcomeKind.STOPPED, reason="stopped")
            if not leaf.state.is_finished:
                await self._change(location, leaf.replace(state=JobState.STOPPED, outcome=stopped))
        return StopReport(self.job(id, location), self.stopped, self.left)

    async def remove_job(self, location: Location, id: JobId, *, force: bool) -> None:
        self._must_be_there(location, id)
        if not self.job(id, location).state.is_finished and not force:
            raise InvalidState(f"job {id} is running", hint="Stop-Job it, or use -Force")
        for leaf in self.job(id, location).leaves:
            del self._leaves[location, leaf.id]
        self._parents.pop(id, None)
        self.removed.append(id)

    def _must_be_there(self, location: Location, id: JobId) -> None:
        if (location, id) not in self._leaves and id not in self._parents:
            raise NotFound(f"there is no job {id}")

    async def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        self.following += 1
        leaves = tuple(leaf.id for id in ids for leaf in self.job(id, location).leaves)
        told: dict[JobId, Job] = {}
        while True:
            for id in leaves:
                job = self.job(id, location)
                if told.get(id) != job:
                    told[id] = job
                    yield job
            if not until_end or all(job.output and job.output.is_complete for job in told.values()):
                return
            async with self._changed:
                await self._changed.wait_for(lambda: any(told[id] != self.job(id, location) for id in leaves))

    async def running_there(self) -> tuple[RunningThere, ...]:
        return ()

    async def host_job(self, request: HostJob) -> Job:
        raise AssertionError("nothing is hosted here: tests/unit/cmdlets/test_thread_jobs.py has an engine that does")

    async def report_hosted(self, changes: tuple[HostedChange, ...]) -> None: ...

    async def reclaim_hosted(self, changes: tuple[HostedChange, ...]) -> None: ...

    async def hosted_stops(self) -> AsyncIterator[JobId]:
        return
        yield

    async def mark_received(self, location: Location, marks: tuple[Mark, ...]) -> None:
        self.marks += marks
        for mark in marks:
            job = self._leaves.get((location, mark.id))
            if job is None:  # removed meanwhile
                continue
            assert job.output is not None
            self._leaves[location, mark.id] = job.replace(
                output=job.output.replace(received_out=mark.out, received_err=mark.err)
            )

    # -- sessions --

    async def open_session(self, request: OpenSession) -> Session:
        self.requests.append(request)
        if request.address.label in self.refuses:
            raise self.refuses[request.address.label]
        id = SessionId(len(self.sessions) + 1)
        name = request.name or f"Session{id}"
        states = (SessionState.OPENED, Availability.AVAILABLE)
        kept = {"is_temporary": request.is_temporary, "option": request.option}
        session = Session(id, new_instance_id(), name, request.address, *states).replace(**kept)
        self.sessions[id] = session
        return session

    async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
        self.requests.append((session, running))
        self.sessions[session.id] = session
        return session

    async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
        return tuple(s for s in self.sessions.values() if _is_session_meant(s, query))

    async def find_sessions(self, request: OpenSession) -> tuple[Session, ...]:
        label = request.address.label
        if label in self.refuses:
            raise self.refuses[label]
        return tuple(s for s in self.sessions.values() if s.computer_name == label)

    async def disconnect_session(self, id: SessionId, option: SessionOption) -> Session:
        self.requests.append((id, option))
        return self._put(id, SessionState.DISCONNECTED, Availability.NONE)

    async def connect_session(self, id: SessionId, option: SessionOption | None = None) -> Session:
        session = self.sessions[id]
        if session.availability is Availability.BUSY and session.state is SessionState.DISCONNECTED:
            raise InvalidState(f"session {id} is held by another client", error_id="SessionNotAvailable")
        return self._put(id, SessionState.OPENED, Availability.AVAILABLE)

    def _put(self, id: SessionId, state: SessionState, availability: Availability) -> Session:
        session = self.sessions[id] = self.sessions[id].replace(state=state, availability=availability)
        return session

    async def receive_session(self, id: SessionId, name: str) -> tuple[Job, ...]:
        self.requests.append((id, name))
        return self.received.get(id, ())

    async def start_command(self, session: SessionId, request: JobRequest) -> None:
        self.requests.append((session, request))

    async def remove_session(self, id: SessionId) -> None:
        if id not in self.sessions:
            raise NotFound(f"there is no session {id}")
        del self.sessions[id]

    # -- the rest --

    async def invoke(self, request: Invoke) -> Invocation:
        self.requests.append(request)
        self.invocations.append(FakeInvocation(self.events_of_invoke, self.left, reads_all=request.has_stdin))
        return self.invocations[-1]

    def files(self, location: Location) -> Files:
        return LocalDisk()

    async def copy(self, request: CopyRequest) -> AsyncIterator[CopyEvent]:
        self.requests.append(request)
        for event in self.events_of_copy:
            yield event

    async def events(self) -> AsyncIterator[Event]:
        return
        yield

    async def add_history(self, text: str) -> None: ...

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        return ()

    async def forget_history(self, ids: tuple[int, ...]) -> None: ...

    async def status(self) -> EngineStatus:
        return EngineStatus("", 0, 0.0, 1, len(self.sessions), 0, 0, "", "")

    async def job_of(self, instance_id: InstanceId) -> Job | None:
        return next((job for job in self._leaves.values() if job.instance_id == instance_id), None)

    async def aclose(self) -> None: ...


class FakeBlock:
    """A block: jobsh code that writes what a function says, or a script."""

    def __init__(
        self, text: str, says: Callable[[Location, Sequence[object], list[object]], Sequence[object]] | None = None
    ) -> None:
        self.text = text
        self.code = None if says is None else Script(Span(0, 0), ())
        self.kind = BlockKind.HOST_SCRIPT
        self._says = says

    def read_as(self, kind: BlockKind) -> ScriptBlock:
        return self

    async def run(
        self,
        *,
        item: object = NO_ITEM,
        arguments: Sequence[object] = (),
        named: Mapping[str, object] | None = None,
        input: AsyncIterator[object] | None = None,
        location: Location = HERE,
        new_scope: bool = True,
        origin: Origin | None = None,
    ) -> AsyncIterator[object]:
        values = [] if input is None else [value async for value in input]
        for value in self._says(location, arguments, values) if self._says else [f"ran {self.text}"]:
            yield value


class FakeContext:
    """One call at a location; keeps what is written to the streams. Only what job cmdlets use of `command.context.Context`."""

    def __init__(self, engine: FakeEngine, location: Location = HERE, given: Sequence[object] | None = None) -> None:
        self.engine = engine
        self.location = location
        self.has_input = given is not None
        self._given = given or ()
        self.invoked_as = "Verb-Noun"
        self.is_interactive = False
        self.width = 0
        self.errors: list[ErrorRecord] = []
        self.stderr = b""
        self.said: list[tuple[Stream, str]] = []
        self.status: int | None = None
        self.asked: list[str] = []
        self.agrees = True
        self.files: dict[str, bytes] = {}
        self.own_input: list[bytes] | None = None
        self.entered: list[tuple[SessionId, bool]] = []
        self.scope = Scope()
        self.answers: list[str | None] = []
        self.entered_sessions: tuple[Location, ...] = ()

    @property
    def input(self) -> AsyncIterator[object]:
        return self._feed()

    async def _feed(self) -> AsyncIterator[object]:
        for value in self._given:
            yield value

    def waiting(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def object_at(self, job: InstanceId, offset: int, copy: object) -> object:
        return copy

    def received(self, job: InstanceId, offset: int) -> None: ...

    def standard_input(self) -> AsyncIterator[bytes] | None:
        return None if self.own_input is None else _each(self.own_input)

    async def session(self) -> Session | None:
        return None if self.location is None else self.engine.sessions[self.location]

    async def write(self, stream: Stream, value: object) -> None:
        if isinstance(value, Chunk):
            self.stderr += value.data
            value.take()
        else:
            self.said.append((stream, str(value)))

    async def error(self, error: JobshError | ErrorRecord) -> None:
        if isinstance(error, JobshError):
            error = error_record(error)
        self.errors.append(error)

    async def ask(self, text: str, *, echo: bool = False) -> str | None:
        self.asked.append(text)
        return self.answers.pop(0) if self.answers else None

    async def should_process(self, action: str, what: str) -> bool:
        self.asked.append(f"{action} {what}")
        return self.agrees

    async def program(
        self, script: ScriptBlock | str, *, arguments: Sequence[object] = (), interpreter: str = "", shown: str = ""
    ) -> Program:
        text = script if isinstance(script, str) else script.text
        return Program(text, shown or text, (interpreter,) * bool(interpreter), tuple(map(str, arguments)))

    def check_using(self, block: ScriptBlock) -> None: ...

    def code(self, text: str, name: str) -> ScriptBlock:
        return FakeBlock(text, lambda location, arguments, values: [f"{name} ran"])

    def surroundings(self) -> Surroundings:
        return Surroundings("/here", 0o022, (("A", "1"),))

    def ends_with(self, status: int) -> None:
        self.status = status

    async def read_file(self, path: str) -> AsyncIterator[bytes]:
        yield self.files[path]

    async def enter(self, session: SessionId, *, close_on_exit: bool) -> None:
        self.entered.append((session, close_on_exit))

    async def leave(self) -> bool:
        return bool(self.entered and self.entered.pop())


async def _each(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def as_context(ctx: FakeContext) -> Context:
    """The fake as what `invoke` takes; what job cmdlets do not use is not there."""
    return cast(Context, ctx)


async def output(cmdlet: Cmdlet, ctx: FakeContext) -> list[object]:
    """All that a call writes, chunks consumed; those without bytes left out."""
    results: list[object] = []
    async for value in cmdlet.invoke(as_context(ctx)):
        if isinstance(value, Chunk):
            value.take()
        if not isinstance(value, Chunk) or value.data:
            results.append(value)
    return results


def text(results: Sequence[object]) -> bytes:
    """The bytes of all chunks."""
    return b"".join(chunk.data for chunk in results if isinstance(chunk, Chunk))


def _by_id(job: Job) -> JobId:
    return job.id


def _is_session_meant(session: Session, query: SessionQuery) -> bool:
    return (
        (not query.ids or session.id in query.ids)
        and (not query.names or any(matches(name, session.name) for name in query.names))
        and (not query.instance_ids or session.instance_id in query.instance_ids)
        and (not query.computer_names or any(matches(name, session.computer_name) for name in query.computer_names))
        and (not session.is_temporary or session.id in query.ids)
    )

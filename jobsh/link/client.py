"""The engine over its socket, as front ends hold it: LinkClient is a ports Engine. Imports little: a one-liner waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, TypeVar

from jobsh.errors import EngineLost, JobshError
from jobsh.link.frames import BrokenLink, Frame, FrameStream
from jobsh.link.peer import is_this_user
from jobsh.link.protocol import ITEM_COST, PROTOCOL, STREAM_CREDIT, error_from_wire
from jobsh.model import wire
from jobsh.model.ids import InstanceId, JobId, Location, SessionId
from jobsh.model.job import Job, Mark, StopReport
from jobsh.model.messages import (
    Data,
    EngineStatus,
    Event,
    FanOut,
    FrontEnd,
    HistoryItem,
    Invoke,
    InvokeEvent,
    JobRequest,
    OpenSession,
)
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Session

if TYPE_CHECKING:
    from jobsh.ports.engine import Asker, Invocation

T = TypeVar("T")


class EngineHello:
    """What an engine says of itself, and the socket it said it on. `greet` makes it a LinkClient, `retire` asks it to go."""

    def __init__(self, stream: FrameStream, hello: dict[str, Any]) -> None:
        self._stream = stream
        self.version = str(hello.get("version", ""))
        self.pid = int(hello.get("pid", 0))
        self.protocol = tuple(hello.get("protocol", (0, 0)))

    @property
    def is_understood(self) -> bool:
        """Whether the two of us can talk: the major versions of the protocol are the same."""
        return self.protocol[:1] == PROTOCOL[:1]

    async def greet(self, front_end: FrontEnd, asker: Asker) -> LinkClient:
        """Attach as a front end."""
        own = {"protocol": PROTOCOL, "version": front_end.version}
        try:
            await self._stream.write(["hello", own, wire.to_wire(front_end)])
        except BrokenLink as error:
            raise EngineLost("the engine went away") from error
        return LinkClient(self._stream, asker)

    async def retire(self) -> bool:
        """Ask it to make room for a newer one; whether it does (it does not while somebody's foreground needs it)."""
        try:
            await self._stream.write(["retire"])
            frame = await self._stream.read()
            if frame.header != ["retired", True]:
                return False
            with contextlib.suppress(BrokenLink):
                await self._stream.read()  # it closes this when it is gone
        except BrokenLink:
            pass
        finally:
            self._stream.abort()
        return True

    async def aclose(self) -> None:
        """Leave without having attached."""
        self._stream.abort()


async def open_link(path: str) -> EngineHello:
    """Connect to the engine's socket; raises OSError when none answers there, JobshError when it is not this user's."""
    stream = FrameStream(*await asyncio.open_unix_connection(path))
    if not is_this_user(stream.socket):
        stream.abort()
        raise JobshError(f"{path} belongs to a process of another user", hint="remove it")
    try:
        frame = await stream.read()
    except BrokenLink as error:
        stream.abort()
        raise ConnectionError(str(error)) from error
    return EngineHello(stream, frame.header[1])


class _Stream:
    """Items of one call that were not taken yet."""

    def __init__(self) -> None:
        self.items: deque[tuple[Any, int]] = deque()
        self.is_over = False
        self.error: BaseException | None = None
        self.taken = 0
        self._waiting: asyncio.Future[None] | None = None

    def give(self, item: Any, cost: int) -> None:
        self.items.append((item, cost))
        self._wake()

    def end(self, error: BaseException | None = None) -> None:
        self.is_over, self.error = True, self.error or error
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def wait(self) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None


class LinkClient:
    """One front end's engine, over a socket."""

    def __init__(self, stream: FrameStream, asker: Asker) -> None:
        self._stream = stream
        self._asker = asker
        self._calls = 0
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._streams: dict[int, _Stream] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._lost: EngineLost | None = None
        self._is_closed = False
        self._reading = asyncio.get_running_loop().create_task(self._read())

    @property
    def is_lost(self) -> bool:
        """Whether the engine went away."""
        return self._lost is not None

    # -- frames --

    async def _read(self) -> None:
        try:
            while True:
                self._dispatch(await self._stream.read())
        except BrokenLink:
            self._lose(EngineLost("the engine went away", hint="jobs go on; the next command starts a new engine"))

    def _lose(self, error: EngineLost) -> None:
        self._lost = error
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(error)
        for stream in self._streams.values():
            stream.end(error)
        self._replies.clear()

    def _dispatch(self, frame: Frame) -> None:
        kind, call, *rest = frame.header
        if kind == "reply":
            self._reply(call, rest[0])
        elif kind == "error":
            self._fail(call, error_from_wire(rest[0]))
        elif kind == "bug":
            self._fail(call, RuntimeError(rest[0]))
        elif kind == "item" and call in self._streams:
            self._streams[call].give(_with_payload(wire.from_wire(rest[0]), frame.payload), _cost(frame))
        elif kind == "end" and call in self._streams:
            self._streams[call].end()
        elif kind == "ask":
            answering = asyncio.get_running_loop().create_task(self._answer(call, rest[0]))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)

    def _reply(self, call: int, value: Any) -> None:
        future = self._replies.pop(call, None)
        if future is None or future.done():
            return
        try:
            future.set_result(wire.from_wire(value))
        except ValueError as error:
            future.set_exception(JobshError(str(error), hint="the engine is newer; jobsh engine restart"))

    def _fail(self, call: int, error: Exception) -> None:
        future = self._replies.pop(call, None)
        if future is not None and not future.done():
            future.set_exception(error)
        if call in self._streams:
            self._streams[call].end(error)

    async def _answer(self, question: int, text: Any) -> None:
        answer = await self._asker.ask(wire.from_wire(text))
        with contextlib.suppress(BrokenLink):
            await self._stream.write(["answer", question, answer])

    # -- calls --

    async def _send(self, method: str, arguments: tuple[Any, ...], named: dict[str, Any], payload: bytes) -> int:
        if self._lost is not None:
            raise EngineLost(self._lost.message, hint=self._lost.hint)
        self._calls += 1
        call = self._calls
        header = ["call", call, method, wire.to_wire(arguments), {k: wire.to_wire(v) for k, v in named.items()}]
        try:
            await self._stream.write(header, payload)
        except BrokenLink as error:
            raise EngineLost("the engine went away") from error
        return call

    async def _call(self, method: str, *arguments: Any, payload: bytes = b"", **named: Any) -> Any:
        if self._lost is not None:
            raise EngineLost(self._lost.message, hint=self._lost.hint)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        call = self._calls + 1  # what `_send` takes before its first await
        self._replies[call] = future
        try:
            await self._send(method, arguments, named, payload)
            return await future
        except asyncio.CancelledError:
            self._cancel(call)
            raise
        finally:
            self._replies.pop(call, None)

    def _cancel(self, call: int) -> None:
        if self._lost is None:
            self._stream.send(["cancel", call])

    async def _items(self, call: int, stream: _Stream) -> AsyncGenerator[Any, None]:
        """What the engine gives on a stream, telling it how much was taken."""
        try:
            while stream.items or not stream.is_over:
                while stream.items:
                    item, cost = stream.items.popleft()
                    yield item
                    self._took(call, stream, cost)
                if not stream.is_over:
                    await stream.wait()
            if stream.error is not None:
                raise stream.error
        finally:
            self._streams.pop(call, None)
            if not stream.is_over:
                self._cancel(call)

    def _took(self, call: int, stream: _Stream, cost: int) -> None:
        stream.taken += cost
        if stream.taken >= STREAM_CREDIT // 4 and not stream.is_over:
            self._stream.send(["credit", call, stream.taken])
            stream.taken = 0

    def _drop_stream(self, call: int) -> None:
        """Nobody will take more of it."""
        stream = self._streams.pop(call, None)
        if stream is not None and not stream.is_over:
            stream.end()
            self._cancel(call)

    async def _open_stream(self, method: str, *arguments: Any, **named: Any) -> tuple[int, _Stream]:
        stream = self._streams[self._calls + 1] = _Stream()
        return await self._send(method, arguments, named, b""), stream

    # -- jobs of a location --

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        """Start a job; returns when it is durable."""
        return _typed(Job, await self._call("start_job", location, request))

    async def fan_out(self, request: FanOut) -> Job:
        """Start one job here with a child job per target; returns at once."""
        return _typed(Job, await self._call("fan_out", request))

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        """The matching jobs by ascending id."""
        return tuple(await self._call("select_jobs", location, query))

    async def wait_jobs(
        self, location: Location, ids: tuple[JobId, ...], *, any_one: bool, timeout: float | None
    ) -> tuple[Job, ...]:
        """The jobs, as they are when all (or one of them) finished or the time ran out."""
        return tuple(await self._call("wait_jobs", location, ids, any_one=any_one, timeout=timeout))

    async def stop_job(self, location: Location, id: JobId, grace: float) -> StopReport:
        """Stop it and wait until its processes are gone."""
        return _typed(StopReport, await self._call("stop_job", location, id, grace))

    async def remove_job(self, location: Location, id: JobId, *, force: bool) -> None:
        """Remove a job and its spool."""
        await self._call("remove_job", location, id, force=force)

    async def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of leaf jobs."""
        call, stream = await self._open_stream("follow_jobs", location, ids, until_end=until_end)
        async with contextlib.aclosing(self._items(call, stream)) as items:
            async for job in items:
                yield job

    async def mark_received(self, location: Location, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""
        await self._call("mark_received", location, marks)

    # -- sessions --

    async def open_session(self, request: OpenSession) -> Session:
        """Connect and open; raises HostError."""
        return _typed(Session, await self._call("open_session", request))

    async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id."""
        return tuple(await self._call("select_sessions", query))

    async def remove_session(self, id: SessionId) -> None:
        """Close the session."""
        await self._call("remove_session", id)

    # -- attached commands --

    async def invoke(self, request: Invoke) -> Invocation:
        """Start an attached command."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._replies[self._calls + 1] = future
        call = self._calls + 1
        try:
            _, stream = await self._open_stream("invoke", request)
            await future
        except BaseException:
            self._streams.pop(call, None)
            self._cancel(call)
            raise
        finally:
            self._replies.pop(call, None)
        return _LinkInvocation(self, call, self._items(call, stream))

    # -- the rest --

    async def events(self) -> AsyncIterator[Event]:
        """What happens from now on, until the front end leaves."""
        call, stream = await self._open_stream("events")
        async with contextlib.aclosing(self._items(call, stream)) as items:
            async for event in items:
                yield event

    async def add_history(self, text: str) -> None:
        """Remember a line of the prompt."""
        await self._call("add_history", text)

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""
        return tuple(await self._call("history", newest))

    async def status(self) -> EngineStatus:
        """How the engine is."""
        return _typed(EngineStatus, await self._call("status"))

    async def job_of(self, instance_id: InstanceId) -> Job | None:
        """The job with this InstanceId, for a job's own process."""
        job = await self._call("job_of", instance_id)
        return None if job is None else _typed(Job, job)

    async def stop_engine(self) -> None:
        """Ask the engine to stop; returns when it is gone. Jobs go on."""
        with contextlib.suppress(EngineLost):
            await self._call("stop_engine")
            await asyncio.shield(self._reading)

    async def aclose(self) -> None:
        """Leave: what is attached to this front end ends, its sessions go."""
        if self._is_closed:
            return
        self._is_closed = True
        with contextlib.suppress(EngineLost, JobshError):
            await self._call("leave")
        self._lose(self._lost or EngineLost("this front end has left"))
        self._reading.cancel()
        for answering in list(self._answering):
            answering.cancel()
        await asyncio.wait({self._reading, *self._answering})
        await self._stream.aclose()


class _LinkInvocation:
    """An Invocation whose command runs at the other end of the link."""

    def __init__(self, client: LinkClient, call: int, items: AsyncGenerator[Any, None]) -> None:
        self._client = client
        self._call = call
        self._items = items

    async def events(self) -> AsyncIterator[InvokeEvent]:
        """Output, ends and refusals as they come."""
        async for event in self._items:
            yield event

    async def write(self, data: bytes) -> None:
        """Give the single target standard input; returns when it was taken."""
        await self._client._call("write", self._call, payload=data)

    async def write_eof(self) -> None:
        """End the single target's standard input."""
        await self._client._call("write_eof", self._call)

    async def resize(self, columns: int, rows: int) -> None:
        """The terminal's size changed."""
        await self._client._call("resize", self._call, columns, rows)

    async def signal(self, name: str) -> None:
        """Send a signal to every command that still runs."""
        await self._client._call("signal", self._call, name)

    async def aclose(self) -> int:
        """Stop what still runs on all targets; the number of processes that are left."""
        try:
            return int(await self._client._call("close_invocation", self._call))
        except EngineLost:  # then its end stopped them
            return 0
        finally:
            self._client._drop_stream(self._call)


def _typed(kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise JobshError(
            f"the engine answered {type(value).__name__}, not {kind.__name__}", hint="jobsh engine restart"
        )
    return value


def _with_payload(item: Any, payload: bytes) -> Any:
    return item.replace(data=payload) if isinstance(item, Data) else item


def _cost(frame: Frame) -> int:
    return len(frame.payload) + ITEM_COST

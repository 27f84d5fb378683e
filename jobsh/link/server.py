"""The engine's end of the socket: one conversation per front end. Knows an engine only by its port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol, cast

from jobsh.errors import JobshError
from jobsh.link.frames import BrokenLink, Frame, FrameStream
from jobsh.link.peer import is_this_user
from jobsh.link.protocol import ITEM_COST, PROTOCOL, STREAM_CREDIT, error_to_wire
from jobsh.model import wire
from jobsh.model.ids import Location
from jobsh.model.messages import Data, FrontEnd, Invoke, Question
from jobsh.model.records import Stream
from jobsh.ports.engine import Asker, Engine, Invocation
from jobsh.ports.files import FileWriter

_log = logging.getLogger(__name__)

_CALLS = frozenset({
    "start_job", "fan_out", "select_jobs", "wait_jobs", "stop_job", "signal_job", "remove_job", "running_there", "mark_received",
    "host_job", "report_hosted", "reclaim_hosted",
    "open_session", "resume_session", "select_sessions", "find_sessions", "disconnect_session", "connect_session", "receive_session", "start_command",
    "remove_session", "add_history", "history", "forget_history", "status", "job_of",
})  # fmt: skip
_STREAMS = frozenset({"follow_jobs", "events", "hosted_stops", "copy"})
_FILE_CALLS = frozenset({
    "stat", "read_link", "real_path", "make_directory", "make_link", "rename", "remove", "remove_directory", "remove_tree", "change",
})  # fmt: skip
_INVOCATION_CALLS = frozenset({"write_eof", "resize", "signal"})


class Owner(Protocol):
    """The process that serves: what a conversation asks of it besides the engine."""

    @property
    def version(self) -> str:
        """Its version, for the hello."""

    def attach(self, front_end: FrontEnd, asker: Asker) -> Engine:
        """The engine for a front end that came."""

    def retire(self) -> bool:
        """A newer engine wants the place: whether this one goes."""

    def stop(self) -> None:
        """Somebody wants this engine to stop."""


class LinkServer:
    """Listens on a socket and talks with each front end that comes."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._server: asyncio.Server | None = None
        self._conversations: set[asyncio.Task[None]] = set()

    async def listen(self, path: str) -> None:
        """Open the socket at `path`, mode 0600; one that a dead engine left is replaced."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        previous = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._came, path)
        finally:
            os.umask(previous)

    def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.get_running_loop().create_task(self._converse(FrameStream(reader, writer)))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)

    async def _converse(self, stream: FrameStream) -> None:
        try:
            if is_this_user(stream.socket):
                await _welcome(stream, self._owner)
        except BrokenLink:
            pass
        except Exception:  # noqa: BLE001  (the others go on)
            _log.exception("a conversation failed")
        finally:
            stream.abort()

    def close(self) -> None:
        """Take no new front ends."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def aclose(self) -> None:
        """End all conversations."""
        self.close()
        conversations = list(self._conversations)
        for conversation in conversations:
            conversation.cancel()
        if conversations:
            await asyncio.wait(conversations)


async def _welcome(stream: FrameStream, owner: Owner) -> None:
    await stream.write(["hello", {"protocol": PROTOCOL, "version": owner.version, "pid": os.getpid()}])
    frame = await stream.read()
    if frame.header[0] == "retire":
        goes = owner.retire()
        await stream.write(["retired", goes])
        if goes:
            owner.stop()
            await asyncio.get_running_loop().create_future()  # the other side waits for the end of this process
    elif frame.header[0] == "hello" and frame.header[1]["protocol"][0] == PROTOCOL[0]:
        await Conversation(stream, owner, wire.from_wire(frame.header[2])).run()


class _Credit:
    """How much may still be sent of a stream."""

    def __init__(self) -> None:
        self._left = STREAM_CREDIT
        self._waiting: asyncio.Future[None] | None = None

    def add(self, amount: int) -> None:
        self._left += amount
        if self._left > 0 and self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def take(self, amount: int) -> None:
        """Wait until something may be sent, then count it; one item may overdraw."""
        while self._left <= 0:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        self._left -= amount


class Conversation:
    """One front end, from its hello until its socket closes: then what is attached to it ends."""

    def __init__(self, stream: FrameStream, owner: Owner, front_end: FrontEnd) -> None:
        self._stream = stream
        self._owner = owner
        self._engine = owner.attach(front_end, self)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._credits: dict[int, _Credit] = {}
        self._invocations: dict[int, Invocation] = {}
        self._writers: dict[int, FileWriter] = {}
        self._questions: dict[int, asyncio.Future[str | None]] = {}

    async def run(self) -> None:
        """Serve until the front end leaves or dies."""
        try:
            await self._stream.write(["welcome"])
            while True:
                self._dispatch(await self._stream.read())
        finally:
            await asyncio.shield(self._end())

    async def _end(self) -> None:
        for question in self._questions.values():
            if not question.done():
                question.set_result(None)
        running = list(self._running.values())
        for call in running:
            call.cancel()
        if running:
            await asyncio.wait(running)
        for writer in self._writers.values():
            with contextlib.suppress(JobshError):
                await writer.aclose()
        await self._engine.aclose()

    def _dispatch(self, frame: Frame) -> None:
        kind, number, *rest = frame.header
        if kind == "call":
            call = asyncio.get_running_loop().create_task(self._perform(number, rest, frame.payload))
            self._running[number] = call
            call.add_done_callback(lambda _: self._running.pop(number, None))
        elif kind == "cancel" and number in self._running:
            self._running[number].cancel()
        elif kind == "credit" and number in self._credits:
            self._credits[number].add(rest[0])
        elif kind == "answer" and (question := self._questions.pop(number, None)) and not question.done():
            question.set_result(rest[0])

    async def ask(self, question: Question) -> str | None:
        """Ask the front end's user (this is the engine's Asker)."""
        number = id(question)
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._questions[number] = answer
        try:
            await self._stream.write(["ask", number, wire.to_wire(question)])
            return await answer
        except BrokenLink:
            return None
        finally:
            self._questions.pop(number, None)

    # -- calls --

    async def _perform(self, number: int, request: list[Any], payload: bytes) -> None:
        try:
            try:
                await self._answer(number, request, payload)
            except JobshError as error:
                await self._stream.write(["error", number, error_to_wire(error)])
            except BrokenLink:
                raise
            except Exception as error:  # noqa: BLE001  (told to who asked)
                _log.exception("%s failed", request[0])
                await self._stream.write(["bug", number, f"the engine failed: {error!r}; its log says where"])
        except BrokenLink:
            self._stream.abort()  # the conversation ends where it reads

    async def _answer(self, number: int, request: list[Any], payload: bytes) -> None:
        method = request[0]
        try:
            arguments, named = wire.from_wire(request[1]), {k: wire.from_wire(v) for k, v in request[2].items()}
        except ValueError as error:
            raise JobshError(str(error), hint="the engine is older; jobsh engine restart") from error
        if method in _CALLS:
            await self._reply(number, await getattr(self._engine, method)(*arguments, **named))
        elif method in _STREAMS:
            await self._send_items(number, getattr(self._engine, method)(*arguments, **named))
        elif method == "invoke":
            await self._invoke(number, arguments[0])
        elif method == "files":
            await self._answer_about_files(number, *arguments, named=named)
        else:
            await self._answer_about_invocation(number, method, arguments, payload)

    async def _answer_about_invocation(
        self, number: int, method: str, arguments: tuple[Any, ...], payload: bytes
    ) -> None:
        if method == "write" or method in _INVOCATION_CALLS:
            if (invocation := self._invocations.get(arguments[0])) is not None:  # else it has ended
                act = cast("Callable[..., Awaitable[None]]", getattr(invocation, method))
                await (act(payload) if method == "write" else act(*arguments[1:]))
            await self._reply(number, None)
        elif method == "close_invocation":
            invocation = self._invocations.pop(arguments[0], None)
            await self._reply(number, await invocation.aclose() if invocation is not None else 0)
        elif method == "write_file":
            await self._writers[arguments[0]].write(payload)
            await self._reply(number, None)
        elif method == "close_file":
            await self._writers.pop(arguments[0]).aclose()
            await self._reply(number, None)
        elif method == "leave":
            await self._engine.aclose()
            await self._reply(number, None)
        elif method == "stop_engine":
            await self._reply(number, None)
            self._owner.stop()
        else:
            raise JobshError(f"this engine does not know '{method}'", hint="it is older; jobsh engine restart")

    async def _answer_about_files(
        self, number: int, location: Location, method: str, *arguments: Any, named: dict[str, Any]
    ) -> None:
        files = self._engine.files(location)
        if method in _FILE_CALLS:
            await self._reply(number, await getattr(files, method)(*arguments, **named))
        elif method == "list":
            await self._send_items(number, files.list(*arguments))
        elif method == "read":
            await self._send_items(number, _as_data(files.read(*arguments, **named)))
        elif method == "write":
            self._writers[number] = await files.write(*arguments)
            await self._reply(number, number)
        else:
            raise JobshError(f"this engine does not know '{method}' of files", hint="it is older; jobsh engine restart")

    async def _reply(self, number: int, value: object) -> None:
        await self._stream.write(["reply", number, wire.to_wire(value)])

    async def _invoke(self, number: int, request: Invoke) -> None:
        invocation = await self._engine.invoke(request)
        self._invocations[number] = invocation
        await self._reply(number, None)
        await self._send_items(number, invocation.events())
        self._invocations.pop(number, None)
        await invocation.aclose()

    async def _send_items(self, number: int, items: AsyncIterator[Any]) -> None:
        credit = self._credits[number] = _Credit()
        try:
            async with contextlib.aclosing(cast("Any", items)) as closed_items:
                async for item in closed_items:
                    value, payload = (item.replace(data=b""), item.data) if isinstance(item, Data) else (item, b"")
                    await credit.take(len(payload) + ITEM_COST)
                    await self._stream.write(["item", number, wire.to_wire(value)], payload)
            await self._stream.write(["end", number])
        finally:
            del self._credits[number]


async def _as_data(pieces: AsyncIterator[bytes]) -> AsyncIterator[Data]:
    """Bytes of a file as items with a payload."""
    async with contextlib.aclosing(cast("Any", pieces)) as closed_pieces:
        async for piece in closed_pieces:
            yield Data(0, Stream.OUTPUT, piece)

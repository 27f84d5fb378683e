"""Calls over a link, for a front end: replies, streams with credit, questions. Knows no method by name."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from jobsh.errors import EngineLost, JobshError
from jobsh.link.frames import BrokenLink, Frame, FrameStream
from jobsh.link.protocol import ITEM_COST, STREAM_CREDIT, error_from_wire
from jobsh.model import wire
from jobsh.model.messages import Data

if TYPE_CHECKING:
    from jobsh.ports.engine import Asker


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


class Calls:
    """One front end's half of a link."""

    def __init__(self, stream: FrameStream, asker: Asker) -> None:
        self._stream = stream
        self._asker = asker
        self._newest = 0
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._streams: dict[int, _Stream] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._lost: EngineLost | None = None
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
            self._stream.abort()
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

    def _number(self) -> int:
        self._newest += 1
        return self._newest

    async def _send(
        self, number: int, method: str, arguments: tuple[Any, ...], named: dict[str, Any], payload: bytes = b""
    ) -> None:
        if self._lost is not None:
            raise EngineLost(self._lost.message, hint=self._lost.hint)
        header = ["call", number, method, wire.to_wire(arguments), {k: wire.to_wire(v) for k, v in named.items()}]
        try:
            await self._stream.write(header, payload)
        except BrokenLink as error:
            raise EngineLost("the engine went away") from error

    async def call(self, method: str, *arguments: Any, payload: bytes = b"", **named: Any) -> Any:
        """Ask, and wait for the reply."""
        number = self._number()
        self._replies[number] = reply = asyncio.get_running_loop().create_future()
        try:
            await self._send(number, method, arguments, named, payload)
            return await reply
        except asyncio.CancelledError:
            self._cancel(number)
            raise
        finally:
            self._replies.pop(number, None)

    def _cancel(self, call: int) -> None:
        if self._lost is None:
            self._stream.send(["cancel", call])

    async def items(self, call: int, stream: _Stream) -> AsyncGenerator[Any, None]:
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

    def drop_stream(self, call: int) -> None:
        """Nobody will take more of it."""
        stream = self._streams.pop(call, None)
        if stream is not None and not stream.is_over:
            stream.end()
            self._cancel(call)

    async def open_stream(self, method: str, *arguments: Any, **named: Any) -> tuple[int, _Stream]:
        """Ask for what comes as items."""
        number = self._number()
        stream = self._streams[number] = _Stream()
        await self._send(number, method, arguments, named)
        return number, stream

    async def open_replied_stream(self, method: str, *arguments: Any) -> tuple[int, _Stream]:
        """As `open_stream`, for a call that is answered before its first item comes."""
        number = self._number()
        stream = self._streams[number] = _Stream()
        self._replies[number] = reply = asyncio.get_running_loop().create_future()
        try:
            await self._send(number, method, arguments, {})
            await reply
        except BaseException:
            self.drop_stream(number)
            raise
        finally:
            self._replies.pop(number, None)
        return number, stream

    async def wait_lost(self) -> None:
        """Wait until the engine is gone."""
        await asyncio.shield(self._reading)

    async def aclose(self) -> None:
        """Close the socket."""
        self._lose(self._lost or EngineLost("this front end has left"))
        self._reading.cancel()
        for answering in list(self._answering):
            answering.cancel()
        await asyncio.wait({self._reading, *self._answering})
        await self._stream.aclose()


def _with_payload(item: Any, payload: bytes) -> Any:
    return item.replace(data=payload) if isinstance(item, Data) else item


def _cost(frame: Frame) -> int:
    return len(frame.payload) + ITEM_COST

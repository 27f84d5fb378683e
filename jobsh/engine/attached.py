"""Attached commands: a plain channel per target, ended with their front end. Nothing of them is kept."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from jobsh.engine.hosts import Host
from jobsh.engine.opened_session import OpenedSession
from jobsh.engine.signals import Signal, closing
from jobsh.engine.throttle import Throttle
from jobsh.errors import HostError, InvalidState, JobshError
from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Data, Ended, Invoke, InvokeEvent, Refused
from jobsh.model.struct import Struct
from jobsh.ports.engine import Asker
from jobsh.ports.spool import NOT_AVAILABLE, AttachedStart, Spool
from jobsh.ports.transport import Channel

_log = logging.getLogger(__name__)

_LONGEST_STOP = 10.0
_MOST_HELD = 1 << 20
"""Bytes not taken yet, of all targets: then the commands wait."""


class AttachedTarget(Struct):
    """Where an attached command runs."""

    host: Host
    session: OpenedSession | None = None
    user: object = None
    """The front end that asked."""
    refusal: InvalidState | None = None
    """Why the session cannot be used."""


class _Command:
    """The command on one target."""

    def __init__(self, index: int, target: AttachedTarget, request: Invoke) -> None:
        self.index = index
        self.cookie = InstanceId(new_instance_id())
        self.is_over = False
        self._target = target
        self._request = request
        self._spool: Spool | None = None
        self.channel: asyncio.Future[Channel] = asyncio.get_running_loop().create_future()

    async def run(self, asker: Asker | None, give: Callable[[InvokeEvent], Awaitable[None]]) -> None:
        """Run it to its end, which is the last event it gives."""
        try:
            await give(await self._run(asker, give))
        except HostError as error:
            await give(Refused(self.index, error.host, error.cause.value, error.detail, error.hint))
        except JobshError as error:
            if error.error_id == NOT_AVAILABLE and self._target.session is not None:
                self._target.session.doubt()
            await give(Refused(self.index, self._target.host.label, "", error.message, error.hint, error.error_id))
        finally:
            self.is_over = True
            self.channel.cancel()

    async def _run(self, asker: Asker | None, give: Callable[[InvokeEvent], Awaitable[None]]) -> Ended:
        if self._target.refusal is not None:
            raise self._target.refusal
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._target.host.in_use())
            self._spool = await self._target.host.spool(asker)
            if self._target.session is not None:
                stack.enter_context(
                    self._target.session.at_work(self._target.user, saves_state=self._request.saves_state)
                )
            channel = await self._spool.attach(self._start())
            self.channel.set_result(channel)
            try:
                return await self._converse(channel, give)
            finally:
                await channel.aclose()

    def _start(self) -> AttachedStart:
        request, session = self._request, self._target.session
        return AttachedStart(
            self.cookie,
            request.program,
            session.snapshot.instance_id if session is not None else None,
            request.saves_state and session is not None,
            request.pty,
            request.has_stdin or request.stdin is not None,
            request.surroundings if self._target.host.is_here else None,
        )

    async def _converse(self, channel: Channel, give: Callable[[InvokeEvent], Awaitable[None]]) -> Ended:
        stdin = self._request.stdin
        feeding = asyncio.ensure_future(_feed(channel, stdin)) if stdin is not None else None
        try:
            async with closing(channel.read()) as chunks:
                async for stream, data in chunks:
                    await give(Data(self.index, stream, data))
            return Ended(self.index, await channel.wait())
        finally:
            if feeding is not None:
                feeding.cancel()
                await asyncio.wait({feeding})

    @property
    def _longest_stop(self) -> float:
        session = self._target.session
        of_session = session.snapshot.option.cancel_timeout if session is not None else None
        wanted = self._request.cancel_timeout if self._request.cancel_timeout is not None else of_session
        return _LONGEST_STOP if wanted is None else wanted

    async def stop(self) -> int:
        """Stop what it started; the number of processes that are left."""
        if self.is_over or self._spool is None:
            return 0
        try:
            async with asyncio.timeout(self._longest_stop):
                return (await self._spool.stop_attached(self.cookie)).left
        except (
            JobshError,
            TimeoutError,
        ) as error:  # the guard on the host sees to it: its input ended, or its lease does
            _log.info("stopping an attached command: %r", error)
            return 0


async def _feed(channel: Channel, data: bytes) -> None:
    with contextlib.suppress(HostError):
        await channel.write(data)
        await channel.write_eof()


class _Events:
    """What was not taken yet. Giving waits while there is much of it."""

    def __init__(self) -> None:
        self._events: deque[InvokeEvent] = deque()
        self._held = 0
        self._given, self._taken = Signal(), Signal()

    async def give(self, event: InvokeEvent) -> None:
        while self._held >= _MOST_HELD:
            await self._taken.wait()
        self._events.append(event)
        self._held += len(event.data) if isinstance(event, Data) else 0
        self._given.notify()

    async def take(self) -> InvokeEvent:
        while not self._events:
            await self._given.wait()
        event = self._events.popleft()
        if isinstance(event, Data):
            self._held -= len(event.data)
            self._taken.notify()
        return event


class AttachedCommands:
    """An Invocation: one command on its targets, so many at once."""

    def __init__(
        self,
        request: Invoke,
        targets: tuple[AttachedTarget, ...],
        asker: Asker | None,
        closed: Callable[[AttachedCommands], None] = lambda _: None,
    ) -> None:
        self._closed = closed
        self._throttle = Throttle(request.throttle_limit)
        self._asker = asker
        self._events = _Events()
        self._commands = [_Command(index, target, request) for index, target in enumerate(targets)]
        self._running = [asyncio.ensure_future(self._run(command)) for command in self._commands]
        self._closing: asyncio.Future[int] | None = None

    async def _run(self, command: _Command) -> None:
        place = await self._throttle.place()
        try:
            await command.run(self._asker, self._events.give)
        except Exception as error:  # noqa: BLE001  (one command's failure is its own)
            _log.exception("an attached command")
            reason = Outcome(OutcomeKind.LOST, None, f"the engine failed: {error!r}")
            await self._events.give(Ended(command.index, reason))
        finally:
            place.give_back()

    async def events(self) -> AsyncIterator[InvokeEvent]:
        """Output, ends and refusals as they come, one Ended or Refused per target."""
        left = len(self._commands)
        while left:
            event = await self._events.take()
            left -= not isinstance(event, Data)
            yield event

    # -- the single target --

    async def write(self, data: bytes) -> None:
        """Give it standard input; returns when it was taken."""
        channel = await self._channel()
        if channel is not None:
            await channel.write(data)

    async def write_eof(self) -> None:
        """End its standard input."""
        channel = await self._channel()
        if channel is not None:
            await channel.write_eof()

    async def resize(self, columns: int, rows: int) -> None:
        """The terminal's size changed."""
        channel = await self._channel()
        if channel is not None:
            await channel.resize(columns, rows)

    async def _channel(self) -> Channel | None:
        """The single target's channel, once it is open; None when it was refused."""
        opening = self._commands[0].channel
        await asyncio.wait({opening})
        return None if opening.cancelled() else opening.result()

    # -- all targets --

    async def signal(self, name: str) -> None:
        """Send a signal to every command that still runs."""
        for command in self._commands:
            if command.channel.done() and not command.channel.cancelled() and not command.is_over:
                await command.channel.result().signal(name)

    async def aclose(self) -> int:
        """Stop what still runs on all targets; the number of processes that are left."""
        if self._closing is None and all(running.done() for running in self._running):
            self._closed(self)
            return 0
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        return await asyncio.shield(self._closing)

    async def _close(self) -> int:
        left = await asyncio.gather(*(command.stop() for command in self._commands))
        for running in self._running:
            running.cancel()
        if self._running:
            await asyncio.wait(self._running)
        self._closed(self)
        return sum(left)

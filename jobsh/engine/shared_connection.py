"""One way to a host for all that need it: channels are counted, a further connection is opened when the host takes no more on
the first (sshd's MaxSessions)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TypeVar

from jobsh.engine.signals import Signal
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.job import Outcome
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.ports.files import Disk
from jobsh.ports.transport import Channel, ChannelRefused, Connection

T = TypeVar("T")

_log = logging.getLogger(__name__)

MOST_CHANNELS = 8
"""Per connection: sshd takes ten, and frees a place only after we saw the channel close."""
_MOST_CONNECTIONS = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
_MOST_REFUSALS = 20


class _Line:
    """One connection and how much it carries."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.in_use = 0
        self.most = MOST_CHANNELS

    @property
    def has_room(self) -> bool:
        return self.in_use < self.most and not self.connection.is_closed


class SharedConnection:
    """A Connection made of one or more. It is gone when its first one is."""

    def __init__(self, host: str, first: Connection, another: Callable[[], Awaitable[Connection]]) -> None:
        self._host = host
        self._first = _Line(first)
        self._lines = [self._first]
        self._another = another
        self._is_opening_another = False
        self._takes_no_more = False
        self._freed = Signal()
        self._disk: tuple[_Line, Disk] | None = None
        self._opening_disk = asyncio.Lock()

    @property
    def first(self) -> Connection:
        """The one that also carries the connections to hosts behind this one."""
        return self._first.connection

    @property
    def user(self) -> str:
        """The user logged in as."""
        return self._first.connection.user

    @property
    def is_closed(self) -> bool:
        """Whether it is gone."""
        return self._first.connection.is_closed

    async def wait_closed(self) -> str:
        """Wait until it is gone; why."""
        why = await self._first.connection.wait_closed()
        self._freed.notify()
        return why

    async def aclose(self) -> None:
        """Close all connections."""
        for line in reversed(self._lines):
            await line.connection.aclose()
        self._freed.notify()

    async def open(self, command: str, *, pty: Pty | None = None) -> Channel:
        """Run a command where there is room; waits for room when the host takes no more."""
        line, channel = await self._where_there_is_room(lambda connection: connection.open(command, pty=pty))
        return _CountedChannel(channel, partial(self._leave, line))

    async def disk(self) -> Disk:
        """The host's files: one channel of one of the connections, for as long as that one lives."""
        async with self._opening_disk:
            if self._disk is not None and self._disk[1].is_lost:
                self._leave(self._disk[0])
                self._disk = None
            if self._disk is None or self._disk[0].connection.is_closed:
                self._disk = await self._where_there_is_room(lambda connection: connection.disk())
            return self._disk[1]

    async def _where_there_is_room(self, act: Callable[[Connection], Awaitable[T]]) -> tuple[_Line, T]:
        refusals = 0
        while True:
            line = await self._line_with_room()
            line.in_use += 1
            try:
                return line, await act(line.connection)
            except ChannelRefused as error:
                self._leave(line)
                refusals += 1
                if refusals == _MOST_REFUSALS:
                    raise HostError(
                        self._host, HostErrorCause.PROTOCOL, f"it takes no more commands: {error}"
                    ) from error
                line.most = max(1, min(line.most, line.in_use))
                await asyncio.sleep(min(_FIRST_PAUSE * 2 ** (refusals - 1), _LONGEST_PAUSE))
            except BaseException:
                self._leave(line)
                raise

    async def _line_with_room(self) -> _Line:
        while True:
            if self.is_closed:
                raise HostError(self._host, HostErrorCause.LINK_LOST)
            self._lines = [line for line in self._lines if line is self._first or not line.connection.is_closed]
            for line in self._lines:
                if line.has_room:
                    return line
            if self._may_open_another():
                await self._open_another()
            else:
                await self._freed.wait()

    def _may_open_another(self) -> bool:
        return not (self._is_opening_another or self._takes_no_more) and len(self._lines) < _MOST_CONNECTIONS

    async def _open_another(self) -> None:
        self._is_opening_another = True
        try:
            further = await self._another()
            if self.is_closed:  # meanwhile
                await further.aclose()
            else:
                self._lines.append(_Line(further))  # only now: the list may have been made anew while we waited
        except HostError as error:  # then what is open has to do
            _log.info("%s: no further connection: %s", self._host, error)
            self._takes_no_more = True
        finally:
            self._is_opening_another = False
            self._freed.notify()

    def _leave(self, line: _Line) -> None:
        line.in_use -= 1
        self._freed.notify()


class _CountedChannel:
    """A Channel that says once when it is over."""

    def __init__(self, channel: Channel, over: Callable[[], None]) -> None:
        self._channel = channel
        self._over: Callable[[], None] | None = over
        self.read: Callable[[], AsyncIterator[tuple[Stream, bytes]]] = channel.read
        self.write, self.write_eof = channel.write, channel.write_eof
        self.resize, self.signal = channel.resize, channel.signal

    def _is_over(self) -> None:
        over, self._over = self._over, None
        if over is not None:
            over()

    async def wait(self) -> Outcome:
        outcome = await self._channel.wait()
        self._is_over()
        return outcome

    async def aclose(self) -> None:
        try:
            with contextlib.suppress(HostError):
                await self._channel.aclose()
        finally:
            self._is_over()

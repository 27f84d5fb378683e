"""The control channel of one machine: its guard, and requests about jobs. One `sh` for both, started when first needed."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable

from jobsh.errors import HostError, HostErrorCause, SpoolError
from jobsh.ports.spool import Stopped
from jobsh.ports.transport import Channel
from jobsh.spool.guard_line import Greeting, GuardLine
from jobsh.spool.scripts import BOOT

OpenChannel = Callable[[str], Awaitable[Channel]]
"""Runs a command string by the machine's login shell."""

LEASE_SECONDS = 60
BEAT_SECONDS = 15
"""While something is attached the guard hears from us this often; silent for a lease it takes the network for dead."""


class Control:
    """Requests to one machine. Reopened when its channel ends while the connection goes on."""

    def __init__(self, open_channel: OpenChannel, host: str, *, has_lease: bool, root: str | None = None) -> None:
        self._open_channel = open_channel
        self._host = host
        self._has_lease = has_lease
        self._root = root
        self.connection_id = secrets.token_hex(8)
        """Begins the cookie of all that is attached: the guard needs no other list."""
        self._opening = asyncio.Lock()
        self._line: GuardLine | None = None
        self._attached = 0
        self._beats: asyncio.Task[None] | None = None
        self._is_closed = False

    async def greeting(self) -> Greeting:
        """Start the guard if it does not run, and say what it said."""
        return (await self._open()).greeting

    async def spool(self) -> str:
        """The spool directory there, which is made if it is not there."""
        line = await self._open()
        await line.load()
        return line.greeting.root

    async def _open(self) -> GuardLine:
        if self._line is not None and self._line.is_open:
            return self._line
        async with self._opening:
            if self._is_closed:
                raise HostError(self._host, HostErrorCause.LINK_LOST, "closed")
            if self._line is None or not self._line.is_open:
                if self._line is not None:
                    await self._line.aclose()
                line = GuardLine(self._host, await self._open_channel(BOOT))
                await line.greet(self.connection_id, self._root)
                self._line = line  # now only: what is sent before it greets is lost
            return self._line

    async def ask(self, verb: str, *words: str, body: bytes = b"") -> list[list[str]]:
        """One request about jobs: the words of each line of its reply. Raises SpoolError for a refusal."""
        line = await self._open()
        try:
            await line.load()
            return await line.ask(verb, *words, body=body)
        except HostError:  # the guard was killed, or the connection went: each request may be made twice
            line = await self._open_another(line)
            await line.load()
            return await line.ask(verb, *words, body=body)

    async def _open_another(self, lost: GuardLine) -> GuardLine:
        line = await self._open()
        if line is lost:
            raise HostError(self._host, HostErrorCause.LINK_LOST)
        return line

    async def stop(self, id: str, grace: float, signal: str) -> Stopped:
        """Stop a job: what was stopped, what is left."""
        (reply,) = await self.ask("stop", id, str(max(0, round(grace * 10))), signal)
        return Stopped(int(reply[1]), int(reply[2]))

    async def signal(self, id: str, name: str) -> int:
        """Send a signal to a job: how many processes got it."""
        (reply,) = await self.ask("signal", id, name)
        return int(reply[1])

    async def stop_orphans(self, id: str) -> Stopped:
        """Stop what is left of a job that a front end ran itself."""
        (reply,) = await self.ask("orphans", id)
        return Stopped(int(reply[1]), int(reply[2]))

    async def stop_attached(self, cookie: str) -> Stopped:
        """Stop everything that carries the cookie."""
        line = await self._open()
        try:
            (reply,) = await line.ask("halt", cookie)
        except HostError:
            (reply,) = await (await self._open_another(line)).ask("halt", cookie)
        return Stopped(int(reply[1]), int(reply[2]))

    # -- the lease --

    async def guarded(self) -> Greeting:
        """Before something is attached: the guard is there, and will notice a silent network. Undone by `unguarded`."""
        line = await self._open()
        self._attached += 1
        if self._beats is None:
            self._beats = asyncio.create_task(self._beat())
            await self._lend(line)
        return line.greeting

    async def _lend(self, line: GuardLine) -> None:
        if self._has_lease:
            await line.tell("lease", str(LEASE_SECONDS))

    def unguarded(self) -> None:
        """What was attached is gone."""
        self._attached -= 1

    async def _beat(self) -> None:
        """Until nothing is attached any more at the time of a beat: short commands in a row share one lease. A guard that was
        killed comes again."""
        with contextlib.suppress(HostError, SpoolError):
            while True:
                await asyncio.sleep(BEAT_SECONDS)
                line = await self._open()
                if not self._attached:
                    self._beats = None
                    await line.tell("no_lease")
                    return
                await self._lend(line)
        self._beats = None

    async def aclose(self) -> None:
        """End the guard: it stops all that is attached. Waits until it has."""
        self._is_closed = True
        if self._beats is not None:
            self._beats.cancel()
        async with self._opening:
            if self._line is not None:
                await self._line.finish()

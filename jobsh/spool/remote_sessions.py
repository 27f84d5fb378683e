"""Saved shell states of sessions on a host: made ready, kept, forgotten."""

from __future__ import annotations

import asyncio
import contextlib

from jobsh.errors import HostError, SpoolError
from jobsh.model.ids import InstanceId
from jobsh.spool.attach import session_words
from jobsh.spool.control import Control
from jobsh.spool.encoding import decode, word
from jobsh.spool.host_sessions import HostSessions
from jobsh.spool.programs import ShellKind


class RemoteSessions:
    """The sessions of one connection. What a command changed is put in its place after it ended, so that nobody waits."""

    def __init__(self, control: Control, held: HostSessions) -> None:
        self._control = control
        self._held = held
        self._prepared: set[InstanceId] = set()
        self._directories: dict[InstanceId, str] = {}
        self._keeping: dict[InstanceId, asyncio.Task[None]] = {}

    async def prepare(self, session: InstanceId, kind: ShellKind) -> None:
        """It is still ours, its directory is there, and the words that its shell will read. Raises InvalidState."""
        await self._held.keep(session)
        if session not in self._prepared:
            name, text = session_words(kind)
            requests = (("words", name, word(text)), ("place", session), ("adopt", session))
            await asyncio.gather(*(self._control.ask(*request) for request in requests))
            self._prepared.add(session)

    async def settle(self, session: InstanceId) -> None:
        """Wait until what its last command saved is in its place."""
        if (keeping := self._keeping.get(session)) is not None:
            await asyncio.shield(keeping)

    def keep(self, session: InstanceId, cookie: InstanceId, kind: ShellKind) -> None:
        """What the command with `cookie` saved is the session's state from now on."""
        before = self._keeping.get(session)
        task = asyncio.create_task(self._keep(before, session, cookie, kind))
        self._keeping[session] = task

    async def _keep(
        self, before: asyncio.Task[None] | None, session: InstanceId, cookie: InstanceId, kind: ShellKind
    ) -> None:
        if before is not None:
            await before
        self._directories.pop(session, None)
        with contextlib.suppress(HostError, SpoolError):  # then the next connection adopts it
            (reply,) = await self._control.ask("keep", session, kind, cookie)
            self._directories[session] = decode(reply[1])
        if self._keeping.get(session) is asyncio.current_task():
            del self._keeping[session]

    async def directory(self, session: InstanceId) -> str:
        """The directory a session is in."""
        if session not in self._directories:
            (reply,) = await self._control.ask("place", session)
            self._directories[session] = decode(reply[1])
        return self._directories[session]

    def let_go(self, session: InstanceId) -> None:
        """Another client may have it from now on: what we know of it is old."""
        self._prepared.discard(session)
        self._directories.pop(session, None)

    async def forget(self, session: InstanceId) -> None:
        """Delete a session's state."""
        self.let_go(session)
        await self._control.ask("forget", session)

    async def aclose(self) -> None:
        """Wait until what was saved is kept."""
        if self._keeping:
            await asyncio.wait(self._keeping.values())

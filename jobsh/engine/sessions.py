"""Sessions: a user's handles on hosts, kept while a front end uses them or jobs run in them. Runs nothing in them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack

from jobsh.engine.background import Background
from jobsh.engine.hosts import Host, Hosts
from jobsh.errors import InvalidState, JobshError, NotFound, StoreError
from jobsh.model.ids import InstanceId, SessionId, new_instance_id
from jobsh.model.messages import FrontEnd, OpenSession
from jobsh.model.queries import SessionQuery, matches
from jobsh.model.session import Availability, Session, SessionState
from jobsh.ports.engine import Asker
from jobsh.ports.store import Store

_log = logging.getLogger(__name__)

_PATIENCE = 1.0
"""Seconds that who resumes a session waits for its host; a dead host must not keep them from everything else."""


class OpenedSession:
    """One session: its host, who uses it, what was started in it."""

    def __init__(self, session: Session, host: Host) -> None:
        self.host = host
        self.users: set[object] = set()
        """The front ends that use it."""
        self.running: set[InstanceId] = set()
        """Jobs that were started in it and are not known to have ended."""
        self.to_begin: set[InstanceId] = set()
        """Those of them that may still begin from its saved shell state."""
        self.busy = 0
        self.place_may_differ = False
        """Whether a command may have changed the session's directory since it was asked for."""
        self.holding = ExitStack()
        self._session = session

    @property
    def snapshot(self) -> Session:
        """The session as it is now."""
        session = self._session
        if session.state is not SessionState.OPENED:
            return session.replace(availability=Availability.NONE)
        return session.replace(availability=Availability.BUSY if self.busy else Availability.AVAILABLE)

    def change(self, **fields: object) -> None:
        """Set fields of the snapshot."""
        self._session = self._session.replace(**fields)

    @contextlib.contextmanager
    def at_work(self, *, saves_state: bool) -> Iterator[None]:
        """A command runs in it."""
        self.busy += saves_state
        try:
            yield
        finally:
            self.busy -= saves_state
            self.place_may_differ |= saves_state


class Sessions:
    """All sessions of this engine."""

    def __init__(
        self, hosts: Hosts, store: Store, background: Background, changed: Callable[[OpenedSession], None]
    ) -> None:
        self._hosts = hosts
        self._store = store
        self._background = background
        self._changed = changed
        self._sessions: dict[SessionId, OpenedSession] = {}
        self._newest = 0

    async def load(self) -> None:
        """Learn which numbers former engines gave: front ends may come and resume those."""
        self._newest = await self._store.newest_session()

    def __len__(self) -> int:
        return len(self._sessions)

    def __getitem__(self, id: SessionId) -> OpenedSession:
        try:
            return self._sessions[id]
        except KeyError:
            raise NotFound(f"there is no session {id}", hint="Get-Session lists them", target=str(id)) from None

    async def open(self, request: OpenSession, user: object, front_end: FrontEnd, asker: Asker | None) -> Session:
        """Connect and open; raises HostError."""
        host = self._hosts.find(request.address, front_end, request.credential)
        id, instance_id = self._next_number(), new_instance_id()
        with host.in_use():
            home, directory = await (await host.spool(asker)).session_place(instance_id)
            session = Session(
                id,
                instance_id,
                request.name or f"Session{id}",
                request.address,
                SessionState.OPENED,
                Availability.AVAILABLE,
                is_temporary=request.is_temporary,
                home=home,
                directory=directory,
                created=time.time(),
                option=request.option,
            )
            return self._add(session, host, user).snapshot

    def _next_number(self) -> SessionId:
        """Taken before connecting: several that are opened at once count in the order they were asked for."""
        self._newest += 1
        self._background.start(self._note_number(self._newest), "session number")
        return SessionId(self._newest)

    async def _note_number(self, number: int) -> None:
        with contextlib.suppress(StoreError):  # then a later engine may refuse to resume it
            await self._store.note_session(number)

    def _add(self, session: Session, host: Host, user: object) -> OpenedSession:
        opened = self._sessions[session.id] = OpenedSession(session, host)
        opened.users.add(user)
        opened.holding.enter_context(host.in_use())
        watching = self._background.start(self._watch(opened), f"session {session.id}")
        opened.holding.callback(watching.cancel)
        return opened

    async def resume(self, session: Session, user: object, front_end: FrontEnd) -> OpenedSession:
        """Go on with a session of a former engine; raises InvalidState."""
        opened = self._sessions.get(session.id)
        if opened is None:
            host = self._hosts.find(session.address, front_end)
            opened = self._add(session.replace(state=SessionState.DISCONNECTED), host, user)
            opened.place_may_differ = True
            self._newest = max(self._newest, session.id)
        elif opened.snapshot.instance_id != session.instance_id:
            raise InvalidState(f"session {session.id} is another one now", target=str(session.id))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not opened.host.is_linked:
                    await opened.host.linked.wait()
        return self.use(session.id, user)

    def use(self, id: SessionId, user: object) -> OpenedSession:
        """The session, which `user` uses from now on; raises NotFound."""
        opened = self[id]
        opened.users.add(user)
        if opened.snapshot.state is SessionState.DISCONNECTED and opened.host.is_linked:
            self._set_state(opened, SessionState.OPENED)
        return opened

    async def select(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id; temporary ones only by id."""
        found = [opened for _, opened in sorted(self._sessions.items()) if _is_meant(opened.snapshot, query)]
        for opened in found:
            if opened.place_may_differ and opened.host.is_linked:
                await self._ask_place(opened)
        return tuple(opened.snapshot for opened in found)

    async def _ask_place(self, opened: OpenedSession) -> None:
        opened.place_may_differ = False
        with contextlib.suppress(JobshError):
            home, directory = await (await opened.host.spool()).session_place(opened.snapshot.instance_id)
            opened.change(home=home, directory=directory)

    async def _watch(self, opened: OpenedSession) -> None:
        """Follow the connection: lost, the session is Disconnected until its host answers again."""
        while True:
            if opened.host.is_linked:
                if opened.users:
                    self._set_state(opened, SessionState.OPENED)
                await opened.host.linked.wait()
            else:
                self._set_state(opened, SessionState.DISCONNECTED)
                await opened.host.spool_in_time()

    def _set_state(self, opened: OpenedSession, state: SessionState) -> None:
        if opened.snapshot.state not in (state, SessionState.CLOSED):
            opened.change(state=state)
            self._changed(opened)

    # -- jobs in it --

    def keep_for(self, opened: OpenedSession, job: InstanceId, over: Awaitable[object], *, is_to_begin: bool) -> None:
        """The session is needed for a job until `over` is done, though its last user leaves; `is_to_begin`: its saved state, too."""
        opened.running.add(job)
        if is_to_begin:
            opened.to_begin.add(job)
        self._background.start(self._until_over(opened, job, over), f"a job in session {opened.snapshot.id}")

    async def _until_over(self, opened: OpenedSession, job: InstanceId, over: Awaitable[object]) -> None:
        await over
        opened.running.discard(job)
        opened.to_begin.discard(job)
        if opened.snapshot.state is SessionState.CLOSED:
            await self._forget(opened)
        elif not opened.users:
            await self._remove_unneeded(opened)

    # -- ending --

    async def remove(self, id: SessionId) -> None:
        """Close it: its saved shell state goes, its jobs go on."""
        opened = self[id]
        del self._sessions[id]
        opened.change(state=SessionState.CLOSED)
        await self._forget(opened)
        self._changed(opened)

    async def _forget(self, opened: OpenedSession) -> None:
        """Delete the saved state, once nothing can begin from it any more."""
        if opened.to_begin:
            return
        if opened.host.is_linked:
            try:
                await (await opened.host.spool()).forget_session(opened.snapshot.instance_id)
            except JobshError as error:
                _log.info("session %s: %s", opened.snapshot.id, error)
        opened.holding.close()

    async def leave(self, user: object) -> None:
        """A front end left: the sessions that only it used go, those with running jobs are Disconnected."""
        left = [opened for opened in self._sessions.values() if user in opened.users]
        for opened in left:
            opened.users.discard(user)
        # at once: a host that is silent must not hold up what is said of the others
        await asyncio.gather(*(self._remove_unneeded(opened) for opened in left if not opened.users))

    async def _remove_unneeded(self, opened: OpenedSession) -> None:
        """Nobody uses it: it goes with its last job."""
        if opened.running:
            self._set_state(opened, SessionState.DISCONNECTED)
        elif self._sessions.get(opened.snapshot.id) is opened:
            await self.remove(opened.snapshot.id)

    def close(self) -> None:
        """The engine goes: let go of the hosts."""
        for opened in self._sessions.values():
            opened.holding.close()


def _is_meant(session: Session, query: SessionQuery) -> bool:
    if query.ids:
        return session.id in query.ids
    return (
        not session.is_temporary
        and (not query.names or any(matches(name, session.name) for name in query.names))
        and (not query.instance_ids or session.instance_id in query.instance_ids)
        and (not query.computer_names or any(matches(name, session.computer_name) for name in query.computer_names))
    )

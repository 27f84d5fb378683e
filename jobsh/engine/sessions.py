"""Sessions: a user's handles on hosts, kept while a front end uses them. Runs nothing in them."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from jobsh.engine.background import Background
from jobsh.engine.hosts import Host, Hosts
from jobsh.engine.snapshots import state_of
from jobsh.errors import HostError, JobshError, NotFound
from jobsh.model.ids import InstanceId, SessionId, new_instance_id
from jobsh.model.messages import FrontEnd, OpenSession
from jobsh.model.queries import SessionQuery, matches
from jobsh.model.session import Availability, Session, SessionState
from jobsh.ports.engine import Asker

_log = logging.getLogger(__name__)


class OpenedSession:
    """One session: its host, who uses it, what was started in it."""

    def __init__(self, session: Session, host: Host) -> None:
        self.host = host
        self.users: set[object] = set()
        """The front ends that use it."""
        self.started: set[InstanceId] = set()
        """Jobs of its host that were started in it."""
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

    def __init__(self, hosts: Hosts, background: Background, changed: Callable[[Session], None]) -> None:
        self._hosts = hosts
        self._background = background
        self._changed = changed
        self._sessions: dict[SessionId, OpenedSession] = {}
        self._newest = 0

    def __len__(self) -> int:
        return len(self._sessions)

    def __getitem__(self, id: SessionId) -> OpenedSession:
        try:
            return self._sessions[id]
        except KeyError:
            raise NotFound(f"there is no session {id}", hint="Get-Session lists them", target=str(id)) from None

    async def open(self, request: OpenSession, user: object, front_end: FrontEnd, asker: Asker | None) -> Session:
        """Connect and open; raises HostError."""
        host = self._hosts.find(request.address, front_end)
        instance_id = new_instance_id()
        with host.in_use():
            home, directory = await (await host.spool(asker)).session_place(instance_id)
            self._newest += 1
            id = SessionId(self._newest)
            opened = OpenedSession(
                Session(
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
                ),
                host,
            )
            opened.users.add(user)
            opened.holding.enter_context(host.in_use())
        self._sessions[id] = opened
        watching = self._background.start(self._watch(opened), f"session {id}")
        opened.holding.callback(watching.cancel)
        return opened.snapshot

    def use(self, id: SessionId, user: object) -> OpenedSession:
        """The session, which `user` uses from now on; raises NotFound."""
        opened = self[id]
        opened.users.add(user)
        if opened.snapshot.state is SessionState.DISCONNECTED and opened.host.is_linked:
            self._set_state(opened, SessionState.OPENED)
        return opened

    async def select(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id; temporary ones only by id."""
        found = [opened for opened in self._sessions.values() if _is_meant(opened.snapshot, query)]
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
        if opened.snapshot.state is not state:
            opened.change(state=state)
            self._changed(opened.snapshot)

    # -- ending --

    async def remove(self, id: SessionId) -> None:
        """Close it: its saved shell state goes, its jobs go on."""
        opened = self[id]
        del self._sessions[id]
        opened.change(state=SessionState.CLOSED)
        if opened.host.is_linked:
            try:
                await (await opened.host.spool()).forget_session(opened.snapshot.instance_id)
            except JobshError as error:
                _log.info("session %s: %s", id, error)
        opened.holding.close()
        self._changed(opened.snapshot)

    async def leave(self, user: object) -> None:
        """A front end left: the sessions that only it used go, those with running jobs are Disconnected."""
        for id, opened in list(self._sessions.items()):
            if user not in opened.users:
                continue
            opened.users.discard(user)
            if opened.users:
                continue
            if await self._has_running_jobs(opened):
                self._set_state(opened, SessionState.DISCONNECTED)
                self._background.start(self._remove_when_done(id, opened), f"session {id}")
            else:
                await self._remove_unused(id, opened)

    async def _has_running_jobs(self, opened: OpenedSession) -> bool:
        if not opened.started:
            return False
        try:
            jobs = await (await opened.host.spool()).look(tuple(opened.started))
        except HostError:
            return True  # not known to have ended
        return any(not state_of(job).is_finished for job in jobs)

    async def _remove_when_done(self, id: SessionId, opened: OpenedSession) -> None:
        """Nobody uses it and its last job ended: then it goes, too."""
        for job in opened.started:
            spool = await opened.host.spool_in_time()
            with opened.host.followers.awaiting(job, spool.replica_directory(job)) as followed:
                while followed.over is None and not opened.users:
                    await followed.turned.wait()
        await self._remove_unused(id, opened)

    async def _remove_unused(self, id: SessionId, opened: OpenedSession) -> None:
        """Remove it, unless somebody uses it again or was quicker."""
        if not opened.users and self._sessions.get(id) is opened:
            await self.remove(id)

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

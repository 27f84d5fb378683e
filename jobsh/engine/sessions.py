"""Sessions: a user's handles on hosts, kept while a front end uses them, jobs run in them or they lie there. Runs nothing in them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from jobsh.engine.background import Background
from jobsh.engine.holding import Holding
from jobsh.engine.hosts import Hosts
from jobsh.engine.opened_session import OpenedSession
from jobsh.engine.session_jobs import SessionJobs
from jobsh.engine.session_table import SessionTable
from jobsh.errors import InvalidState, JobshError, OperationError
from jobsh.model.ids import InstanceId, SessionId, new_instance_id
from jobsh.model.job import Job
from jobsh.model.messages import FrontEnd, OpenSession
from jobsh.model.queries import SessionQuery
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.session_option import SessionOption
from jobsh.model.session_state import SessionEvent
from jobsh.ports.engine import Asker
from jobsh.ports.spool import Client, SpoolSession
from jobsh.ports.store import Store, StoredJob

_log = logging.getLogger(__name__)

_PATIENCE = 1.0
"""Seconds that who resumes a session waits for its host; a dead host must not keep them from everything else."""


class Sessions:
    """All sessions of this engine, and those of others that it has seen on hosts."""

    def __init__(
        self,
        hosts: Hosts,
        store: Store,
        background: Background,
        jobs: SessionJobs,
        client: Client,
        changed: Callable[[OpenedSession], None],
    ) -> None:
        self._hosts = hosts
        self._background = background
        self._jobs = jobs
        self._holding = Holding(client, jobs, background, changed, self._gone)
        self._table = SessionTable(store, background)

    async def load(self) -> None:
        """Learn which numbers former engines gave: front ends may come and resume those."""
        await self._table.load()

    def __len__(self) -> int:
        """Those that need this engine: a disconnected one lies on its host."""
        return sum(bool(opened.users or opened.running) for opened in self._table)

    def __getitem__(self, id: SessionId) -> OpenedSession:
        return self._table[id]

    # -- beginning --

    async def open(self, request: OpenSession, user: object, front_end: FrontEnd, asker: Asker | None) -> Session:
        """Connect and open; raises HostError."""
        host = self._hosts.find(request.address, front_end, request.credential)
        id, instance_id = self._table.next_number(), new_instance_id()
        session = Session(
            id,
            instance_id,
            request.name or f"Session{id}",
            request.address,
            SessionState.OPENED,
            Availability.AVAILABLE,
            is_temporary=request.is_temporary,
            created=time.time(),
            made_by=self._holding.client.name,
            option=request.option,
        )
        with host.in_use():
            spool = await host.spool(asker)
            begun = SpoolSession(
                instance_id, session.name, session.made_by, session.created, session.is_temporary, session.option
            )
            place, _ = await asyncio.gather(
                spool.session_place(instance_id), spool.begin_session(begun, self._holding.client)
            )
            opened = self._table.add(session.replace(home=place[0], directory=place[1]), host)
            opened.users.add(user)
            self._holding.take_up(opened)
            return opened.snapshot

    def _gone(self, opened: OpenedSession) -> None:
        self._table.discard(opened.id)

    async def resume(self, session: Session, user: object, front_end: FrontEnd) -> OpenedSession:
        """Go on with a session of a former engine; raises InvalidState."""
        opened = self._table.get(session.id)
        if opened is not None and opened.snapshot.instance_id != session.instance_id:
            raise InvalidState(f"session {session.id} is another one now", target=str(session.id))
        if opened is None:
            opened = self._go_on_with(session, front_end)
        if opened.state is SessionState.DISCONNECTED and not opened.was_left:
            return opened
        opened.users.add(user)
        await _while_broken(opened)
        return opened

    def _go_on_with(self, session: Session, front_end: FrontEnd) -> OpenedSession:
        """One that was disconnected stays so; any other is ours when its host says so."""
        self._table.skip_to(session.id)
        host = self._hosts.find(session.address, front_end)
        if session.state is SessionState.DISCONNECTED:
            opened = self._table.add(session, host)
            opened.is_listed = True
            return opened
        opened = self._table.add(session.replace(state=SessionState.BROKEN), host)
        opened.place_may_differ = True
        self._holding.take_up(opened)
        return opened

    # -- finding --

    async def use(self, id: SessionId, user: object) -> OpenedSession:
        """The session, which `user` uses from now on. One whose front end left is taken up; one that was disconnected is not:
        raises InvalidState. Raises NotFound."""
        opened = self[id]
        if opened.state is SessionState.DISCONNECTED:
            if not opened.was_left:
                raise InvalidState(
                    f"session {id} ({opened.snapshot.name}) is Disconnected",
                    hint=f"Connect-Session -Id {id} makes it yours again",
                    error_id="InvokeCommandCommandInvalidSessionState",
                    target=str(id),
                )
            await self._connect(opened, None)
        opened.users.add(user)
        return opened

    async def select(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id; temporary ones only by id, those of other clients when they are named."""
        found = self._table.meant(query)
        for opened in found:
            may_differ = query.asks_place and opened.place_may_differ
            if may_differ and opened.host.is_linked and opened.state is SessionState.OPENED:
                await self._ask_place(opened)
        return tuple(opened.snapshot for opened in found)

    async def _ask_place(self, opened: OpenedSession) -> None:
        opened.place_may_differ = False
        with contextlib.suppress(JobshError):
            home, directory = await (await opened.host.spool()).session_place(opened.snapshot.instance_id)
            opened.change(home=home, directory=directory)

    async def find(self, request: OpenSession, front_end: FrontEnd, asker: Asker | None) -> tuple[Session, ...]:
        """Ask a host for all sessions there, whoever left them; raises HostError."""
        address, host = request.address, self._hosts.find(request.address, front_end, request.credential)
        with host.in_use():
            there = await (await host.spool(asker)).sessions(self._holding.client)
        return tuple(opened.snapshot for opened in self._table.seen(there, address, host))

    # -- disconnecting and connecting --

    async def connect(self, id: SessionId, option: SessionOption, user: object, asker: Asker | None) -> Session:
        """Make a session ours: as it was left, with its jobs. One that is ours already stays as it is. Raises InvalidState when
        another client has it, NotFound when it is gone, HostError."""
        opened = self[id]
        if opened.state is SessionState.BROKEN:
            await opened.host.spool(asker)
            await _while_broken(opened)
        elif opened.state is not SessionState.OPENED:
            await self._connect(opened, asker)
            opened.change(option=option.replace(idle_timeout=None).over(opened.snapshot.option))
        opened.users.add(user)
        return opened.snapshot

    async def disconnect(self, id: SessionId, option: SessionOption) -> Session:
        """Leave it on its host, where it and its jobs go on. Raises InvalidState; HostError, and it is Broken."""
        opened = self[id]
        if opened.state is SessionState.DISCONNECTED and not opened.was_left:
            return opened.snapshot
        self._holding.check_disconnect(opened, option)
        if opened.was_left:
            await self._connect(opened, None)
        await self._holding.disconnect(opened, option)
        return opened.snapshot

    async def _connect(self, opened: OpenedSession, asker: Asker | None) -> None:
        for child in await self._holding.connect(opened, asker):
            self._keep_for_child(opened, child)

    async def receive(self, id: SessionId, name: str, front_end: FrontEnd) -> tuple[Job, ...]:
        """The jobs here of what runs in a session that is ours, or has output that nobody received."""
        opened = self[id]
        if opened.state is not SessionState.OPENED:
            raise InvalidState(f"session {id} is {opened.state}", hint=f"Connect-Session -Id {id}", target=str(id))
        jobs, fresh = await self._jobs.receive(opened, name, front_end)
        for child in fresh:
            self._keep_for_child(opened, child)
        return jobs

    # -- jobs in it --

    def keep_for(self, opened: OpenedSession, job: InstanceId, over: Awaitable[object], *, is_to_begin: bool) -> None:
        """The session is needed for a job until `over` is done, though its last user leaves; `is_to_begin`: its saved state, too."""
        opened.running.add(job)
        if is_to_begin:
            opened.to_begin.add(job)
        self._background.start(self._until_over(opened, job, over), f"a job in session {opened.id}")

    def _keep_for_child(self, opened: OpenedSession, child: StoredJob) -> None:
        self.keep_for(opened, child.instance_id, self._jobs.over(child), is_to_begin=False)

    async def _until_over(self, opened: OpenedSession, job: InstanceId, over: Awaitable[object]) -> None:
        await over
        opened.running.discard(job)
        opened.to_begin.discard(job)
        if opened.state is SessionState.CLOSED:
            await self._forget(opened)
        else:
            await self._remove_if_spent(opened)

    def received(self, session: InstanceId) -> None:
        """Output of its jobs was received, or they were removed."""
        for opened in self._table:
            if opened.was_left and opened.snapshot.instance_id == session:
                self._background.start(self._remove_if_spent(opened), f"session {opened.id}")

    async def _remove_if_spent(self, opened: OpenedSession) -> None:
        """One that was left goes when its jobs are over and nobody could learn more from them."""
        is_spent = not opened.running and not self._jobs.has_more(opened.snapshot.instance_id)
        if opened.was_left and is_spent and opened.id in self._table:
            with contextlib.suppress(OperationError):
                await self.remove(opened.id)

    # -- ending --

    async def remove(self, id: SessionId) -> None:
        """Close it: its saved shell state goes, its jobs go on. One that is disconnected is connected first; raises
        OperationError when that cannot be: then only we forget it."""
        opened = self[id]
        problem: JobshError | None = None
        if opened.state is SessionState.DISCONNECTED:
            try:
                await self._connect(opened, None)
            except OperationError as error:
                problem = error
        if not self._table.discard(id):
            return
        self._holding.apply(opened, SessionEvent.CLOSE)
        if problem is None:
            await self._forget(opened)
        self._holding.apply(opened, SessionEvent.SUCCEED)
        if problem is not None:
            await self._jobs.connect(opened.snapshot.instance_id)  # nobody else would take them up again
            raise OperationError(
                f"session {id} was removed here only: {problem.message}",
                error_id="RemoveSessionCannotConnectToServer",
                target=str(id),
            )

    async def _forget(self, opened: OpenedSession) -> None:
        """Delete it on its host, once nothing can begin from its state any more."""
        if opened.to_begin:
            return
        if opened.host.is_linked:
            try:
                await (await opened.host.spool()).forget_session(opened.snapshot.instance_id)
            except JobshError as error:
                _log.info("session %s: %s", opened.id, error)
        opened.holding.close()

    async def leave(self, user: object) -> None:
        """A front end left: the sessions that only it used go, those with running jobs are Disconnected."""
        left = [opened for opened in self._table if user in opened.users]
        for opened in left:
            opened.users.discard(user)
        # at once: a host that is silent must not hold up what is said of the others
        await asyncio.gather(*(self._remove_unneeded(opened) for opened in left if not opened.users))

    async def _remove_unneeded(self, opened: OpenedSession) -> None:
        """Nobody uses it: it goes with its last job, whose results come here; until then anybody may connect to it."""
        if not opened.running:
            with contextlib.suppress(OperationError):  # another client has it
                await self.remove(opened.id)
            return
        await self._holding.leave(opened)
        if opened.users:  # somebody came meanwhile
            await self._connect(opened, None)

    def close(self) -> None:
        """The engine goes: let go of the hosts."""
        for opened in self._table:
            opened.holding.close()


async def _while_broken(opened: OpenedSession) -> None:
    """Wait a moment for its host."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while opened.state is SessionState.BROKEN:
                await opened.turned.wait()

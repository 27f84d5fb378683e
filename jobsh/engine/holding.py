"""Which sessions are ours: taken, held while their connections come and go, let go of. The only writer of their states."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from jobsh.engine.background import Background
from jobsh.engine.opened_session import OpenedSession
from jobsh.engine.session_jobs import SessionJobs
from jobsh.errors import HostError, InvalidState, JobshError, NotFound, OperationError, SpoolError
from jobsh.model.session import SHORTEST_IDLE_TIMEOUT, SessionState
from jobsh.model.session_option import SessionOption
from jobsh.model.session_state import SessionEvent
from jobsh.ports.engine import Asker
from jobsh.ports.spool import NOT_AVAILABLE, Client, Holder, SpoolSession
from jobsh.ports.store import StoredJob

_log = logging.getLogger(__name__)


class Holding:
    """What one client holds. `changed` hears of settled states, `gone` of sessions that their hosts do not have any more."""

    def __init__(
        self,
        client: Client,
        jobs: SessionJobs,
        background: Background,
        changed: Callable[[OpenedSession], None],
        gone: Callable[[OpenedSession], None],
    ) -> None:
        self.client = client
        self._jobs = jobs
        self._background = background
        self._changed = changed
        self._gone = gone

    def take_up(self, opened: OpenedSession) -> None:
        """It is ours: keep its connection, and follow what becomes of that."""
        opened.was_left = False
        opened.is_listed = True
        opened.holding.enter_context(opened.host.in_use())
        watching = self._background.start(self._watch(opened), f"session {opened.id}")
        opened.holding.callback(watching.cancel)

    # -- the connection --

    async def _watch(self, opened: OpenedSession) -> None:
        """Follow the connection: lost, the session is Broken until its host answers and says that it is still ours."""
        while True:
            if not opened.host.is_linked:
                self.apply(opened, SessionEvent.LOSE_LINK)
                await opened.host.spool_in_time()
            elif opened.state is SessionState.BROKEN or opened.is_doubtful:
                try:
                    if not await self._regain(opened):
                        return
                except HostError:
                    continue
                except SpoolError as error:
                    _log.info("session %s: %s", opened.id, error)
                    await opened.host.linked.wait(opened.turned)
            else:
                await opened.host.linked.wait(opened.turned)

    async def _regain(self, opened: OpenedSession) -> bool:
        """Whether it is still ours: while the connection was lost, or fell silent, another client may have come."""
        opened.is_doubtful = False
        spool = await opened.host.spool()
        holder = await spool.hold_session(opened.snapshot.instance_id, self.client)
        if holder is Holder.GONE and not opened.is_known_there:  # of an engine that did not make it known
            holder = Holder.OWN
        if holder is Holder.OWN:
            if opened.state is SessionState.BROKEN:
                self.apply(opened, SessionEvent.REGAIN_LINK)
            return True
        self._lose(opened, holder)
        asyncio.get_running_loop().call_soon(self._let_go, opened)  # it ends this coroutine
        return False

    def _lose(self, opened: OpenedSession, holder: Holder) -> None:
        """Another client has it, or its time ran out."""
        opened.held_by_other = holder is Holder.OTHER
        if holder is Holder.GONE:
            self._gone(opened)
            self.apply(opened, SessionEvent.VANISH)
        elif opened.state is SessionState.CONNECTING:
            self.apply(opened, SessionEvent.FAIL)
        else:
            self.apply(opened, SessionEvent.BE_TAKEN)

    def _let_go(self, opened: OpenedSession) -> None:
        """Its connection is not kept for it any more."""
        opened.running.clear()
        opened.holding.pop_all().close()

    def apply(self, opened: OpenedSession, event: SessionEvent) -> None:
        """Move a session to its next state."""
        before = opened.state
        opened.apply(event)
        if opened.state is not before:
            opened.turned.notify()
            if not opened.state.is_transitional:
                self._changed(opened)

    # -- disconnecting and connecting --

    async def disconnect(self, opened: OpenedSession, option: SessionOption) -> None:
        """Leave one that is ours on its host, where it and its jobs go on. Raises InvalidState; HostError, and it is Broken."""
        option = option.over(opened.snapshot.option)
        self.apply(opened, SessionEvent.DISCONNECT)
        try:
            await self._jobs.disconnect(opened.snapshot.instance_id)
            await self._release(opened, option)
        except BaseException:
            await self._jobs.connect(opened.snapshot.instance_id)
            if opened.state is SessionState.DISCONNECTING:
                self.apply(opened, SessionEvent.FAIL)
            raise
        self._jobs.let_go(opened.running)
        self._let_go(opened)
        self.apply(opened, SessionEvent.SUCCEED)
        opened.users.clear()
        opened.to_begin.clear()  # all have begun

    async def leave(self, opened: OpenedSession) -> None:
        """Nobody here uses it, but jobs run in it: from now on anybody may connect to it."""
        opened.was_left = True
        if opened.state is SessionState.OPENED:
            self.apply(opened, SessionEvent.DISCONNECT)
            with contextlib.suppress(OperationError):  # a host that does not answer sees that we are gone
                await self._release(opened, opened.snapshot.option)
        opened.holding.pop_all().close()
        if opened.state in (SessionState.DISCONNECTING, SessionState.BROKEN):
            self.apply(opened, SessionEvent.BE_TAKEN)

    @staticmethod
    def check_disconnect(opened: OpenedSession, option: SessionOption) -> None:
        """Raise InvalidState or OperationError for a session that cannot be disconnected so."""
        name = f"session {opened.id} ({opened.snapshot.name})"
        if option.idle_timeout is not None and option.idle_timeout < SHORTEST_IDLE_TIMEOUT:
            raise OperationError(
                f"an idle time-out of {option.idle_timeout:g} s is too short",
                hint=f"at least {SHORTEST_IDLE_TIMEOUT:g} s; {name} stays {opened.state}",
                error_id="PSSessionIdleTimeoutNotInRange",
                target=str(opened.id),
            )
        if opened.state is not SessionState.OPENED and not opened.was_left:
            raise InvalidState(
                f"{name} is {opened.state}, not Opened",
                error_id="CannotDisconnectSessionWhenNotOpened",
                target=str(opened.id),
            )
        if opened.is_busy:
            raise InvalidState(
                f"{name} has a command in the foreground, which would end",
                hint="wait for it, or stop it",
                error_id="CannotDisconnectSessionInUse",
                target=str(opened.id),
            )

    async def _release(self, opened: OpenedSession, option: SessionOption) -> None:
        session = opened.snapshot
        asked = SpoolSession(session.instance_id, option=option)
        left = await (await opened.host.spool()).release_session(asked, self.client)
        if left.holder is not Holder.NOBODY:
            _log.info("session %s was not ours any more", opened.id)
        opened.change(option=option)
        opened.learn(left)

    async def connect(self, opened: OpenedSession, asker: Asker | None) -> Sequence[StoredJob]:
        """Make one ours that is Disconnected; its jobs that have not ended. Raises InvalidState, NotFound, HostError."""
        self.apply(opened, SessionEvent.CONNECT)
        instance_id = opened.snapshot.instance_id
        try:
            with opened.host.in_use():
                holder = await (await opened.host.spool(asker)).hold_session(instance_id, self.client)
                self._check_had(opened, holder)
                self.take_up(opened)
        except BaseException:
            if opened.state is SessionState.CONNECTING:
                self.apply(opened, SessionEvent.FAIL)
            raise
        finally:
            if opened.state is SessionState.CLOSED:
                await self._jobs.connect(instance_id)
        opened.held_by_other = False
        opened.place_may_differ = True
        opened.change(disconnected_on=None, expires_on=None)
        self.apply(opened, SessionEvent.SUCCEED)
        return await self._jobs.connect(instance_id)

    def _check_had(self, opened: OpenedSession, holder: Holder) -> None:
        if holder is not Holder.OWN:
            self._lose(opened, holder)
            raise _not_available(opened, holder)


def _not_available(opened: OpenedSession, holder: Holder) -> JobshError:
    name = f"session {opened.id} ({opened.snapshot.name})"
    if holder is Holder.GONE:
        return NotFound(
            f"{name} is not there any more", hint="its time ran out, or it was removed", target=str(opened.id)
        )
    return InvalidState(
        f"{name} is held by another client",
        hint="Disconnect-Session there lets go of it",
        error_id=NOT_AVAILABLE,
        target=str(opened.id),
    )

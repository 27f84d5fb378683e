"""One session as this engine knows it: its host, who uses it, what was started in it. Asks nobody."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack

from jobsh.engine.hosts import Host
from jobsh.engine.signals import Signal
from jobsh.errors import InvalidState
from jobsh.model.ids import InstanceId, SessionId
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.session_state import SessionEvent, next_state
from jobsh.ports.spool import Holder, SpoolSession


class OpenedSession:
    """A session, ours or (once it was seen on its host) another client's."""

    def __init__(self, session: Session, host: Host) -> None:
        self.host = host
        self.users: set[object] = set()
        """The front ends that use it."""
        self.running: set[InstanceId] = set()
        """Jobs that were started in it and are not known to have ended."""
        self.to_begin: set[InstanceId] = set()
        """Those of them that may still begin from its saved shell state."""
        self.place_may_differ = False
        """Whether a command may have changed the session's directory since it was asked for."""
        self.is_listed = False
        """Whether it was ever ours: others are shown only when their host is asked."""
        self.was_left = False
        """Whether it is Disconnected because its last user left: who uses it then takes it up."""
        self.held_by_other = False
        """Whether another client had it when its host was asked last."""
        self.is_doubtful = False
        """Whether its host said that it is not ours: that is to be asked again."""
        self.turned = Signal()
        """Its state changed, or is doubtful."""
        self.holding = ExitStack()
        self._foreground: list[object] = []
        self._session = session

    @property
    def id(self) -> SessionId:
        """Its number here."""
        return self._session.id

    @property
    def state(self) -> SessionState:
        """Where it stands."""
        return self._session.state

    @property
    def is_busy(self) -> bool:
        """Whether a command is in its foreground."""
        return bool(self._foreground)

    @property
    def is_known_there(self) -> bool:
        """Whether its host keeps who began it."""
        return bool(self._session.made_by)

    @property
    def snapshot(self) -> Session:
        """The session as it is now."""
        return self._session.replace(availability=self._availability, user=self.host.user or self._session.user)

    @property
    def _availability(self) -> Availability:
        if self.state is SessionState.OPENED:
            return Availability.BUSY if self._foreground else Availability.AVAILABLE
        is_taken = self.state is SessionState.DISCONNECTED and self.held_by_other
        return Availability.BUSY if is_taken else Availability.NONE

    def doubt(self) -> None:
        """Its host would not let us use it."""
        self.is_doubtful = True
        self.turned.notify()

    def apply(self, event: SessionEvent) -> None:
        """Move it; raises InvalidState for a move that the table does not have."""
        self.change(state=next_state(self.state, event))

    def change(self, **fields: object) -> None:
        """Set fields of the snapshot."""
        self._session = self._session.replace(**fields)

    def learn(self, there: SpoolSession) -> None:
        """What its host says of it, while it is not ours."""
        if self.state in (SessionState.DISCONNECTED, SessionState.DISCONNECTING):
            self.held_by_other = there.holder is Holder.OTHER
            times = {"disconnected_on": there.disconnected_on, "expires_on": there.expires_on}
            self.change(option=there.option.over(self._session.option), **times)

    @contextlib.contextmanager
    def at_work(self, user: object, *, saves_state: bool) -> Iterator[None]:
        """A command of `user` runs in it. In the foreground is what changes its state: the commands of one front end at a time."""
        if saves_state:
            self._check_free(user)
            self._foreground.append(user)
        try:
            yield
        finally:
            if saves_state:
                self._foreground.remove(user)
                self.place_may_differ = True

    def _check_free(self, user: object) -> None:
        if any(other is not user for other in self._foreground):
            raise InvalidState(
                f"session {self.id} ({self._session.name}) is busy: a command of another jobsh is in its foreground",
                hint="wait for it, or use -AsJob, which runs beside it",
                error_id="InvokeCommandCommandInvalidSessionAvailability",
                target=str(self.id),
            )

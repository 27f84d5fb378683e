"""States of sessions as data: which moves there are. Pure. PowerShell's names.

They are relative to who asks: a session that another client holds is Disconnected here. Unlike PowerShell's, one that is
Broken is not lost: its host keeps it, and it is Opened again when the host answers.
"""

from __future__ import annotations

from enum import StrEnum

from jobsh.errors import InvalidState


class SessionState(StrEnum):
    """Where a session stands."""

    BEFORE_OPEN = "BeforeOpen"
    OPENING = "Opening"
    OPENED = "Opened"
    CLOSED = "Closed"
    CLOSING = "Closing"
    BROKEN = "Broken"
    DISCONNECTING = "Disconnecting"
    DISCONNECTED = "Disconnected"
    CONNECTING = "Connecting"

    @property
    def is_transitional(self) -> bool:
        """Whether it is on its way to another."""
        return self.value.endswith("ing")


class Availability(StrEnum):
    """Whether a command can be given to the session now."""

    NONE = "None"
    AVAILABLE = "Available"
    BUSY = "Busy"
    """A command is in its foreground; of a Disconnected one: another client holds it."""


class SessionEvent(StrEnum):
    """What happens to a session."""

    OPEN = "open"
    SUCCEED = "succeed"
    FAIL = "fail"
    LOSE_LINK = "lose its connection"
    REGAIN_LINK = "regain its connection"
    DISCONNECT = "be disconnected"
    CONNECT = "be connected"
    BE_TAKEN = "be taken by another client"
    CLOSE = "be closed"
    VANISH = "vanish from its host"


_S, _E = SessionState, SessionEvent
_ALIVE = (_S.OPENED, _S.BROKEN, _S.DISCONNECTING, _S.DISCONNECTED, _S.CONNECTING)

TRANSITIONS: dict[tuple[SessionState, SessionEvent], SessionState] = {
    (_S.BEFORE_OPEN, _E.OPEN): _S.OPENING,
    (_S.OPENING, _E.SUCCEED): _S.OPENED,
    (_S.OPENING, _E.FAIL): _S.BROKEN,
    (_S.OPENED, _E.LOSE_LINK): _S.BROKEN,
    (_S.BROKEN, _E.LOSE_LINK): _S.BROKEN,
    (_S.DISCONNECTING, _E.LOSE_LINK): _S.BROKEN,
    (_S.CONNECTING, _E.LOSE_LINK): _S.BROKEN,
    (_S.BROKEN, _E.REGAIN_LINK): _S.OPENED,
    (_S.OPENED, _E.DISCONNECT): _S.DISCONNECTING,
    (_S.DISCONNECTING, _E.SUCCEED): _S.DISCONNECTED,
    (_S.DISCONNECTING, _E.FAIL): _S.OPENED,
    (_S.DISCONNECTED, _E.CONNECT): _S.CONNECTING,
    (_S.CONNECTING, _E.SUCCEED): _S.OPENED,
    (_S.CONNECTING, _E.FAIL): _S.DISCONNECTED,
    **{(state, _E.BE_TAKEN): _S.DISCONNECTED for state in _ALIVE},
    **{(state, _E.CLOSE): _S.CLOSING for state in (*_ALIVE, _S.OPENING)},
    (_S.CLOSING, _E.SUCCEED): _S.CLOSED,
    **{(state, _E.VANISH): _S.CLOSED for state in _ALIVE},
}


def next_state(state: SessionState, event: SessionEvent) -> SessionState:
    """The state after `event`; raises InvalidState when the table has no such move."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise InvalidState(f"a session that is {state} cannot {event}") from None

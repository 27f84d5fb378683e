"""Where statements run: this machine, or the host of an entered session. Entering and leaving moves all code of one place."""

from __future__ import annotations

from typing import NamedTuple

from jobsh.model.ids import Location, SessionId
from jobsh.runtime.scope import Scope


class _Entered(NamedTuple):
    location: Location
    scope: Scope
    closes: SessionId | None
    """The session to remove when this one is left."""


class Place:
    """A location with its scope, and the ones below it to which `exit` goes back."""

    def __init__(self, location: Location, scope: Scope) -> None:
        self._stack = [_Entered(location, scope, None)]

    @property
    def location(self) -> Location:
        """HERE or a session."""
        return self._stack[-1].location

    @property
    def entered_sessions(self) -> tuple[Location, ...]:
        """The sessions that were entered, one from the other."""
        return tuple(entered.location for entered in self._stack if entered.location is not None)

    @property
    def scope(self) -> Scope:
        """The scope of code that is in no function or block."""
        return self._stack[-1].scope

    @property
    def is_entered(self) -> bool:
        """Whether there is a place to go back to."""
        return len(self._stack) > 1

    def enter(self, session: SessionId, scope: Scope, *, close_on_exit: bool) -> None:
        """Make a session the location of what follows."""
        self._stack.append(_Entered(session, scope, session if close_on_exit else None))

    def leave(self) -> SessionId | None:
        """Go back; gives the session that is to be removed."""
        return self._stack.pop().closes

"""A session as it is at one moment."""

from __future__ import annotations

from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, SessionId
from jobsh.model.session_option import SessionOption
from jobsh.model.session_state import Availability, SessionState
from jobsh.model.struct import Struct

SHORTEST_IDLE_TIMEOUT = 60.0
"""Seconds: PowerShell's minimum."""


class Session(Struct):
    """A snapshot of a session: the user's handle on a host."""

    id: SessionId
    instance_id: InstanceId
    name: str
    address: HostAddress
    state: SessionState
    availability: Availability
    is_temporary: bool = False
    """Made by a cmdlet for one block; not listed."""
    user: str = ""
    """The user logged in as there; empty: this one, or not known."""
    home: str = ""
    """The home directory there, to show `~` in the prompt."""
    directory: str = ""
    """The directory the session is in."""
    created: float = 0.0
    made_by: str = ""
    """Who opened it: `user@machine`."""
    option: SessionOption = SessionOption()
    """What it was asked to be like."""
    disconnected_on: float | None = None
    expires_on: float | None = None
    """By the host's clock."""

    @property
    def computer_name(self) -> str:
        """The host as the user named it."""
        return self.address.label


__all__ = ["SHORTEST_IDLE_TIMEOUT", "Availability", "Session", "SessionState"]

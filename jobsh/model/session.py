"""A session as it is at one moment."""

from __future__ import annotations

from enum import StrEnum

from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, SessionId
from jobsh.model.session_option import SessionOption
from jobsh.model.struct import Struct


class SessionState(StrEnum):
    """PowerShell's names."""

    OPENING = "Opening"
    OPENED = "Opened"
    DISCONNECTED = "Disconnected"
    BROKEN = "Broken"
    CLOSED = "Closed"


class Availability(StrEnum):
    """Whether a command can be given to the session now."""

    NONE = "None"
    AVAILABLE = "Available"
    BUSY = "Busy"


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
    home: str = ""
    """The home directory there, to show `~` in the prompt."""
    directory: str = ""
    """The directory the session is in."""
    created: float = 0.0
    option: SessionOption = SessionOption()
    """What it was asked to be like."""

    @property
    def computer_name(self) -> str:
        """The host as the user named it."""
        return self.address.label

"""A way to a machine: connections that carry commands. Implemented by `transport` (asyncssh; this machine)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from jobsh.model.hosts import HostAddress
from jobsh.model.job import Outcome
from jobsh.model.messages import FrontEnd, Pty
from jobsh.model.records import Stream
from jobsh.model.struct import Struct
from jobsh.ports.engine import Asker
from jobsh.ports.files import Disk


class Channel(Protocol):
    """One command running on a machine."""

    def read(self) -> AsyncIterator[tuple[Stream, bytes]]:
        """Its output as it comes, until both streams ended. Not reading stops the producer."""

    async def write(self, data: bytes) -> None:
        """Give it standard input; returns when the channel can take more. A command that closed its input is no error."""

    async def write_eof(self) -> None:
        """End its standard input."""

    async def resize(self, columns: int, rows: int) -> None:
        """Tell the terminal's new size."""

    async def signal(self, name: str) -> None:
        """Send a signal (`INT`, `TERM`, …) as far as the transport can."""

    async def wait(self) -> Outcome:
        """How it ended; kind LOST when the connection went first. Never an invented exit status."""

    async def aclose(self) -> None:
        """Close the channel; the command sees the end of its input."""


class Connection(Protocol):
    """One authenticated connection, shared by all that need it."""

    @property
    def user(self) -> str:
        """The user logged in as."""

    async def open(self, command: str, *, pty: Pty | None = None) -> Channel:
        """Run a fixed command string by the login shell. Raises ChannelRefused when the host takes no more channels on this
        connection, HostError(LINK_LOST) when it is gone."""

    async def disk(self) -> Disk:
        """The machine's files: one channel for all, opened when first asked for. Raises ChannelRefused and HostError as `open` does,
        with the cause UNSUPPORTED where the host offers no SFTP."""

    @property
    def is_closed(self) -> bool:
        """Whether it is gone."""

    async def wait_closed(self) -> str:
        """Wait until it is gone; why."""

    async def aclose(self) -> None:
        """Close it."""


class ChannelRefused(Exception):
    """The host takes no more channels on this connection (sshd's MaxSessions); another connection or later may do."""


class Route(Struct):
    """A resolved way to a host: everything of the user's ssh configuration that counts. Equal routes may share a connection."""

    address: HostAddress
    host_name: str
    port: int
    user: str
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Resolved ssh options in lower case that the connector heeds, e.g. ('identityfile', ('~/.ssh/id',))."""
    jump: tuple[HostAddress, ...] = ()
    """ProxyJump hosts, first hop first."""
    agent: str = ""
    ssh_config: str = ""


class Connector(Protocol):
    """Opens connections."""

    async def resolve(self, address: HostAddress, asker: FrontEnd) -> Route:
        """The way to a host as `ssh` would go it; raises HostError(CONFIGURATION)."""

    async def connect(self, route: Route, asker: Asker | None, *, via: Connection | None = None) -> Connection:
        """Open a connection, through `via` for the last jump; asks `asker` for passwords and unknown host keys (None: nobody).
        Raises HostError with its cause within the connect timeout."""

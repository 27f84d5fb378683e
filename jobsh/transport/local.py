"""Commands on the machine we are on, with the same meaning as on a host reached by ssh. Knows nothing of jobs."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import Mapping

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.messages import Pty
from jobsh.transport.local_channel import LocalChannel
from jobsh.transport.local_files import LocalDisk
from jobsh.transport.local_terminal import TerminalChannel


class LocalConnection:
    """Commands of this machine; implements `ports.transport.Connection`."""

    def __init__(self, environment: Mapping[str, str] | None = None, directory: str | None = None) -> None:
        """`environment` and `directory`: those of the commands; None: this process's own."""
        self._environment = environment
        self._directory = directory
        self._closed: asyncio.Future[str] | None = None
        self._is_closed = False

    @property
    def user(self) -> str:
        """The user commands run as."""
        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            return str(os.geteuid())

    async def open(self, command: str, *, pty: Pty | None = None) -> LocalChannel:
        """Run `command` by /bin/sh in a session of its own."""
        if self._is_closed:
            raise HostError("localhost", HostErrorCause.LINK_LOST, "closed")
        channel = TerminalChannel(pty) if pty else LocalChannel()
        try:
            await channel.start(command, self._environment, self._directory)
        except OSError as error:  # no processes or descriptors left
            raise HostError(
                "localhost", HostErrorCause.UNSUPPORTED, f"cannot start /bin/sh: {error.strerror}"
            ) from error
        return channel

    async def disk(self) -> LocalDisk:
        """The files of this machine."""
        return LocalDisk()

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._is_closed

    async def wait_closed(self) -> str:
        """Wait until it is closed."""
        if self._closed is None:
            self._closed = asyncio.get_running_loop().create_future()
            if self._is_closed:
                self._closed.set_result("closed")
        return await asyncio.shield(self._closed)

    async def aclose(self) -> None:
        """Start no more commands; those that run go on."""
        self._is_closed = True
        if self._closed is not None and not self._closed.done():
            self._closed.set_result("closed")

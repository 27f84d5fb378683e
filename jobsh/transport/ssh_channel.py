"""One command on an ssh connection. Bytes only; says how the command ended, never a guess."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import asyncssh

from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.transport.output import Output

log = logging.getLogger("jobsh.transport")

# The first bytes through a terminal are for the program that sets it up there: nothing may echo, edit or act on them. All of
# these are what `stty sane` puts right, and IUTF8 what it would clear.
TERMINAL_MODES = {
    asyncssh.PTY_ECHO: 0,
    asyncssh.PTY_ICANON: 0,
    asyncssh.PTY_ISIG: 0,
    asyncssh.PTY_IEXTEN: 0,
    asyncssh.PTY_ICRNL: 0,
    asyncssh.PTY_IUTF8: 1,
}


class Session(asyncssh.SSHClientSession[bytes]):
    """What asyncssh calls back for one channel."""

    def __init__(self) -> None:
        self.output = Output(self._pause, self._resume)
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None
        self._can_write = asyncio.Event()
        self._can_write.set()

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """The channel is open."""
        self._channel = chan

    def _pause(self) -> None:
        if self._channel is not None:
            self._channel.pause_reading()

    def _resume(self) -> None:
        if self._channel is not None:
            self._channel.resume_reading()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """The command wrote something."""
        self.output.feed(Stream.OUTPUT if datatype is None else Stream.ERROR, data)

    def eof_received(self) -> bool:
        """Both streams ended; the command may still read."""
        self.output.end()
        return True

    def exit_status_received(self, status: int) -> None:
        """The command exited."""
        self._end(Outcome.exited(status))

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        """The command was killed."""
        self._end(Outcome.signalled(signal, dumped_core=core_dumped))

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel closed, or the connection went."""
        self._channel = None
        self._can_write.set()
        self.output.end()
        why = f"connection lost: {exc}" if exc else "the host closed the channel without an exit status"
        self._end(Outcome(OutcomeKind.LOST, reason=why))

    def _end(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    def pause_writing(self) -> None:
        """The command does not read."""
        self._can_write.clear()

    def resume_writing(self) -> None:
        """The command reads again."""
        self._can_write.set()

    async def writable(self) -> None:
        """Wait until more can be written, or the channel has closed."""
        await self._can_write.wait()


class SshChannel:
    """One command running on a host; implements `ports.transport.Channel`."""

    def __init__(self, channel: asyncssh.SSHClientChannel[bytes], session: Session) -> None:
        self._channel = channel
        self._session = session

    def read(self) -> AsyncIterator[tuple[Stream, bytes]]:
        """Its output as it comes."""
        return self._session.output.read()

    async def write(self, data: bytes) -> None:
        """Give it standard input."""
        try:
            self._channel.write(data)
        except OSError:  # it has closed its input, or ended
            return
        await self._session.writable()

    async def write_eof(self) -> None:
        """End its standard input."""
        if not self._channel.is_closing():
            self._channel.write_eof()

    async def resize(self, columns: int, rows: int) -> None:
        """Tell the terminal's new size."""
        self._channel.change_terminal_size(columns, rows)

    async def signal(self, name: str) -> None:
        """Send a signal to its process group, as far as the host's sshd does that."""
        self._channel.send_signal(name.removeprefix("SIG"))

    async def wait(self) -> Outcome:
        """How it ended."""
        return await asyncio.shield(self._session.outcome)

    async def aclose(self) -> None:
        """Close the channel. Does not wait for the host: sshd answers only when the command has ended."""
        self._session.output.drop()
        self._session.resume_writing()  # a writer that waits is let go
        if self._channel.get_write_buffer_size():
            self._channel.abort()  # a close would wait behind bytes that the command may never read
        else:
            self._channel.close()


async def open_channel(connection: asyncssh.SSHClientConnection, command: str, pty: Pty | None) -> SshChannel:
    """Run `command`; raises what asyncssh raises. Cancelled, it leaves no open channel behind."""
    session = Session()
    opening = asyncio.ensure_future(_create(connection, session, command, pty))
    try:
        channel = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_unwanted)
        raise
    return SshChannel(channel, session)


async def _create(
    connection: asyncssh.SSHClientConnection, session: Session, command: str, pty: Pty | None
) -> asyncssh.SSHClientChannel[bytes]:
    if pty is None:
        channel, _ = await connection.create_session(lambda: session, command, encoding=None, request_pty=False)
    else:
        channel, _ = await connection.create_session(
            lambda: session,
            command,
            encoding=None,
            request_pty="force",
            term_type=pty.term,
            term_size=(pty.columns, pty.rows),
            term_modes=TERMINAL_MODES,
        )
    return channel


def _close_unwanted(opening: asyncio.Future[asyncssh.SSHClientChannel[bytes]]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()

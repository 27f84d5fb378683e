"""One command on a terminal of its own, on the machine we are on."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
from collections.abc import Mapping

from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.transport.local_channel import LocalChannel, abandon

# A session leader without a terminal gets the one it opens: no code of ours has to run between fork and exec.
_ON_TERMINAL = 'exec 0<>"$1" 1>&0 2>&0; exec /bin/sh -c "$2"'


class _TerminalInput(asyncio.BaseProtocol):
    """Back-pressure of the terminal's input."""

    def __init__(self, channel: LocalChannel) -> None:
        self._channel = channel

    def pause_writing(self) -> None:
        self._channel.can_write.clear()

    def resume_writing(self) -> None:
        self._channel.can_write.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._channel.can_write.set()


class _TerminalOutput(asyncio.Protocol):
    """The terminal's output: one stream, as on a screen."""

    def __init__(self, channel: LocalChannel) -> None:
        self._channel = channel

    def data_received(self, data: bytes) -> None:
        self._channel.output.feed(Stream.OUTPUT, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._channel.stream_ended(1)


class TerminalChannel(LocalChannel):
    """One command on a terminal of its own."""

    def __init__(self, pty: Pty) -> None:
        super().__init__()
        self._open_streams = {1}
        self._pty = pty
        self._reader: asyncio.ReadTransport | None = None
        self._writer: asyncio.WriteTransport | None = None

    async def start(self, command: str, environment: Mapping[str, str] | None, directory: str | None) -> None:
        """Start the process on a new terminal; raises OSError."""
        ours, theirs = os.openpty()
        try:
            await self._connect(ours)
            _prepare(theirs, self._pty)
            environment = {**(os.environ if environment is None else environment), "TERM": self._pty.term}
            arguments = ("/bin/sh", "-c", _ON_TERMINAL, "sh", os.ttyname(theirs), command)
            await self.spawn(arguments, theirs, environment, directory)
        except BaseException:
            await self.aclose()
            raise
        finally:
            os.close(theirs)

    async def _connect(self, ours: int) -> None:
        loop = asyncio.get_running_loop()
        reading, writing = os.fdopen(ours, "rb", 0), os.fdopen(os.dup(ours), "wb", 0)
        self._reader, _ = await loop.connect_read_pipe(lambda: _TerminalOutput(self), reading)
        self._writer, _ = await loop.connect_write_pipe(lambda: _TerminalInput(self), writing)

    def _pause(self) -> None:
        if self._reader is not None:
            self._reader.pause_reading()

    def _resume(self) -> None:
        if self._reader is not None and not self._reader.is_closing():
            self._reader.resume_reading()

    def _input(self) -> asyncio.WriteTransport | None:
        return self._writer

    def stream_ended(self, fd: int) -> None:
        """Nobody holds the terminal any more."""
        super().stream_ended(fd)
        abandon(self._writer)

    async def write_eof(self) -> None:
        """A terminal's input has no end but a hang-up, which is `aclose`."""

    async def resize(self, columns: int, rows: int) -> None:
        """Tell the terminal's new size; its foreground program gets SIGWINCH."""
        if self._writer is not None and not self._writer.is_closing():
            _set_size(self._writer.get_extra_info("pipe").fileno(), columns, rows)

    async def aclose(self) -> None:
        """Hang up."""
        self.output.drop()
        self.can_write.set()
        if self._reader is not None:
            self._reader.close()
        abandon(self._writer)
        if self._outcome.done():
            self.finished()


def _prepare(terminal: int, pty: Pty) -> None:
    """As ssh_channel.TERMINAL_MODES says: nothing echoes, edits or acts on the first bytes."""
    modes = termios.tcgetattr(terminal)
    modes[0] &= ~termios.ICRNL
    modes[0] |= getattr(termios, "IUTF8", 0)
    modes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(terminal, termios.TCSANOW, modes)
    _set_size(terminal, pty.columns, pty.rows)


def _set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

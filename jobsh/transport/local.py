"""Commands on the machine we are on, with the same meaning as on a host reached by ssh. Knows nothing of jobs."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pwd
import signal
import struct
import termios
from collections.abc import AsyncIterator, Mapping
from typing import cast

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.transport.output import Output

_STREAMS = {1: Stream.OUTPUT, 2: Stream.ERROR}

# A session leader without a terminal gets the one it opens: no code of ours has to run between fork and exec.
_ON_TERMINAL = 'exec 0<>"$1" 1>&0 2>&0; exec /bin/sh -c "$2"'


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
        channel = _TerminalChannel(pty) if pty else LocalChannel()
        try:
            await channel.start(command, self._environment, self._directory)
        except OSError as error:  # no processes or descriptors left
            raise HostError(
                "localhost", HostErrorCause.UNSUPPORTED, f"cannot start /bin/sh: {error.strerror}"
            ) from error
        return channel

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


class _Callbacks(asyncio.SubprocessProtocol):
    """What asyncio calls back for one process."""

    def __init__(self, channel: LocalChannel) -> None:
        self._channel = channel

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._channel.process = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._channel.output.feed(_STREAMS[fd], data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 0:
            self._channel.can_write.set()
        else:
            self._channel.stream_ended(fd)

    def process_exited(self) -> None:
        self._channel.exited()

    def connection_lost(self, exc: Exception | None) -> None:
        self._channel.finished()

    def pause_writing(self) -> None:
        self._channel.can_write.clear()

    def resume_writing(self) -> None:
        self._channel.can_write.set()


class LocalChannel:
    """One command with pipes; implements `ports.transport.Channel`."""

    def __init__(self) -> None:
        self.output = Output(self._pause, self._resume)
        self.can_write = asyncio.Event()
        self.can_write.set()
        self._open_streams = {1, 2}
        self._outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.process: asyncio.SubprocessTransport | None = None

    async def start(self, command: str, environment: Mapping[str, str] | None, directory: str | None) -> None:
        """Start the process; raises OSError."""
        await self._spawn(("/bin/sh", "-c", command), asyncio.subprocess.PIPE, environment, directory)

    async def _spawn(
        self, arguments: tuple[str, ...], streams: int, environment: Mapping[str, str] | None, directory: str | None
    ) -> None:
        await asyncio.get_running_loop().subprocess_exec(
            lambda: _Callbacks(self),
            *arguments,
            stdin=streams,
            stdout=streams,
            stderr=streams,
            env=environment,
            cwd=directory,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process's id, its group's and its session's too."""
        assert self.process is not None
        return self.process.get_pid()

    def stream_ended(self, fd: int) -> None:
        """One of its output streams ended."""
        self._open_streams.discard(fd)
        if not self._open_streams:
            self.output.end()

    def exited(self) -> None:
        """The process ended."""
        assert self.process is not None
        code = self.process.get_returncode()
        if not self._outcome.done():
            self._outcome.set_result(_outcome(code))

    def finished(self) -> None:
        """The process and all its streams ended."""
        if self.process is not None:
            self.process.close()

    def _pipe(self, fd: int) -> asyncio.BaseTransport | None:
        return self.process.get_pipe_transport(fd) if self.process is not None else None

    def _pause(self) -> None:
        for fd in self._open_streams:
            cast("asyncio.ReadTransport", self._pipe(fd)).pause_reading()

    def _resume(self) -> None:
        for fd in self._open_streams:
            cast("asyncio.ReadTransport", self._pipe(fd)).resume_reading()

    def read(self) -> AsyncIterator[tuple[Stream, bytes]]:
        """Its output as it comes."""
        return self.output.read()

    async def write(self, data: bytes) -> None:
        """Give it standard input."""
        pipe = self._input()
        if pipe is not None and not pipe.is_closing():
            pipe.write(data)
            await self.can_write.wait()

    def _input(self) -> asyncio.WriteTransport | None:
        return cast("asyncio.WriteTransport | None", self._pipe(0))

    async def write_eof(self) -> None:
        """End its standard input."""
        pipe = self._input()
        if pipe is not None:
            pipe.write_eof()

    async def resize(self, columns: int, rows: int) -> None:
        """Without a terminal there is nothing to tell."""

    async def signal(self, name: str) -> None:
        """Send a signal to its process group."""
        number = getattr(signal, "SIG" + name.removeprefix("SIG"), None)
        if number is not None and not self._outcome.done():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    async def wait(self) -> Outcome:
        """How it ended."""
        return await asyncio.shield(self._outcome)

    async def aclose(self) -> None:
        """Close its streams; the command sees the end of its input and, when it writes, that nobody reads."""
        self.output.drop()
        self.can_write.set()
        _abandon(self._input())
        for fd in (1, 2):
            if (pipe := self._pipe(fd)) is not None:
                pipe.close()
        if self._outcome.done():  # else the process is let go on, and `finished` comes later
            self.finished()


def _abandon(pipe: asyncio.WriteTransport | None) -> None:
    """Close without waiting: what is not written yet the command may never read."""
    if pipe is not None and not pipe.is_closing():
        pipe.abort()


def _outcome(code: int | None) -> Outcome:
    if code is None:
        return Outcome(OutcomeKind.LOST, reason="the exit status could not be read")
    if code >= 0:
        return Outcome.exited(code)
    return Outcome(OutcomeKind.SIGNALLED, reason=f"killed by signal {signal.Signals(-code).name.removeprefix('SIG')}")


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


class _TerminalChannel(LocalChannel):
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
            await self._spawn(arguments, theirs, environment, directory)
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
        _abandon(self._writer)

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
        _abandon(self._writer)
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

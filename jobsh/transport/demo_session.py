"""One command on a demo host: passes bytes, signals and sizes between an ssh channel and a process of this machine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial

import asyncssh
from asyncssh.sftp import MIN_SFTP_VERSION
from asyncssh.stream import SSHServerStreamSession

from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.transport.local import LocalConnection
from jobsh.transport.local_channel import LocalChannel
from jobsh.transport.output import Output

_LOGIN_SHELL = "stty sane 2>/dev/null; exec /bin/sh -i"


class _HomeFiles(asyncssh.SFTPServer):
    """The files of this machine; relative paths count from a home."""

    def __init__(self, home: str, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(channel)
        self._home = os.fsencode(home)

    def map_path(self, path: bytes) -> bytes:
        """The whole path."""
        return os.path.join(self._home, path)


class DemoSession(asyncssh.SSHServerSession[bytes]):
    """What asyncssh calls back for one channel of a server."""

    def __init__(
        self,
        environment: dict[str, str],
        started: Callable[[LocalChannel], None],
        ended: Callable[[DemoSession], None],
    ) -> None:
        self._environment = environment
        self._started = started
        self._ended = ended
        self._command = _LOGIN_SHELL
        self._pty: Pty | None = None
        self._input = Output(self._pause, self._resume)
        self._can_write = asyncio.Event()
        self._can_write.set()
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._local: LocalChannel | None = None
        self._running: asyncio.Task[None] | None = None
        self._files: SSHServerStreamSession[bytes] | None = None
        self._work: set[asyncio.Task[None]] = set()

    # -- what the client asks for --

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """The channel is open."""
        self._channel = chan

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object) -> bool:
        """A terminal, please."""
        self._pty = Pty(term_type or "dumb", term_size[0] or 80, term_size[1] or 24)
        return True

    def shell_requested(self) -> bool:
        """A login shell, please."""
        return True

    def exec_requested(self, command: str) -> bool:
        """A command, please."""
        self._command = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """SFTP, please: then asyncssh's own session speaks, and this one hears only of the end."""
        if subsystem != "sftp" or self._channel is None:
            return False
        files = SSHServerStreamSession[bytes](None, partial(_HomeFiles, self._environment["HOME"]), MIN_SFTP_VERSION)
        files.connection_made(self._channel)
        for name in ("session_started", "data_received", "eof_received", "pause_writing", "resume_writing"):
            setattr(self, name, getattr(files, name))
        self._files = files
        return True

    def session_started(self) -> None:
        """All is said: start it."""
        self._running = asyncio.create_task(self._run())

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """The client's window has another size."""
        if self._local is not None:
            self._soon(self._local.resize(width, height))

    def signal_received(self, signal: str) -> None:
        """Send the process group a signal."""
        if self._local is not None:
            self._soon(self._local.signal(signal))

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Input for the process."""
        self._input.feed(Stream.OUTPUT, data)

    def eof_received(self) -> bool:
        """The input ended; the process may go on."""
        self._input.end()
        return True

    def _pause(self) -> None:
        if self._channel is not None:
            self._channel.pause_reading()

    def _resume(self) -> None:
        if self._channel is not None:
            self._channel.resume_reading()

    def pause_writing(self) -> None:
        """The client does not take more."""
        self._can_write.clear()

    def resume_writing(self) -> None:
        """The client takes more."""
        self._can_write.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel is gone."""
        self._channel = None
        if self._files is not None:
            self._files.connection_lost(exc)
        if self._running is not None:
            self._running.cancel()
        self._ended(self)

    async def end(self) -> None:
        """Stop passing things on; as with sshd, the process sees its input end, and a terminal hangs up."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    # -- the process --

    async def _run(self) -> None:
        home = self._environment["HOME"]
        place = LocalConnection({**self._environment, **self._sent_environment()}, home)
        self._local = local = await place.open(self._command, pty=self._pty)
        self._started(local)
        feeding = asyncio.create_task(self._feed(local))
        try:
            async for stream, data in local.read():
                await self._write(stream, data)
            self._exit(await local.wait())
        finally:
            feeding.cancel()
            await local.aclose()

    def _sent_environment(self) -> dict[str, str]:
        sent = self._channel.get_environment() if self._channel is not None else {}
        return {name: value for name, value in sent.items() if name == "LANG" or name.startswith("LC_")}

    async def _feed(self, local: LocalChannel) -> None:
        async for _, data in self._input.read():
            await local.write(data)
        await local.write_eof()

    async def _write(self, stream: Stream, data: bytes) -> None:
        if self._channel is not None:
            with suppress(OSError):
                self._channel.write(data, asyncssh.EXTENDED_DATA_STDERR if stream is Stream.ERROR else None)
            await self._can_write.wait()

    def _exit(self, outcome: Outcome) -> None:
        if self._channel is None:
            return
        if outcome.kind is OutcomeKind.EXITED:
            self._channel.exit(outcome.status or 0)
        else:
            self._channel.exit_with_signal(outcome.reason.split()[-1])

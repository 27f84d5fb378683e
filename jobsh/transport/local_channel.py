"""One command on the machine we are on, with pipes: the local twin of ssh_channel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping
from typing import cast

from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.records import Stream
from jobsh.transport.output import Output

_STREAMS = {1: Stream.OUTPUT, 2: Stream.ERROR}


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
        await self.spawn(("/bin/sh", "-c", command), asyncio.subprocess.PIPE, environment, directory)

    async def spawn(
        self, arguments: tuple[str, ...], streams: int, environment: Mapping[str, str] | None, directory: str | None
    ) -> None:
        """Start a process in a session of its own, with `streams` as its standard ones; raises OSError."""
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
        abandon(self._input())
        for fd in (1, 2):
            if (pipe := self._pipe(fd)) is not None:
                pipe.close()
        if self._outcome.done():  # else the process is let go on, and `finished` comes later
            self.finished()


def abandon(pipe: asyncio.WriteTransport | None) -> None:
    """Close without waiting: what is not written yet the command may never read."""
    if pipe is not None and not pipe.is_closing():
        pipe.abort()


def _outcome(code: int | None) -> Outcome:
    if code is None:
        return Outcome(OutcomeKind.LOST, reason="the exit status could not be read")
    if code >= 0:
        return Outcome.exited(code)
    return Outcome.signalled(signal.Signals(-code).name.removeprefix("SIG"))

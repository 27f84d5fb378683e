"""Runs a program of this machine in the foreground: it has the terminal, its own process group and every signal key."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress

from jobsh.console.interrupts import on_signals
from jobsh.console.streams import OutputStream
from jobsh.console.terminal import SETTLE, Terminal
from jobsh.runtime.processes import start_error

_GRACE = 2.0
_LEAVES_TERMINAL_ALONE = (signal.SIGINT, signal.SIGPIPE, signal.SIGQUIT)
CANNOT_SUSPEND = (
    "a program of this machine cannot be put aside here: it goes on (use & or Start-Job to run it as a job)"
)


class Foreground:
    """A program that has the terminal until it ends."""

    def __init__(self, terminal: Terminal, process: subprocess.Popen[bytes], *, suspends: bool) -> None:
        self._terminal = terminal
        self._process = process
        self._suspends = suspends

    async def wait(self) -> int:
        """Its exit status; the negated number of the signal that ended it. Cancelling ends the program."""
        try:
            # a Ctrl-C that was quicker than our handing over the terminal is the program's, too
            with on_signals(self._pass_on, signal.SIGINT, signal.SIGQUIT):
                return await self._until_gone()
        except asyncio.CancelledError:
            await self._end()
            raise

    def _pass_on(self, number: signal.Signals) -> None:
        _signal_group(self._process.pid, number)

    async def _until_gone(self) -> int:
        changed = asyncio.Event()
        with on_signals(lambda _number: changed.set(), signal.SIGCHLD):
            while self._look() is None:
                await changed.wait()
                changed.clear()
        return self._process.returncode

    def _look(self) -> int | None:
        """Whether it ended; one that was stopped goes on."""
        while self._process.returncode is None:
            pid, status = os.waitpid(self._process.pid, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return None
            if os.WIFSTOPPED(status):
                self._stopped(os.WSTOPSIG(status))
            else:
                self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._process.returncode

    def _stopped(self, number: int) -> None:
        """It was stopped: by Ctrl-Z, or as it asked for the terminal before we had handed it over."""
        if not self._terminal.is_ours_or(self._process.pid):
            os.kill(0, number)  # we are in the background ourselves: the shell above us tells us when to go on
        elif number == signal.SIGTSTP and self._suspends:
            self._terminal.give(os.getpgrp())
            os.kill(0, signal.SIGTSTP)  # it and we together; with no shell above us, the kernel lets us go on
        elif number == signal.SIGTSTP:
            os.write(self._terminal.output.fd, f"\r\njobsh: {CANNOT_SUSPEND}\r\n".encode())
        self.go_on()

    def go_on(self) -> None:
        """Let it go on, with the terminal if that is ours to give."""
        if self._terminal.is_ours_or(self._process.pid):
            self._terminal.give(self._process.pid)
        _signal_group(self._process.pid, signal.SIGCONT)

    async def _end(self) -> None:
        for number in (signal.SIGTERM, signal.SIGCONT):
            _signal_group(self._process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await self._until_gone()
        _signal_group(self._process.pid, signal.SIGKILL)  # also what it started and did not wait for
        await self._until_gone()


async def run_foreground(
    terminal: Terminal,
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    directory: str,
    stdin: AsyncIterator[bytes] | None = None,
    suspends: bool = True,
) -> int:
    """Run a program with the terminal; its exit status, 128 + n when signal n ended it. With `stdin` it reads that through
    a pipe (and keys from /dev/tty, as pagers do). Ctrl-Z suspends it and us, or (not `suspends`) is refused."""
    async with terminal.turn:
        with terminal.kept():
            feed = None if stdin is None else _Feed(stdin)
            try:
                process = _start(argv, environment, directory, feed)
                foreground = Foreground(terminal, process, suspends=suspends)
                with terminal.taken_back():
                    foreground.go_on()  # it may have asked for the terminal before it had it
                    status = await foreground.wait()
            finally:
                if feed is not None:
                    await feed.aclose()
        if status < 0 and -status not in _LEAVES_TERMINAL_ALONE:
            await terminal.output.write(SETTLE)
    return status if status >= 0 else 128 - status


def _start(
    argv: Sequence[str], environment: Mapping[str, str], directory: str, feed: _Feed | None
) -> subprocess.Popen[bytes]:
    stdin = None if feed is None else feed.read_end
    try:
        return subprocess.Popen(argv, env=environment, cwd=directory, stdin=stdin, process_group=0)
    except OSError as error:
        raise start_error(error, argv[0], directory) from None
    finally:
        if stdin is not None:
            os.close(stdin)  # the program has its own; without ours, writing fails when it closes that


class _Feed:
    """Gives a program its standard input through a pipe."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self.read_end, write_end = os.pipe()
        self._pipe = OutputStream(write_end)
        self._task = asyncio.create_task(self._run(source))

    async def _run(self, source: AsyncIterator[bytes]) -> None:
        try:
            with suppress(BrokenPipeError):  # the program wants no more
                async for data in source:
                    await self._pipe.write(data)
        finally:
            os.close(self._pipe.fd)

    async def aclose(self) -> None:
        """The program is gone: stop feeding; an error of the source is raised."""
        await asyncio.sleep(0)  # a task that never began would not close its end
        self._task.cancel()
        await asyncio.wait((self._task,))
        if not self._task.cancelled() and (error := self._task.exception()):
            raise error


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it ended by itself
        os.killpg(group, number)

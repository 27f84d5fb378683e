"""A front end in small, for the tests: runs its arguments as a foreground program and says how they ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from collections.abc import AsyncIterator

from jobsh.console.foreground import run_foreground
from jobsh.console.interrupts import on_signals
from jobsh.console.terminal import Terminal
from jobsh.errors import JobshError


async def numbers() -> AsyncIterator[bytes]:
    """More than a pipe holds."""
    for number in range(100_000):
        yield b"%d\n" % number


def _cancel(running: asyncio.Future[int]) -> None:
    running.cancel()


async def main(argv: list[str]) -> None:
    terminal = Terminal()
    stdin = numbers() if argv[0] == "--numbers" else None
    before = termios.tcgetattr(0)
    program = argv[1:] if stdin else argv
    try:
        work = run_foreground(
            terminal,
            program,
            environment=dict(os.environ),
            directory="/",
            stdin=stdin,
            suspends="SUSPENDS" in os.environ,
        )
        running = asyncio.ensure_future(work)
        with on_signals(lambda _number: _cancel(running), signal.SIGUSR1):
            said = f"status {await running}"
    except asyncio.CancelledError:
        said = "cancelled"
    except JobshError as error:
        said = f"{type(error).__name__} {error}"
    restored = termios.tcgetattr(0) == before and os.tcgetpgrp(0) == os.getpgrp()
    await terminal.output.write_text(f"[{said}; terminal {'restored' if restored else 'changed'}]\n")


asyncio.run(main(sys.argv[1:]))

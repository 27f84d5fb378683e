"""Programs of this machine as stages of a pipeline: their input comes from the stage before, their output goes on as Chunks."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress

from jobsh.errors import NotFound, OperationError
from jobsh.model.records import Chunk, Origin, Stream
from jobsh.runtime.printed import printed
from jobsh.runtime.streams import Streams
from jobsh.runtime.values import closing

_PIECE = 1 << 17
_GRACE = 2.0
_ORIGIN = Origin()


class Captured:
    """A program whose output is taken. `status` is there when `output` has ended."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], directory: str) -> None:
        self._argv = argv
        self._environment = environment
        self._directory = directory
        self.status = 0

    async def output(self, source: AsyncIterator[object] | None, streams: Streams) -> AsyncIterator[object]:
        """Run it: Chunks of what it prints. Closing ends the program."""
        takes_errors = not streams.goes_outside(Stream.ERROR)
        process = await self._start(has_input=source is not None, takes_errors=takes_errors)
        assert process.stdout is not None
        helpers = [] if source is None else [asyncio.create_task(_feed(process, source))]
        if takes_errors:
            helpers.append(asyncio.create_task(_pass_errors(process, streams)))
        try:
            while data := await process.stdout.read(_PIECE):
                yield Chunk(data, Stream.OUTPUT, _ORIGIN)
            status = await process.wait()
            if takes_errors:
                await helpers[-1]
            self.status = status if status >= 0 else 128 - status
        finally:
            await _end(process)
            await _finish(helpers)

    async def _start(self, *, has_input: bool, takes_errors: bool) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._argv,
                env=self._environment,
                cwd=self._directory,
                stdin=subprocess.PIPE if has_input else None,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if takes_errors else None,
                limit=_PIECE,
                # at a terminal it stays in our group: it may ask for a password there, and Ctrl-C reaches it
                process_group=None if has_terminal() else 0,
            )
        except FileNotFoundError as error:
            raise NotFound(f"{error.filename}: not found", target=str(error.filename)) from None
        except OSError as error:
            raise OperationError(f"{self._argv[0]}: {error.strerror}", target=self._argv[0]) from None


def has_terminal() -> bool:
    """Whether this process is in the foreground of a terminal."""
    try:
        fd = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(fd)


async def _feed(process: asyncio.subprocess.Process, source: AsyncIterator[object]) -> None:
    """Give the program its input; it may stop reading when it likes."""
    pipe = process.stdin
    assert pipe is not None
    try:
        async with closing(printed(source)) as pieces:
            async for piece in pieces:
                pipe.write(piece)
                await pipe.drain()
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        pipe.close()


async def _pass_errors(process: asyncio.subprocess.Process, streams: Streams) -> None:
    assert process.stderr is not None
    while data := await process.stderr.read(_PIECE):
        await streams.write(Stream.ERROR, Chunk(data, Stream.ERROR, _ORIGIN))


async def _end(process: asyncio.subprocess.Process) -> None:
    """Make sure that it is gone."""
    if process.returncode is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(process, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await process.wait()
                return


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


async def _finish(helpers: list[asyncio.Task[None]]) -> None:
    """Let feeding end; an error of the stage before is raised."""
    for helper in helpers:
        helper.cancel()
    await asyncio.gather(*helpers, return_exceptions=True)
    for helper in helpers:
        if not helper.cancelled() and (error := helper.exception()):
            raise error

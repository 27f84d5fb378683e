"""Programs of this machine: with our descriptors, or as stages of a pipeline whose input and output are taken. None outlives
the statement that runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from jobsh.errors import NotFound, OperationError
from jobsh.model.records import Chunk, Origin, Stream
from jobsh.runtime.printed import printed
from jobsh.runtime.streams import Streams
from jobsh.runtime.values import closing

_PIECE = 1 << 17
_GRACE = 2.0
_ORIGIN = Origin()
_LOOK_EVERY = 0.01


async def run_plain(
    argv: Sequence[str], environment: Mapping[str, str], directory: str, stdin: AsyncIterator[bytes] | None
) -> int:
    """Run a program with our standard output and error until it ends; its exit status, 128 + n for signal n."""
    process = await _start(argv, environment, directory, stdin=None if stdin is None else subprocess.PIPE)
    flows = [] if stdin is None else [asyncio.create_task(_feed(process, stdin))]
    try:
        return _shell_status(await process.wait())
    finally:
        await _end(process)
        await _finish(flows)


async def run_quietly(argv: Sequence[str], environment: Mapping[str, str], directory: str) -> tuple[int, bytes, bytes]:
    """Run a small program that asks nothing; its exit status, output and standard error."""
    pipe = subprocess.PIPE
    process = await _start(argv, environment, directory, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)
    try:
        out, said = await process.communicate()
    finally:
        await _end(process)
    return _shell_status(process.returncode or 0), out, said


class Captured:
    """A program whose output is taken. `status` is there when `output` has ended."""

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], directory: str, *, is_apart: bool = False
    ) -> None:
        self._argv = argv
        self._is_apart = is_apart
        """Whether the keys and the standard input of our terminal are not for it."""
        self._environment = environment
        self._directory = directory
        self.status = 0

    async def output(self, source: AsyncIterator[object] | None, streams: Streams) -> AsyncIterator[object]:
        """Run it: Chunks of what it prints. Closing ends the program."""
        takes_errors = not streams.goes_outside(Stream.ERROR)
        process = await _start(
            self._argv,
            self._environment,
            self._directory,
            is_apart=self._is_apart,
            stdin=subprocess.PIPE if source is not None else subprocess.DEVNULL if self._is_apart else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if takes_errors else None,
        )
        assert process.stdout is not None
        flows = [] if source is None else [asyncio.create_task(_feed(process, printed(source)))]
        if takes_errors:
            flows.append(asyncio.create_task(_pass_errors(process, streams)))
        try:
            while data := await process.stdout.read(_PIECE):
                yield Chunk(data, Stream.OUTPUT, _ORIGIN)
            self.status = _shell_status(await process.wait())
            if takes_errors:
                await flows[-1]
        finally:
            await _end(process)
            await _finish(flows)


def _shell_status(status: int) -> int:
    return status if status >= 0 else 128 - status


async def _start(
    argv: Sequence[str], environment: Mapping[str, str], directory: str, *, is_apart: bool = False, **descriptors: Any
) -> asyncio.subprocess.Process:
    # at a terminal it stays in our group: it may ask for a password there, and Ctrl-C reaches it
    group = None if has_terminal() and not is_apart else 0
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *argv, env=environment, cwd=directory, limit=_PIECE, process_group=group, **descriptors
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:  # it may run already
        with suppress(OSError):
            await _end(await starting)
        raise
    except OSError as error:
        raise start_error(error, argv[0], directory) from None


def start_error(error: OSError, program: str, directory: str) -> OperationError:
    """Why a program could not be started there."""
    if not isinstance(error, FileNotFoundError):
        return OperationError(f"{program}: {error.strerror}", target=program)
    if error.filename == directory:
        return NotFound(f"the directory {directory} is gone", hint="Set-Location goes to another", target=directory)
    return NotFound(f"{program}: not found", target=program)


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


async def _feed(process: asyncio.subprocess.Process, source: AsyncIterator[bytes]) -> None:
    """Give the program its input; it may stop reading when it likes."""
    pipe = process.stdin
    assert pipe is not None
    try:
        async with closing(source) as pieces:
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
    """Make sure that it is gone, with all of its group where it has one."""
    if process.returncode is not None:
        return
    from jobsh.spool.processes import group_lives

    has_group = _has_group(process.pid)
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(process, number, to_group=has_group)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await process.wait()
                while has_group and group_lives(process.pid):  # noqa: ASYNC110  (of what is not our child no event tells)
                    await asyncio.sleep(_LOOK_EVERY)
                return


def _has_group(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


def _signal(process: asyncio.subprocess.Process, number: signal.Signals, *, to_group: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if to_group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


async def _finish(flows: Sequence[asyncio.Task[None]]) -> None:
    """Let feeding end; an error of the stage before is raised."""
    for flow in flows:
        flow.cancel()
    await asyncio.gather(*flows, return_exceptions=True)
    for flow in flows:
        if not flow.cancelled() and (error := flow.exception()):
            raise error

"""The terminal joined with an attached command's pty: bytes both ways, sizes, escapes, modes put right."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from jobsh.console.pass_through import EscapeKeys, PassThrough
from jobsh.console.terminal import ModeWatch
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Data, Ended, InvokeEvent
from jobsh.model.records import Stream
from tests.asynchronous import run, wait_until
from tests.unit.console.pseudo_terminal import pseudo_terminal


class Program:
    """An Invocation in memory: the test says what happens, and sees what arrives."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[InvokeEvent | Exception] = asyncio.Queue()
        self.typed = b""
        self.sizes: list[tuple[int, int]] = []
        self.takes_keys = asyncio.Event()
        self.takes_keys.set()

    async def events(self) -> AsyncIterator[InvokeEvent]:
        while True:
            event = await self.queue.get()
            if isinstance(event, Exception):
                raise event
            yield event
            if isinstance(event, Ended):
                return

    async def write(self, data: bytes) -> None:
        await self.takes_keys.wait()
        self.typed += data

    async def write_eof(self) -> None:
        raise AssertionError("a pty has no end of input")

    async def resize(self, columns: int, rows: int) -> None:
        self.sizes.append((columns, rows))

    async def signal(self, name: str) -> None:
        raise AssertionError("keys send the signals of a pty")

    async def aclose(self) -> int:
        return 0

    def draw(self, data: bytes) -> None:
        self.queue.put_nowait(Data(0, Stream.OUTPUT, data))

    def end(self, status: int = 0) -> None:
        self.queue.put_nowait(Ended(0, Outcome.exited(status)))


def test_bytes_pass_untouched_both_ways() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            program = Program()
            passing = asyncio.create_task(PassThrough(pty.terminal, program).run())
            program.draw(b"\x1b[2J\x1b]0;title\x07\xff\r\n")
            await wait_until(lambda: pty.shows(b"\x1b[2J\x1b]0;title\x07\xff\r\n"))
            pty.type(b"\x03\x1a\x04\xffq\n")
            await wait_until(lambda: program.typed == b"\x03\x1a\x04\xffq\n")
            program.end(3)
            assert await passing == Ended(0, Outcome.exited(3))

    run(scenario())


def test_the_modes_are_restored() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            before, program = pty.modes, Program()
            passing = asyncio.create_task(PassThrough(pty.terminal, program).run())
            await wait_until(lambda: not pty.is_echoing)
            program.draw(b"\x1b[?1049h\x1b[?25l\x1b[?2004h")
            program.queue.put_nowait(HostError("web01", HostErrorCause.LINK_LOST))
            with pytest.raises(HostError):
                await passing
            await wait_until(lambda: pty.shows(b"\x1b[?2004l\x1b[?25h\x1b[?1049l\x1b[0m"))
            assert pty.modes == before

    run(scenario())


def test_cancelling_restores_the_terminal() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            before, program = pty.modes, Program()
            passing = asyncio.create_task(PassThrough(pty.terminal, program).run())
            await wait_until(lambda: not pty.is_echoing)
            passing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await passing
            assert pty.modes == before

    run(scenario())


def test_the_program_learns_the_new_size() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            program = Program()
            passing = asyncio.create_task(PassThrough(pty.terminal, program).run())
            await wait_until(lambda: not pty.is_echoing)
            pty.resize(132, 50)
            os.kill(os.getpid(), signal.SIGWINCH)
            await wait_until(lambda: program.sizes == [(132, 50)])
            program.end()
            await passing

    run(scenario())


def test_the_escape_works_while_the_link_is_stuck() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            program = Program()
            program.takes_keys.clear()
            passing = asyncio.create_task(PassThrough(pty.terminal, program).run())
            await wait_until(lambda: not pty.is_echoing)
            pty.type(b"ls\r")
            pty.type(b"ls\r")
            pty.type(b"~")
            pty.type(b".")
            ended = await asyncio.wait_for(passing, 60)
            assert isinstance(ended, Ended)
            assert ended.outcome.kind is OutcomeKind.LOST

    run(scenario())


@pytest.mark.parametrize(
    ("keys", "passed"),
    [
        (b"ls ~.\r", b"ls ~.\r"),
        (b"ls\r~~x", b"ls\r~x"),
        (b"ls\r~x~.", b"ls\r~x~."),
        (b"ls\r~\r~x", b"ls\r~\r~x"),
        (b"ls\r~?~?x", b"ls\rx"),
        (b"~~.", b"~."),
    ],
)
def test_other_keys_are_the_programs(keys: bytes, passed: bytes) -> None:
    whole, single = EscapeKeys(), EscapeKeys()
    assert whole.feed(keys) == passed
    assert b"".join(single.feed(bytes((key,))) for key in keys) == passed
    assert not whole.leaves


@pytest.mark.parametrize("keys", [b"~.", b"ls\r~.more", b"x\n~."])
def test_leaving(keys: bytes) -> None:
    escapes = EscapeKeys()
    assert b"." not in escapes.feed(keys)
    assert escapes.leaves


def test_only_modes_that_are_left_on_are_undone() -> None:
    watch = ModeWatch()
    watch.feed(b"\x1b[?1049h\x1b[?1h\x1b=text\x1b[?25l\x1b[?2")
    watch.feed(b"5h\x1b[?1l\x1b>\x1b[?1000;1006h")
    assert watch.undo() == b"\x1b[?1006l\x1b[?1000l\x1b[?1049l\x1b[0m"
    assert watch.undo() == b""


def test_a_program_that_tidied_up_costs_nothing() -> None:
    watch = ModeWatch()
    watch.feed(b"\x1b[?1049h\x1b[?25lhello\x1b[?25h\x1b[?1049l")
    assert watch.undo() == b""

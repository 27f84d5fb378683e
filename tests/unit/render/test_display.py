"""What comes first is shown first: values, errors, records, progress on one terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pyte
import pytest

from jobsh.command.values import PropertyBag
from jobsh.errors import OperationError
from jobsh.model.records import Chunk, ErrorRecord, Origin, Received, Stream, StreamRecord
from jobsh.render.display import Display
from jobsh.render.palette import Palette
from tests.asynchronous import run, wait_until


class Glass:
    """A terminal in memory."""

    def __init__(self) -> None:
        self.at_line_start = True
        self.written = b""
        self._screen = pyte.Screen(60, 20)
        self._screen.set_mode(pyte.modes.LNM)
        self._stream = pyte.ByteStream(self._screen)

    async def write(self, data: bytes) -> None:
        await asyncio.sleep(0)
        self.at_line_start = data.endswith(b"\n")
        self._feed(data)

    async def write_passing(self, data: bytes) -> None:
        if self.at_line_start:
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        self.written += data
        self._stream.feed(data)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display if line.strip()]


def display_on(glass: Glass) -> Display:
    plain = Palette(has_colours=False)
    return Display(glass, glass, plain, lambda: 60)


def chunk(data: bytes, received: Received | None = None, origin: Origin = Origin()) -> Chunk:  # noqa: B008
    return Chunk(data, Stream.OUTPUT, origin, received)


def test_values_of_all_kinds_in_turn() -> None:
    async def values() -> AsyncIterator[object]:
        yield "text"
        yield None
        yield chunk(b"half a line")
        yield PropertyBag({"A": 1})
        yield chunk(b"bytes\n")
        yield 12

    async def scenario() -> None:
        glass = Glass()
        await display_on(glass).show(values())
        assert glass.lines == ["text", "half a line", "A", "-", "1", "bytes", "12"]

    run(scenario())


def test_an_error_comes_after_what_was_written_before_it() -> None:
    glass = Glass()
    display = display_on(glass)

    async def values() -> AsyncIterator[object]:
        yield PropertyBag({"A": 1})
        await display.error(ErrorRecord("bad"), "", None)
        yield PropertyBag({"A": 2})
        await display.stream(StreamRecord(Stream.WARNING, "slow"))
        yield "last"

    async def scenario() -> None:
        await display.show(values())
        assert glass.lines == ["A", "-", "1", "jobsh: bad", "2", "WARNING: slow", "last"]

    run(scenario())


def test_rows_are_shown_while_more_are_awaited() -> None:
    more = asyncio.Event()

    async def values() -> AsyncIterator[object]:
        yield PropertyBag({"A": 1})
        await more.wait()
        yield PropertyBag({"A": 2})

    async def scenario() -> None:
        glass = Glass()
        showing = asyncio.create_task(display_on(glass).show(values()))
        await wait_until(lambda: glass.lines == ["A", "-", "1"])
        more.set()
        await showing
        assert glass.lines == ["A", "-", "1", "2"]

    run(scenario())


def test_bytes_count_as_received_when_they_are_written() -> None:
    received = Received()
    counts: list[int] = []

    async def values() -> AsyncIterator[object]:
        for _ in range(3):
            yield chunk(b"12345\n", received)
            counts.append(received.out)

    async def scenario() -> None:
        await display_on(Glass()).show(values())
        assert counts == [6, 12, 18]

    run(scenario())


def test_what_came_before_an_error_is_shown() -> None:
    async def values() -> AsyncIterator[object]:
        yield PropertyBag({"A": 1})
        raise OperationError("stop")

    async def scenario() -> None:
        glass = Glass()
        with pytest.raises(OperationError, match="stop"):
            await display_on(glass).show(values())
        assert glass.lines == ["A", "-", "1"]

    run(scenario())


def test_cancelling_ends_the_producer_and_shows_the_rest() -> None:
    waits, ended = asyncio.Event(), asyncio.Event()

    async def values() -> AsyncIterator[object]:
        try:
            yield chunk(b"half a line", origin=Origin("web01"))
            waits.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def scenario() -> None:
        glass = Glass()
        showing = asyncio.create_task(display_on(glass).show(values()))
        await waits.wait()
        showing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await showing
        assert ended.is_set()
        assert glass.lines == ["web01: half a line"]

    run(scenario())


def test_the_streams_of_hosts_are_whole_lines() -> None:
    glass = Glass()
    display = display_on(glass)

    async def values() -> AsyncIterator[object]:
        yield chunk(b"out", origin=Origin("web01"))
        await display.error_chunk(Chunk(b"warn", Stream.ERROR, Origin("web01")))
        yield chunk(b"put\n", origin=Origin("web01"))

    async def scenario() -> None:
        await display.show(values())
        assert glass.lines == ["web01: output", "web01: warn"]

    run(scenario())


def test_progress_is_gone_before_anything_else_is_printed() -> None:
    async def values() -> AsyncIterator[object]:
        yield "result"

    async def scenario() -> None:
        glass = Glass()
        display = display_on(glass)
        display.progress("Waiting", 1, 4)
        await wait_until(lambda: glass.lines == ["Waiting [#####               ] 1/4"])
        await display.show(values())
        assert glass.lines == ["result"]
        display.progress("Waiting", 2, 4)
        await wait_until(lambda: len(glass.lines) == 2)
        display.progress("Waiting", 0, 0)
        await wait_until(lambda: glass.lines == ["result"])

    run(scenario())


def test_progress_that_is_over_quickly_is_never_drawn() -> None:
    async def scenario() -> None:
        glass = Glass()
        display = display_on(glass)
        display.progress("Waiting", 1, 4)
        display.progress("Waiting", 0, 0)
        await wait_until(lambda: len(asyncio.all_tasks()) == 1)
        assert glass.written == b""

    run(scenario())


def test_pipes_get_plain_text_and_bytes_untouched() -> None:
    async def values() -> AsyncIterator[object]:
        yield chunk(b"\x1b]0;title\x07\xff")
        yield PropertyBag({"Name": "a", "Count": 12})
        yield PropertyBag({"Name": "b", "Count": 3})
        yield "\x1b[31mred"

    async def scenario() -> None:
        glass, plain = Glass(), Palette(has_colours=False)
        display = Display(glass, glass, plain, lambda: 0, is_terminal=False, errors_are_terminal=False)
        display.progress("Waiting", 1, 4)
        await display.show(values())
        table = b"Name Count\n---- -----\na       12\nb        3\n"
        assert glass.written == b"\x1b]0;title\x07\xff\n" + table + b"\x1b[31mred\n"

    run(scenario())

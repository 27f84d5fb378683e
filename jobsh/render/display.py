"""The drawing half of a front end's outside: values, errors, records and progress, on a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Protocol

from jobsh.errors import Span
from jobsh.model.records import Chunk, ErrorRecord, Stream, StreamRecord
from jobsh.render.errors import error_text, stream_text
from jobsh.render.feed import Feed
from jobsh.render.host_output import HostOutput
from jobsh.render.page import Page
from jobsh.render.palette import Palette
from jobsh.render.progress import Progress

_SETTLE_AFTER = 0.2
"""Seconds after which the rows of a table that have come so far are drawn."""


class Sink(Protocol):
    """Where bytes go; `jobsh.console.streams.OutputStream` is one."""

    @property
    def at_line_start(self) -> bool:
        """Whether what was written so far ended with a newline."""

    async def write(self, data: bytes) -> None:
        """Write all of it; waits for a slow reader."""

    async def write_passing(self, data: bytes) -> None:
        """Write what is taken away again; only where no line is begun."""


class Display:
    """Draws results on `output`, and what is said about them on `errors`."""

    def __init__(self, output: Sink, errors: Sink, palette: Palette, width: Callable[[], int]) -> None:
        self._output = output
        self._errors = errors
        self._palette = palette
        self._width = width
        self._error_output = HostOutput(palette, is_terminal=True)
        self._progress = Progress(errors, palette, width)
        self._shown: tuple[Feed, Page] | None = None
        self._turn = asyncio.Lock()

    async def show(self, values: AsyncIterator[object]) -> None:
        """Draw what a statement writes, each value as it comes; when it returns, all of it is out."""
        from jobsh.render.tables import TerminalDrawing

        page = Page(TerminalDrawing(self._width(), self._palette), self._palette, is_terminal=True)
        async with Feed(values) as feed:
            before, self._shown = self._shown, (feed, page)
            try:
                while await feed.has_more(_SETTLE_AFTER if page.is_waiting else None):
                    await self._draw(feed, page)
            finally:
                self._shown = before
                await self._finish(feed, page)

    async def _draw(self, feed: Feed, page: Page, *, settles: bool = False) -> None:
        """Draw what has come; when nothing came, or before something else is said, also the rows that wait."""
        async with self._turn:
            values = feed.take()
            data = page.draw(values, at_line_start=self._output.at_line_start)
            await self._write(data + (page.settle() if settles or not values else b""))
            for value in values:
                if isinstance(value, Chunk):
                    value.take()
            feed.go_on()

    async def _finish(self, feed: Feed, page: Page) -> None:
        with suppress(BrokenPipeError):  # who was told of it once knows
            await self._draw(feed, page, settles=True)
            await self._write(page.finish())
            await self._write_error(self._error_output.finish())

    async def _write(self, data: bytes) -> None:
        if data:
            await self._progress.clear()
            await self._output.write(data)

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Show an error, with a caret where `span` says where in `source`."""
        await self._say(error_text(record, source, span, self._palette))

    async def stream(self, record: StreamRecord) -> None:
        """Show a warning, verbose or debug record on standard error, information on standard output."""
        text = stream_text(record, self._palette)
        if record.stream is Stream.INFORMATION:
            await self._catch_up()
            await self._write(text.encode("utf-8", "surrogateescape"))
        else:
            await self._say(text)

    async def error_chunk(self, chunk: Chunk) -> None:
        """Show bytes of a program's standard error."""
        await self._catch_up()
        await self._write_error(self._error_output.feed(chunk))
        chunk.take()

    async def _say(self, text: str) -> None:
        await self._catch_up()
        start = "" if self._errors.at_line_start else "\n"
        await self._write_error((start + text).encode("utf-8", "surrogateescape"))

    async def _write_error(self, data: bytes) -> None:
        if data:
            await self._progress.clear()
            await self._errors.write(data)

    async def _catch_up(self) -> None:
        """What was written before is shown before."""
        if self._shown is not None:
            await self._draw(*self._shown, settles=True)

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is; total 0 ends it."""
        self._progress.set(activity, done, total)

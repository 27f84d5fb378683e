"""The drawing half of a front end's outside: values, errors, records and progress, on a terminal or plain streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Protocol

from jobsh.errors import Span
from jobsh.model.records import Chunk, ErrorRecord, Stream, StreamRecord
from jobsh.render.feed import Feed
from jobsh.render.host_output import HostOutput
from jobsh.render.page import Drawing, Page
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
    """Draws results on `output`, and what is said about them on `errors`: the same sink where both are one terminal."""

    def __init__(
        self,
        output: Sink,
        errors: Sink,
        palette: Palette,
        width: Callable[[], int],
        *,
        error_palette: Palette | None = None,
        is_terminal: bool = True,
        errors_are_terminal: bool = True,
    ) -> None:
        error_palette = error_palette or palette
        self._output = output
        self._errors = errors
        self._palette = palette
        self._error_palette = error_palette
        self._is_terminal = is_terminal
        self._width = width
        self._error_output = HostOutput(error_palette, is_terminal=errors_are_terminal)
        self._progress = Progress(errors, error_palette, width) if errors_are_terminal else None
        self._shown: tuple[Feed, Page] | None = None
        self._turn = asyncio.Lock()
        self._goes_on = False
        """Whether the line that was begun is to be continued: Write-Host -NoNewline."""

    @property
    def width(self) -> int:
        """Columns to format for; 0 without limit."""
        return self._width()

    async def show(self, values: AsyncIterator[object]) -> None:
        """Draw what a statement writes, each value as it comes; when it returns, all of it is out."""
        await self._catch_up()
        page = Page(self._drawing, self._palette, is_terminal=self._is_terminal)
        async with Feed(values) as feed:
            before, self._shown = self._shown, (feed, page)
            try:
                while await feed.has_more(_SETTLE_AFTER if page.is_waiting else None):
                    await self._draw(feed, page)
            finally:
                self._shown = before
                await self._finish(feed, page)

    def _drawing(self) -> Drawing:
        if self._is_terminal:
            from jobsh.render.tables import TerminalDrawing

            return TerminalDrawing(self._width(), self._palette)
        from jobsh.render.plain import PlainDrawing

        return PlainDrawing(self._width())

    async def _draw(self, feed: Feed, page: Page, *, settles: bool = False) -> None:
        """Draw what has come; when nothing came, or before something else is said, also the rows that wait."""
        async with self._turn:
            values = feed.take()
            data = page.draw(values, at_line_start=self._output.at_line_start or self._goes_on)
            self._goes_on = self._goes_on and not data
            await self._write(data + (page.settle() if settles or not values else b""))
            for value in values:
                if isinstance(value, Chunk):
                    value.take()
            feed.go_on()

    async def _finish(self, feed: Feed, page: Page) -> None:
        with suppress(BrokenPipeError):  # who was told of it once knows
            await self._draw(feed, page, settles=True)
            await self._write(page.finish())
            await self.finish_errors()

    async def finish_errors(self) -> None:
        """The ends of lines that hosts began on standard error."""
        await self._write_error(self._error_output.finish())

    async def _write(self, data: bytes) -> None:
        if data:
            await self._clear_progress()
            await self._output.write(data)

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Show an error, with a caret where `span` says where in `source`."""
        from jobsh.render.errors import error_text

        await self._say(error_text(record, source, span, self._error_palette))

    async def stream(self, record: StreamRecord) -> None:
        """Show a warning, verbose or debug record on standard error, information on standard output."""
        from jobsh.render.errors import stream_text

        if record.stream is Stream.INFORMATION:
            await self._catch_up()
            await self._write(stream_text(record, self._palette).encode("utf-8", "surrogateescape"))
            self._goes_on = not record.ended
        else:
            await self._say(stream_text(record, self._error_palette))

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
            await self._clear_progress()
            await self._errors.write(data)

    async def _catch_up(self) -> None:
        """What was written before is shown before."""
        if self._shown is not None:
            await self._draw(*self._shown, settles=True)

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is, where there is a terminal; total 0 ends it."""
        if self._progress is not None:
            self._progress.set(activity, done, total)

    async def end_progress(self) -> None:
        """The text was run: what was said of how far it is goes."""
        if self._progress is not None:
            await self._progress.end()

    async def _clear_progress(self) -> None:
        if self._progress is not None:
            await self._progress.clear()

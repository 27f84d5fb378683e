"""The drawing half of an `Outside` (see `runtime.outside`), for front ends that differ only in the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.errors import Span
from jobsh.model.records import Chunk, ErrorRecord, StreamRecord
from jobsh.render.display import Display


class Drawn:
    """Everything that is shown is drawn by one Display."""

    def __init__(self, display: Display) -> None:
        self._display = display

    @property
    def width(self) -> int:
        """Columns to format for; 0 without limit."""
        return self._display.width

    async def show(self, values: AsyncIterator[object]) -> None:
        """Draw what a statement writes."""
        await self._display.show(values)

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Show an error."""
        await self._display.error(record, source, span)

    async def stream(self, record: StreamRecord) -> None:
        """Show a warning, verbose, debug or information record."""
        await self._display.stream(record)

    async def error_chunk(self, chunk: Chunk) -> None:
        """Pass on bytes of a program's standard error."""
        await self._display.error_chunk(chunk)

    async def end_progress(self) -> None:
        """Take the line that says how far it is away."""
        await self._display.end_progress()

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is, where somebody looks."""
        self._display.progress(activity, done, total)

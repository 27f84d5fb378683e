"""One line that says how far a long command is. Gone before anything else is printed, so that nothing is torn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from jobsh.model.safe_text import visible
from jobsh.render.palette import CYAN, Palette

ERASE = "\r\x1b[K"
_BAR = 20
_EVERY = 0.1


def progress_line(activity: str, done: int, total: int, width: int, palette: Palette) -> str:
    """`activity [#####     ] 5/20`, in one line of the terminal; without a bar where nobody knows how far it is."""
    done = min(max(done, 0), max(total, 0))
    full = _BAR * done // total if total else 0
    bar = f" [{'#' * full}{' ' * (_BAR - full)}] {done}/{total}" if total >= 0 else ""
    room = max(width - 1 - len(bar), 0)
    text = visible(activity)
    shown = text if len(text) <= room else text[: max(room - 1, 0)] + "…"[:room]
    return palette.paint((shown + bar)[: max(width - 1, 1)], CYAN)


class Sink(Protocol):
    """Where the line goes."""

    async def write_passing(self, data: bytes) -> None:
        """Write what is taken away again; only where no line is begun, as it would be overwritten."""


class Progress:
    """Draws the line, some times a second at most, and takes it away."""

    def __init__(self, sink: Sink, palette: Palette, width: Callable[[], int]) -> None:
        self._sink = sink
        self._palette = palette
        self._width = width
        self._state: tuple[str, int, int] | None = None
        self._is_visible = False
        self._drawing: asyncio.Task[None] | None = None

    def set(self, activity: str, done: int, total: int) -> None:
        """What the line is to say; total 0: nothing, less: not known."""
        self._state = (activity, done, total) if total else None
        if self._drawing is None or self._drawing.done():
            self._drawing = asyncio.get_running_loop().create_task(self._draw())

    async def _draw(self) -> None:
        await asyncio.sleep(_EVERY)  # what comes quickly is drawn once, and what is over quickly never
        if self._state is None:
            await self.clear()
        else:
            line = progress_line(*self._state, self._width(), self._palette)
            self._is_visible = True
            await self._sink.write_passing(f"{ERASE}{line}".encode("utf-8", "surrogateescape"))

    async def end(self) -> None:
        """Nothing more is to be said: at a prompt the line would be drawn over what is typed."""
        self._state = None
        if self._drawing is not None:
            self._drawing.cancel()
            await asyncio.wait((self._drawing,))
        await self.clear()

    async def clear(self) -> None:
        """Take the line away: something else is printed."""
        if self._is_visible:
            self._is_visible = False
            await self._sink.write_passing(ERASE.encode())

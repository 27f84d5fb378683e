"""The output of one statement: bytes of programs, text and drawn objects, in turn, as bytes to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from jobsh.command.text import to_text
from jobsh.model.records import Chunk, Line
from jobsh.model.safe_text import SafeText
from jobsh.render.host_output import HostOutput
from jobsh.render.palette import Palette


class Drawing(Protocol):
    """Draws objects that have a view."""

    @property
    def is_waiting(self) -> bool:
        """Whether rows wait for the width of their table to be settled."""

    def add(self, value: object) -> Iterator[str]:
        """What can be drawn now that `value` came."""

    def settle(self) -> Iterator[str]:
        """What waits."""

    def end(self) -> Iterator[str]:
        """What waits; the next object begins a new table."""


class Page:
    """What was drawn of a statement so far."""

    def __init__(self, make_drawing: Callable[[], Drawing], palette: Palette, *, is_terminal: bool) -> None:
        self._make_drawing = make_drawing
        self._drawing: Drawing | None = None
        self._programs = HostOutput(palette, is_terminal=is_terminal)
        self._keeps_colours = palette.has_colours
        self._is_terminal = is_terminal

    @property
    def is_waiting(self) -> bool:
        """Whether rows are to be settled when nothing more comes for a while."""
        return self._drawing is not None and self._drawing.is_waiting

    def draw(self, values: list[object], *, at_line_start: bool) -> bytes:
        """The bytes for the next values."""
        pieces: list[bytes] = []
        for value in values:
            if value is not None:
                is_open = not (pieces[-1].endswith(b"\n") if pieces else at_line_start)
                pieces += [piece for piece in self._drawn(value, is_open=is_open) if piece]
        return b"".join(pieces)

    def _drawn(self, value: object, *, is_open: bool) -> Iterator[bytes]:
        if _has_view(value):
            yield b"\n" if is_open else b""
            self._drawing = self._drawing or self._make_drawing()
            yield _encoded(self._drawing.add(value))
            return
        if self._drawing is not None:
            yield _encoded(self._drawing.end())
        if isinstance(value, Chunk):
            yield self._programs.feed(value)
        elif isinstance(value, Line):
            yield self._programs.line(value)
        else:
            yield (b"\n" if is_open else b"") + self._text(to_text(value)) + b"\n"

    def _text(self, text: str) -> bytes:
        data = text.encode("utf-8", "surrogateescape")
        if not self._is_terminal:
            return data
        safe = SafeText(keeps_colours=self._keeps_colours)
        return (safe.feed(data) + safe.finish()).encode("utf-8", "surrogateescape")

    def settle(self) -> bytes:
        """The rows that wait."""
        return b"" if self._drawing is None else _encoded(self._drawing.settle())

    def finish(self) -> bytes:
        """The rest."""
        return (b"" if self._drawing is None else _encoded(self._drawing.end())) + self._programs.finish()


def _has_view(value: object) -> bool:
    """Whether the value is drawn rather than being its own text. The views are loaded when something may have one."""
    if isinstance(value, (str, int, float, Chunk)):
        return False
    from jobsh.command.views import shape

    return shape(value) is not None


def _encoded(pieces: Iterator[str]) -> bytes:
    return "".join(pieces).encode("utf-8", "surrogateescape")

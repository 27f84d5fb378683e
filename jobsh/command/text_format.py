"""Objects as plain text: tables and lists for pipes, Out-String and Out-File. Knows no terminal and no colours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import cast

from jobsh.command.lines import split_lines
from jobsh.command.text import to_text
from jobsh.command.views import View, alignment, rows_of, shape, view_of
from jobsh.model.records import Line, StreamRecord

LOOK_AHEAD = 100
"""Rows that are seen before the widths of a table are settled; the rest follow as they come."""

_GAP = 1
_MOST_PER_CELL = 8
"""Characters that may share a cell: letters with marks."""


async def format_values(values: AsyncIterator[object], width: int = 0) -> AsyncIterator[str]:
    """The values as people read them, in pieces that end in newlines; `width` 0 cuts nothing."""
    drawing = Drawing(width)
    async for value in split_lines(values):
        for text in drawing.add(value):
            yield text
    for text in drawing.end():
        yield text


def format_all(values: Iterable[object], width: int = 0) -> str:
    """As `format_values`, for values that are there already."""
    drawing = Drawing(width)
    pieces = [text for value in values for text in drawing.add(value)]
    return "".join([*pieces, *drawing.end()])


class Drawing:
    """What has been drawn so far: an open block of rows, and whether anything stands above it."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._shape: object = None
        self._block: _Table | _List | None = None
        self._is_first = True
        self._owes_newline = False

    def add(self, value: object) -> Iterator[str]:
        """The text that can be said now that `value` came."""
        if value is None:
            return
        found = shape(value)
        if found is None:
            yield from self.end()
            yield from self._text(value)
            return
        if self._block is None or found != self._shape:
            yield from self.end()
            yield from self._separate()
            self._shape = found
            view = cast(View, view_of(value))
            self._block = _List(view) if view.is_list else _Table(view, self._width)
            if view.heading:
                yield view.heading
        for row in rows_of(value):
            yield from self._block.add(row)

    def end(self) -> Iterator[str]:
        """The rest of the open block."""
        if self._block is not None:
            yield from self._block.end()
            self._block = None
            self._is_first = False

    def _text(self, value: object) -> Iterator[str]:
        start = "\n" if self._owes_newline else ""
        self._owes_newline = isinstance(value, (Line, StreamRecord)) and not value.ended
        self._is_first = False
        yield start + to_text(value) + ("" if self._owes_newline else "\n")

    def _separate(self) -> Iterator[str]:
        if not self._is_first:
            yield "\n\n" if self._owes_newline else "\n"
            self._owes_newline = False


class _Table:
    """Rows under a header."""

    def __init__(self, view: View, width: int) -> None:
        self.view = view
        self._width = width
        self._waiting: list[object] = []
        self._layout: _Layout | None = None

    def add(self, row: object) -> Iterator[str]:
        if self._layout is not None:
            yield self._layout.row(row_cells(self.view, row, self._width))
            return
        self._waiting.append(row)
        if len(self._waiting) == LOOK_AHEAD:
            yield from self._settle()

    def end(self) -> Iterator[str]:
        if self._layout is None:
            yield from self._settle()

    def _settle(self) -> Iterator[str]:
        shown = [row_cells(self.view, row, self._width) for row in self._waiting]
        aligns = [alignment(c, self._waiting) for c in self.view.columns]
        self._layout = _Layout(self.view, widths(self.view, shown, self._width), aligns, self._width)
        if self.view.has_header:
            yield self._layout.row([c.label for c in self.view.columns])
            yield self._layout.row(["-" * cells_of(c.label) for c in self.view.columns])
        for row in shown:
            yield self._layout.row(row)


class _Layout:
    """The settled widths of a table."""

    def __init__(self, view: View, cell_widths: Sequence[int], aligns: Sequence[str], limit: int) -> None:
        self._view = view
        self._widths = cell_widths
        self._aligns = aligns
        self._limit = limit

    def row(self, cells: Sequence[str]) -> str:
        if not self._view.wraps:
            cells = [cut(x, c.width) if c.is_exact else x for x, c in zip(cells, self._view.columns, strict=True)]
            return self._line(cells if self._has_room(cells) else [*map(cut, cells, self._widths)])
        wrapped = [list(pieces(cell, width)) for cell, width in zip(cells, self._widths, strict=True)]
        height = max(len(lines) for lines in wrapped)
        return "".join(self._line([w[n] if n < len(w) else "" for w in wrapped]) for n in range(height))

    def _has_room(self, cells: Sequence[str]) -> bool:
        """Whether the row may be as long as it is: a late one may be longer than all that settled the widths."""
        needed = sum(max(width, cells_of(cell)) for cell, width in zip(cells, self._widths, strict=True))
        return not self._limit or needed + _GAP * (len(cells) - 1) <= self._limit

    def _line(self, cells: Sequence[str]) -> str:
        padded = [aligned(*cell) for cell in zip(cells, self._widths, self._aligns, strict=True)]
        return (" " * _GAP).join(padded).rstrip() + "\n"


class _List:
    """`Name : value` lines, objects separated by an empty line."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._is_first = True

    def add(self, row: object) -> Iterator[str]:
        labels = max((cells_of(c.label) for c in self.view.columns), default=0)
        lines = [line.rstrip() for c in self.view.columns for line in _labelled(aligned(c.label, labels), c.lines(row))]
        yield ("" if self._is_first else "\n") + "\n".join(lines) + "\n"
        self._is_first = False

    def end(self) -> Iterator[str]:
        return iter(())


def _labelled(label: str, lines: Sequence[str]) -> Iterator[str]:
    for n, line in enumerate(lines):
        yield f"{label} : {line}" if n == 0 else " " * (cells_of(label) + 3) + line


def row_cells(view: View, row: object, limit: int) -> list[str]:
    """What stands in the cells of a row, with no more of a long value than could be seen in `limit` cells."""
    texts = [column.text(row) for column in view.columns]
    return texts if view.wraps or not limit else [text[: limit * _MOST_PER_CELL] for text in texts]


def widths(view: View, rows: Sequence[Sequence[str]], limit: int) -> list[int]:
    """How wide each column is: what its values need, at least the preferred width, within `limit` cells in all (0: no limit)."""
    labels = [cells_of(c.label) if view.has_header else 0 for c in view.columns]
    needed = [
        column.width if column.is_exact else max([label, *(cells_of(row[n]) for row in rows)])
        for n, (column, label) in enumerate(zip(view.columns, labels, strict=True))
    ]
    if view.fits:
        return _shrunk(needed, limit)
    wanted = [max(need, column.width) for need, column in zip(needed, view.columns, strict=True)]
    if not limit or sum(wanted) + _GAP * (len(wanted) - 1) <= limit:
        return wanted
    capped = [min(need, c.width) if c.width else need for need, c in zip(needed, view.columns, strict=True)]
    return _grown(_shrunk(capped, limit), needed, limit)


def _shrunk(wanted: list[int], limit: int) -> list[int]:
    """Take cells from the widest columns until all fit."""
    room = limit - _GAP * (len(wanted) - 1)
    if not limit or sum(wanted) <= room:
        return list(wanted)
    # nobody has more than `cap`: the widest columns become equally wide
    cap = bisect_right(range(1, max(wanted) + 1), room, key=lambda most: sum(min(most, width) for width in wanted)) or 1
    found = [min(width, cap) for width in wanted]
    for n in reversed(range(len(found))):
        if sum(found) < room and wanted[n] > cap:
            found[n] += 1
    return found


def _grown(found: list[int], needed: list[int], limit: int) -> list[int]:
    """Give cells that are left to the columns whose values were cut, the last first."""
    left = limit - _GAP * (len(found) - 1) - sum(found)
    for n in reversed(range(len(found))):
        more = max(0, min(left, needed[n] - found[n]))
        found[n] += more
        left -= more
    return found


def cells_of(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def aligned(text: str, width: int, align: str = "left") -> str:
    """The text with blanks around it: `width` cells in all, where it is not longer."""
    room = max(0, width - cells_of(text))
    before = {"left": 0, "right": room}.get(align, room // 2)
    return " " * before + text + " " * (room - before)


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells; an ellipsis says that something is missing."""
    if cells_of(text) <= width:
        return text
    kept = text[: max(0, width - 1)]
    while kept and cells_of(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"


def pieces(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most `width` cells, broken at blanks where there are any."""
    while cells_of(text) > width:
        line = text[:width]
        while cells_of(line) > width and len(line) > 1:  # one character of two cells may be more than there is room for
            line = line[:-1]
        at = line.rfind(" ") if text[len(line) : len(line) + 1] != " " else len(line)
        line = line[:at] if at > 0 else line
        yield line
        text = text[len(line) :].lstrip()
    yield text

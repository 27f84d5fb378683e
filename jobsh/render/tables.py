"""Tables and lists on a terminal: PowerShell's look, with colours for states. The only importer of rich."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from jobsh.command.text_format import LOOK_AHEAD, aligned, cells_of, row_cells, widths
from jobsh.command.views import Column, View, alignment, rows_of, shape, view_of
from jobsh.model.safe_text import visible
from jobsh.render.palette import STATES, Palette

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod
    from rich.text import Text

_HEADER = "bold green"
_STYLES = {31: "red", 32: "green", 33: "yellow", 35: "magenta", 36: "cyan", 2: "dim"}


class TerminalDrawing:
    """Draws objects as they come. Rows of a new table wait until there are enough of them to settle its widths."""

    def __init__(self, width: int, palette: Palette) -> None:
        self._width = width
        self._palette = palette
        self._shape: object = None
        self._table: _Table | None = None
        self._is_first = True

    @property
    def is_waiting(self) -> bool:
        """Whether rows wait for the width of their table to be settled."""
        return self._table is not None and self._table.is_waiting

    def add(self, value: object) -> Iterator[str]:
        """What can be drawn now that `value` came."""
        if self._table is None or shape(value) != self._shape:
            yield from self.end()
            if not self._is_first:
                yield "\n"
            self._is_first = False
            self._shape = shape(value)
            view = _with_safe_labels(cast(View, view_of(value)))
            self._table = (_List if view.is_list else _Table)(view, self._width, self._palette)
            if view.heading:
                yield view.heading
        for row in rows_of(value):
            yield from self._table.add(row)

    def settle(self) -> Iterator[str]:
        """Draw the rows that wait."""
        if self._table is not None:
            yield from self._table.settle()

    def end(self) -> Iterator[str]:
        """Draw the rest; the next object begins a new table."""
        yield from self.settle()
        self._table = None


def _with_safe_labels(view: View) -> View:
    """Names of properties may come from a host, as in ConvertFrom-Json. (Titles are made of cells, which are safe.)"""
    if all(column.label.isprintable() for column in view.columns):
        return view
    return view.replace(columns=tuple(column.replace(label=visible(column.label)) for column in view.columns))


class _Table:
    """Rows under a header and a line of dashes."""

    def __init__(self, view: View, width: int, palette: Palette) -> None:
        self._view = view
        self._width = width
        self._palette = palette
        self._rows: list[object] = []
        self._widths: list[int] = []
        self._aligns: list[str] = []

    @property
    def is_waiting(self) -> bool:
        """Whether there are rows that are not drawn."""
        return bool(self._rows)

    def add(self, row: object) -> Iterator[str]:
        """Take a row."""
        self._rows.append(row)
        if len(self._rows) >= LOOK_AHEAD:
            yield from self.settle()

    def settle(self) -> Iterator[str]:
        """Draw all rows that wait, under the header if they are the first."""
        if self._rows:
            rows, self._rows = self._rows, []
            yield self._drawn(rows)

    def _drawn(self, rows: Sequence[object]) -> str:
        columns = self._view.columns
        shown = [row_cells(self._view, row, self._width) for row in rows]
        is_first = not self._widths
        if is_first:
            self._widths = widths(self._view, shown, self._width)
            self._aligns = [alignment(column, rows) for column in columns]
        head = [[c.label for c in columns], ["-" * cells_of(c.label) for c in columns]]
        return self._lines(head if is_first and self._view.has_header else [], shown)

    def _lines(self, head: Sequence[Sequence[str]], cells: Sequence[Sequence[str]]) -> str:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        for width, align in zip(self._widths, self._aligns, strict=True):
            wraps = self._view.wraps
            table.add_column(
                width=width,
                justify=cast("JustifyMethod", align),
                overflow="fold" if wraps else "ellipsis",
                no_wrap=not wraps,
            )
        for labels in head:
            table.add_row(*(Text(label, style=_HEADER) for label in labels))
        for row in cells:
            table.add_row(*(_cell(c, text) for c, text in zip(self._view.columns, row, strict=True)))
        return _rendered(_console(sum(self._widths) + len(self._widths), self._palette), table)


class _List(_Table):
    """`Name : value` lines; an empty line between objects."""

    _has_drawn = False

    def _drawn(self, rows: Sequence[object]) -> str:
        blocks = [self._block(row) for row in rows]
        start = "\n" if self._has_drawn else ""
        self._has_drawn = True
        return start + "\n".join(blocks)

    def _block(self, row: object) -> str:
        from rich.text import Text

        labels = max((cells_of(column.label) for column in self._view.columns), default=0)
        text = Text("\n").join(
            Text.assemble(
                (aligned("" if n else column.label, labels) + ("   " if n else " : "), _HEADER), _cell(column, line)
            )
            for column in self._view.columns
            for n, line in enumerate(column.lines(row))
        )
        return _rendered(_console(1 << 16, self._palette), text)


def _cell(column: Column, text: str) -> Text:
    from rich.text import Text

    colour = STATES.get(text) if column.label == "State" else None
    return Text(text, style="" if colour is None else _STYLES[colour])


def _console(width: int, palette: Palette) -> Console:
    from io import StringIO

    from rich.console import Console

    return Console(
        file=StringIO(), width=max(width, 1), color_system="standard" if palette.has_colours else None,
        force_terminal=palette.has_colours, highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip


def _rendered(console: Console, what: object) -> str:
    from io import StringIO

    console.print(what, soft_wrap=False, overflow="ignore", no_wrap=True, crop=False)
    text = cast(StringIO, console.file).getvalue()
    return "".join(line.rstrip() + "\n" for line in text.splitlines())

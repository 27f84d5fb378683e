"""How objects look to people: which columns, as a table or a list. Draws nothing; plain text and rich both draw from this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jobsh.command.formatting import format_value
from jobsh.command.members import get_member, own_properties
from jobsh.command.provenance import came_from
from jobsh.command.text import Textual, to_text
from jobsh.command.values import HashTable, PropertyBag, time_kind
from jobsh.model.ids import JobId
from jobsh.model.job import Job
from jobsh.model.messages import HistoryItem
from jobsh.model.records import Chunk, ErrorRecord, StreamRecord
from jobsh.model.session import Session
from jobsh.model.struct import Struct

MOST_TABLE_COLUMNS = 4
"""Objects without a view of their own: up to so many properties make a table, more a list."""

MOST_LISTED = 4
"""A list inside a cell shows so many items."""


class Column(Struct):
    """One column of a table, or line of a list."""

    label: str
    get: Callable[[Any], object]
    width: int = 0
    """Preferred cells; 0: what the values need."""
    align: str = ""
    """`left`, `right`, `center`, or empty: numbers right."""
    format: str = ""
    is_exact: bool = False
    """Whether `width` was asked for: then longer values are cut even where there is room."""

    def text(self, value: object) -> str:
        """What stands in the cell for `value`."""
        return cell_text(self.get(value), self.format)

    def lines(self, value: object) -> list[str]:
        """What stands in a list for `value`, where there is room for all of its lines."""
        found = self.get(value)
        if isinstance(found, str) and "\n" in found.strip("\r\n"):
            return [cell_text(line) for line in str(found).strip("\r\n").split("\n")]
        return [self.text(value)]


class View(Struct):
    """How objects of one shape are drawn."""

    columns: tuple[Column, ...]
    is_list: bool = False
    has_header: bool = True
    wraps: bool = False
    """Long values go on in the next line instead of being cut."""
    fits: bool = False
    """Columns as narrow as their values (-AutoSize)."""
    title: str = ""
    """What stands above: what the objects of this group have in common (-GroupBy)."""

    @property
    def heading(self) -> str:
        """The title with the empty line below it, as PowerShell sets it."""
        return f"   {self.title}\n\n" if self.title else ""


class Formatted(Struct):
    """What Format-Table and Format-List give: objects with the view they shall have."""

    view: View
    values: tuple[object, ...]


def register(kind: type, view: View) -> None:
    """Say how objects of a class are drawn; for classes that few texts need, where they are loaded."""
    _VIEWS[kind] = view


def columns(*named: tuple[str, int] | tuple[str, int, str]) -> tuple[Column, ...]:
    """Columns of properties: name, width, where its values stand."""
    return tuple(Column(c[0], _member(c[0]), c[1], c[2] if len(c) > 2 else "left") for c in named)


def view_of(value: object) -> View | None:
    """The view of a value; None for one that is simply its text."""
    if isinstance(value, Formatted):
        return value.view
    if shape(value) is None:
        return None
    view = _VIEWS.get(type(value)) or view_by_names(tuple(own_properties(value)))
    has_host = any(column.label == _HOST.label for column in view.columns)
    return view if has_host or not _shows_host(value) else view.replace(columns=(*view.columns, _HOST))


def _shows_host(value: object) -> bool:
    """Whether people see which host the object came from. The rows of a hashtable are its entries."""
    origin = came_from(value)
    return origin is not None and origin.show_computer_name and not isinstance(value, HashTable)


def shape(value: object) -> object:
    """Values of the same shape share a table; None for those that are text."""
    own = _own_shape(value)
    return (own, "with host") if own is not None and _shows_host(value) else own


def _own_shape(value: object) -> object:
    if isinstance(value, PropertyBag):
        return tuple(value.properties)
    if isinstance(value, Formatted):
        return id(value.view)
    is_text = type(value) in _TEXTUAL or isinstance(value, Textual)
    is_shown = type(value) in _VIEWS or (isinstance(value, Struct) and not is_text)
    return type(value) if is_shown else None


def view_by_names(names: Sequence[str], *, is_list: bool | None = None) -> View:
    """A view with these properties as its columns."""
    as_list = len(names) > MOST_TABLE_COLUMNS if is_list is None else is_list
    return View(tuple(Column(name, _member(name)) for name in names), is_list=as_list)


def rows_of(value: object) -> Iterable[object]:
    """The rows a value makes: a hashtable one for each entry, all else itself."""
    if isinstance(value, Formatted):
        return value.values
    if isinstance(value, HashTable):
        return [PropertyBag({"Name": key, "Value": item}) for key, item in value.items()]
    return (value,)


def cell_text(value: object, value_format: str = "", level: int = 0) -> str:
    """A value as it stands in a cell: one line, nothing in it that acts on a terminal."""
    if isinstance(value, (list, tuple)) and not isinstance(value, JobId):
        shown = [cell_text(item, "", level + 1) for item in value[:MOST_LISTED]] if level < MOST_LISTED else ["…"]
        return "{" + ", ".join(shown) + ("…" if len(value) > MOST_LISTED else "") + "}"
    text = format_value(value, value_format) if value_format else to_text(value)
    return text if text.isprintable() else _one_line(text)


def _one_line(text: str) -> str:
    first, newline, rest = text.strip("\r\n").partition("\n")
    first = first.rstrip("\r") + ("…" if newline and rest.strip() else "")
    return "".join(c if c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in first)


def is_number(value: object) -> bool:
    """Whether a column of such values is aligned to the right."""
    return (isinstance(value, (int, float)) and not isinstance(value, bool)) or time_kind(value) == "timedelta"


def alignment(column: Column, rows: Iterable[object]) -> str:
    """`left`, `right` or `center`: as the column says, else numbers to the right."""
    if column.align:
        return column.align
    present = [value for row in rows if (value := column.get(row)) is not None]
    return "right" if present and all(is_number(value) for value in present) else "left"


def _member(name: str) -> Callable[[Any], object]:
    return lambda value: get_member(value, name)


_HOST = Column("PSComputerName", _member("PSComputerName"), 15, "left")

_JOB = (
    *columns(("Id", 6), ("Name", 15), ("PSJobTypeName", 15), ("State", 13), ("HasMoreData", 15), ("Location", 20)),
    Column("Command", lambda job: job.command.strip(), 25, "left"),
)

_SESSION = columns(
    ("Id", 3, "right"),
    ("Name", 15),
    ("Transport", 9),
    ("ComputerName", 15),
    ("ComputerType", 15),
    ("State", 13),
    ("ConfigurationName", 20),
    ("Availability", 13, "right"),
)

_VIEWS: dict[type, View] = {
    Job: View(_JOB),
    Session: View(_SESSION),
    HashTable: View(columns(("Name", 30), ("Value", 0))),
    HistoryItem: View((Column("Id", lambda item: item.id, 4, "right"), Column("CommandLine", lambda item: item.text))),
}

_TEXTUAL: frozenset[type] = frozenset({ErrorRecord, StreamRecord, Chunk, View, Column})
"""Structs of ours that are printed as text."""

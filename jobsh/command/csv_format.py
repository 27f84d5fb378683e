"""Objects as CSV, as ConvertTo-Csv and `-o csv` give them, and CSV as objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import zip_longest

from jobsh.command.members import properties
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag
from jobsh.errors import OperationError
from jobsh.model.records import Line
from jobsh.model.struct import Struct


class Quotes(Enum):
    """Which cells are in quotes."""

    NEVER = "Never"
    ALWAYS = "Always"
    AS_NEEDED = "AsNeeded"


class CsvWriter:
    """Rows under the columns of the first object, or those given; what later objects have besides is left out."""

    def __init__(
        self,
        delimiter: str = ",",
        *,
        quotes: Quotes = Quotes.AS_NEEDED,
        quoted: Sequence[str] = (),
        names: Sequence[str] | None = None,
        has_header: bool = True,
    ) -> None:
        self._delimiter = one_character(delimiter)
        self._quotes = quotes
        self._quoted_names = frozenset(name.casefold() for name in quoted)
        self._has_header = has_header and names is None
        self._names = names

    def lines(self, value: object) -> list[str]:
        """The lines `value` makes, without newlines: the header before the first."""
        entries = csv_properties(value)
        found: list[str] = []
        if self._names is None:
            self._names = tuple(entries)
            if self._has_header:
                found.append(self._line(self._names))
        folded = {name.casefold(): item for name, item in entries.items()}
        found.append(self._line([to_text(folded.get(name.casefold())) for name in self._names]))
        return found

    def _line(self, cells: Sequence[str]) -> str:
        names = self._names or ()
        return self._delimiter.join(self._cell(cell, name) for cell, name in zip(cells, names, strict=True))

    def _cell(self, cell: str, name: str) -> str:
        if self._quoted_names:
            is_quoted = name.casefold() in self._quoted_names
        elif self._quotes is Quotes.AS_NEEDED:
            is_quoted = any(c in cell for c in (self._delimiter, '"', "\n", "\r")) or cell != cell.strip()
        else:
            is_quoted = self._quotes is Quotes.ALWAYS
        return '"' + cell.replace('"', '""') + '"' if is_quoted else cell


class CsvReader:
    """Objects of lines: the first names the columns, unless names are given. A cell in quotes may go over several lines."""

    def __init__(self, delimiter: str = ",", names: Sequence[str] = ()) -> None:
        self._delimiter = one_character(delimiter)
        self._names = list(names)
        self._begun: list[str] = []

    def objects(self, line: str) -> Iterator[PropertyBag]:
        """What the line completes."""
        self._begun.append(line.removesuffix("\r"))
        text = "\n".join(self._begun)
        if text.count('"') % 2 == 0:
            yield from self._of(text)

    def rest(self) -> Iterator[PropertyBag]:
        """What was begun when the lines ended."""
        if self._begun:
            yield from self._of("\n".join(self._begun))

    def header(self, line: str) -> tuple[str, ...]:
        """The names of the columns that a first line gives."""
        return tuple(_header(self._cells(line.removesuffix("\r"))))

    def _of(self, text: str) -> Iterator[PropertyBag]:
        self._begun.clear()
        if not text or (not self._names and text.startswith("#TYPE")):
            return
        cells = self._cells(text)
        if self._names:
            yield PropertyBag(zip_longest(self._names, cells[: len(self._names)]))
        else:
            self._names = _header(cells)

    def _cells(self, text: str) -> list[str]:
        if '"' not in text:
            return text.split(self._delimiter)
        import csv

        csv.field_size_limit(max(len(text) + 1, 1 << 17))
        return next(csv.reader([text], delimiter=self._delimiter), [])


def one_character(delimiter: str) -> str:
    """The delimiter; raises for one that cannot be."""
    if len(delimiter) != 1 or delimiter in '"\r\n':
        hint = "it is one character, such as ';'; \"`t\" is a tabulator"
        raise OperationError(f"'{delimiter}' cannot stand between cells", hint=hint, error_id="BadDelimiter")
    return delimiter


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() or f"H{n}" for n, cell in enumerate(cells, 1)]
    if names:
        names[0] = names[0].removeprefix("\ufeff")
    folded = [name.casefold() for name in names]
    double = next((name for name in names if folded.count(name.casefold()) > 1), None)
    if double is not None:
        raise OperationError(
            f"two columns are named {double}", hint="name them with -Header", error_id="DuplicateColumn"
        )
    return names


def csv_properties(value: object) -> dict[str, object]:
    """The cells of a value; what is text or a number has one, `Value`, and a host's line its ComputerName beside it."""
    if isinstance(value, Line):
        return {"ComputerName": value.origin.computer_name, "Value": value}
    if isinstance(value, (Struct, HashTable, PropertyBag)):
        return properties(value)
    return {"Value": value}

"""Objects as CSV, as ConvertTo-Csv and `-o csv` give them."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.command.members import properties
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag
from jobsh.model.records import Line
from jobsh.model.struct import Struct


class CsvWriter:
    """Rows under the columns of the first object; what later objects have besides is left out."""

    def __init__(self, delimiter: str = ",", *, always_quotes: bool = False, has_header: bool = True) -> None:
        self._delimiter = delimiter
        self._always_quotes = always_quotes
        self._has_header = has_header
        self._names: tuple[str, ...] | None = None

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
        return self._delimiter.join(self._quoted(cell) for cell in cells)

    def _quoted(self, cell: str) -> str:
        needs = (
            self._always_quotes or any(c in cell for c in (self._delimiter, '"', "\n", "\r")) or cell != cell.strip()
        )
        return '"' + cell.replace('"', '""') + '"' if needs else cell


def csv_properties(value: object) -> dict[str, object]:
    """The cells of a value; what is text or a number has one, `Value`, and a host's line its ComputerName beside it."""
    if isinstance(value, Line):
        return {"ComputerName": value.origin.computer_name, "Value": value}
    if isinstance(value, (Struct, HashTable, PropertyBag)):
        return properties(value)
    return {"Value": value}

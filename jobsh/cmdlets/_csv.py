"""What the Csv verbs share: how cells are written, and lines read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.csv_format import CsvReader, Quotes
from jobsh.command.declaration import Param, Refused
from jobsh.command.name_types import PropertyName
from jobsh.command.text import to_text
from jobsh.command.values import PropertyBag

Delimiter = Annotated[str, Param("What stands between the cells.", position=1)]
UseQuotes = Annotated[Quotes, Param("Which cells to put in quotes.", aliases=("UQ",))]
QuoteFields = Annotated[
    tuple[PropertyName, ...], Param("Put the cells of these columns in quotes, no others.", aliases=("QF",))
]
NoHeader = Annotated[bool, Param("Leave out the header.")]
NoTypeInformation = Annotated[bool, Param("Leave out the line with the type: it is never written.", aliases=("NTI",))]
Header = Annotated[tuple[str, ...], Param("The names of the columns; then the first line is one of data.")]

USE_CULTURE: tuple[Refused, ...] = (Refused("UseCulture", "there are no cultures", "say -Delimiter ';'"),)
TYPES: tuple[Refused, ...] = (
    *USE_CULTURE,
    Refused("IncludeTypeInformation", "nothing reads a line with a type", "leave it out", ("ITI",)),
)


async def objects(lines: AsyncIterator[object], reader: CsvReader) -> AsyncIterator[PropertyBag]:
    """The objects in the lines, each as its last line comes."""
    async for item in lines:
        for line in to_text(item).split("\n"):
            for found in reader.objects(line):
                yield found
    for found in reader.rest():
        yield found

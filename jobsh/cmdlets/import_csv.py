"""Import-Csv: the objects in a file of CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._csv import USE_CULTURE, Delimiter, Header, objects
from jobsh.cmdlets._refused import ENCODING
from jobsh.command.context import Context
from jobsh.command.csv_format import CsvReader
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.lines import split_lines
from jobsh.command.types import Path
from jobsh.runtime.values import chunks


class ImportCsv(Cmdlet):
    """Give the objects in files of CSV at the location, as ConvertFrom-Csv makes them of lines."""

    path: Annotated[
        tuple[Path, ...],
        Param(
            "The files.",
            position=0,
            is_mandatory=True,
            aliases=("LiteralPath", "PSPath"),
            from_pipeline=True,
            from_property=True,
        ),
    ] = ()
    delimiter: Delimiter = ","
    header: Header = ()

    refused = (*USE_CULTURE, *ENCODING)
    examples = (
        Example(
            "Import-Csv hosts.csv | where port -eq 22",
            "The rows with one value in a column.",
            setup="'name,port', 'web01,22' | Out-File hosts.csv",
        ),
        Example(
            "Import-Csv hosts.csv -Header a, b | select -Skip 1",
            "Other names for the columns.",
            setup="'name,port', 'web01,22' | Out-File hosts.csv",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        for path in self.path:
            lines = split_lines(chunks(ctx.read_file(path)))
            async for found in objects(lines, CsvReader(self.delimiter, self.header)):
                yield found

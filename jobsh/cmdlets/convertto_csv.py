"""ConvertTo-Csv: objects as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.csv_format import CsvWriter
from jobsh.command.declaration import Cmdlet, Example, Param


class ConvertToCsv(Cmdlet):
    """Turn the objects of the pipeline into lines of CSV, under a header with the properties of the first."""

    delimiter: Annotated[str, Param("What stands between the cells.", position=0)] = ","
    always_quote: Annotated[bool, Param("Quote every cell, not only those that need it.")] = False
    no_header: Annotated[bool, Param("Leave out the header.")] = False

    examples = (
        Example(
            "Get-Job | select Id, Name, State | ConvertTo-Csv",
            "Jobs for a spreadsheet.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example(
            "1..2 | % { [pscustomobject]@{n=$_; square=$_*$_} } | ConvertTo-Csv -Delimiter ';'", "Another delimiter."
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        writer = CsvWriter(self.delimiter, always_quotes=self.always_quote, has_header=not self.no_header)
        async for item in ctx.input:
            for line in writer.lines(item):
                yield line

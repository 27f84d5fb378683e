"""ConvertTo-Csv: objects as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._csv import TYPES, NoHeader, NoTypeInformation, QuoteFields, UseQuotes
from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.csv_format import CsvWriter, Quotes
from jobsh.command.declaration import Cmdlet, Example, Param


class ConvertToCsv(Cmdlet):
    """Turn the objects of the pipeline into lines of CSV, under a header with the properties of the first."""

    delimiter: Annotated[str, Param("What stands between the cells.", position=0)] = ","
    use_quotes: UseQuotes = Quotes.AS_NEEDED
    quote_fields: QuoteFields = ()
    no_header: NoHeader = False
    no_type_information: NoTypeInformation = False
    input_object: InputObject = ()

    refused = TYPES
    gives = "String, a line each."
    examples = (
        Example(
            "Get-Job | select Id, Name, State | ConvertTo-Csv",
            "Jobs for a spreadsheet.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example(
            "1..2 | % { [pscustomobject]@{n=$_; square=$_*$_} } | ConvertTo-Csv -Delimiter ';'", "Another delimiter."
        ),
        Example("[pscustomobject]@{a=1; b='x'} | ConvertTo-Csv -UseQuotes Always", "All cells in quotes."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        writer = CsvWriter(
            self.delimiter, quotes=self.use_quotes, quoted=self.quote_fields, has_header=not self.no_header
        )
        async for item in items(ctx, self.input_object):
            for line in writer.lines(item):
                yield line

"""Export-Csv: objects into a file of CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._csv import TYPES, Delimiter, NoHeader, NoTypeInformation, QuoteFields, UseQuotes
from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._refused import ENCODING
from jobsh.command.context import Context
from jobsh.command.csv_format import CsvReader, CsvWriter, Quotes, csv_properties
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.lines import split_lines
from jobsh.command.types import Path
from jobsh.errors import NotFound, OperationError
from jobsh.runtime.values import chunks, closing


class ExportCsv(Cmdlet):
    """Write the objects of the pipeline into a file at the location, as lines of CSV under a header.

    With -Append the columns are those of the file; an object that lacks one of them is an error, or with -Force an empty cell.
    """

    path: Annotated[
        Path, Param("The file.", position=0, is_mandatory=True, aliases=("LiteralPath", "PSPath", "LP"))
    ] = ""
    delimiter: Delimiter = ","
    append: Annotated[bool, Param("Write after what is in the file.")] = False
    no_clobber: Annotated[bool, Param("Leave a file that is there as it is: an error.", aliases=("NoOverwrite",))] = (
        False
    )
    force: Annotated[bool, Param("Leave cells empty for which an object has no property.")] = False
    use_quotes: UseQuotes = Quotes.AS_NEEDED
    quote_fields: QuoteFields = ()
    no_header: NoHeader = False
    no_type_information: NoTypeInformation = False
    input_object: InputObject = ()

    changes_something = True
    refused = (*TYPES, *ENCODING)
    examples = (
        Example(
            "Get-Job | select Id, Name, State | Export-Csv jobs.csv",
            "Jobs for a spreadsheet.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example("[pscustomobject]@{name='web01'; port=22} | Export-Csv hosts.csv -Append", "One more row."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not await ctx.should_process("Export-Csv", self.path):
            return
        names = await self._columns_there(ctx)
        if names is not None and self.no_clobber:
            raise OperationError(f"{self.path} is there already", hint="leave out -NoClobber", error_id="NoClobber")
        writer = CsvWriter(
            self.delimiter,
            quotes=self.use_quotes,
            quoted=self.quote_fields,
            names=names or None,
            has_header=not self.no_header,
        )
        file = await ctx.open_file(self.path, append=self.append)
        try:
            async for item in items(ctx, self.input_object):
                self._check(item, names or ())
                text = "".join(line + "\n" for line in writer.lines(item))
                await file.write(text.encode("utf-8", "surrogateescape"))
        finally:
            await file.aclose()
        return
        yield  # makes this a generator

    async def _columns_there(self, ctx: Context) -> tuple[str, ...] | None:
        """The columns of the file; None where there is none, or nobody wants to know."""
        if not (self.append or self.no_clobber):
            return None
        try:
            async with closing(split_lines(chunks(ctx.read_file(self.path)))) as lines:
                async for line in lines:
                    return CsvReader(self.delimiter).header(str(line))
        except NotFound:
            return None
        return ()

    def _check(self, item: object, names: tuple[str, ...]) -> None:
        held = {name.casefold() for name in csv_properties(item)}
        lacking = [name for name in names if name.casefold() not in held]
        if lacking and not self.force:
            raise OperationError(
                f"the file has a column {lacking[0]}, the object no such property",
                hint="-Force leaves the cell empty",
                error_id="CannotAppendCsvWithMismatchedPropertyNames",
            )

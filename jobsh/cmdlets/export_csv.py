"""Export-Csv: objects into a file of CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._csv import TYPES, Delimiter, NoHeader, NoTypeInformation, QuoteFields, UseQuotes
from jobsh.cmdlets._encodings import Encoder, Encoding, decoded
from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._paths import Place
from jobsh.command.context import Context
from jobsh.command.csv_format import CsvReader, CsvWriter, Quotes, csv_properties
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.lines import split_lines
from jobsh.command.name_types import Path
from jobsh.errors import NotFound, OperationError
from jobsh.model.files import WriteMode
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
    encoding: Encoding = ""
    input_object: InputObject = ()

    changes_something = True
    refused = TYPES
    gives = "Nothing."
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
        place = await Place.of_call(ctx)
        path = await place.whole(self.path)
        names = await self._columns_there(path, place)
        encoder = Encoder(self.encoding, begins=names is None)
        writer = CsvWriter(
            self.delimiter,
            quotes=self.use_quotes,
            quoted=self.quote_fields,
            names=names or None,
            has_header=not self.no_header,
        )
        file = await place.files.write(path, self._mode())
        try:
            async for item in items(ctx, self.input_object):
                self._check(item, names or ())
                text = "".join(line + "\n" for line in writer.lines(item))
                await file.write(encoder.encode(text.encode("utf-8", "surrogateescape")))
        finally:
            await file.aclose()
        return
        yield  # makes this a generator

    def _mode(self) -> WriteMode:
        if self.append:
            return WriteMode.APPEND
        return WriteMode.NEW if self.no_clobber else WriteMode.REPLACE

    async def _columns_there(self, path: str, place: Place) -> tuple[str, ...] | None:
        """The columns of the file; None where there is none, or nobody wants to know."""
        if not self.append:
            return None
        try:
            async with closing(split_lines(chunks(decoded(place.files.read(path), self.encoding)))) as lines:
                async for line in lines:
                    return CsvReader(self.delimiter).header(str(line))
        except NotFound:
            return None
        return None

    def _check(self, item: object, names: tuple[str, ...]) -> None:
        held = {name.casefold() for name in csv_properties(item)}
        lacking = [name for name in names if name.casefold() not in held]
        if lacking and not self.force:
            raise OperationError(
                f"the file has a column {lacking[0]}, the object no such property",
                hint="-Force leaves the cell empty",
                error_id="CannotAppendCsvWithMismatchedPropertyNames",
            )

"""Import-Csv: the objects in a file of CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets._csv import USE_CULTURE, Delimiter, Header, objects
from jobsh.cmdlets._encodings import Encoding, decoded
from jobsh.cmdlets._paths import LiteralPath, Paths, Place
from jobsh.command.context import Context
from jobsh.command.csv_format import CsvReader
from jobsh.command.declaration import Cmdlet, Example
from jobsh.command.lines import split_lines
from jobsh.errors import FileError
from jobsh.runtime.values import chunks, closing


class ImportCsv(Cmdlet):
    """Give the objects in files of CSV at the location, as ConvertFrom-Csv makes them of lines."""

    path: Paths = ()
    literal_path: LiteralPath = ()
    delimiter: Delimiter = ","
    header: Header = ()
    encoding: Encoding = ""

    default_set = "Path"
    refused = USE_CULTURE
    gives = "Objects whose properties are the columns."
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
        place = await Place.of_call(ctx)
        async for path in place.expanded(self.path, self.literal_path):
            try:
                async with closing(self._of(path, place)) as found:
                    async for row in found:
                        yield row
            except FileError as error:
                await ctx.error(error)

    def _of(self, path: str, place: Place) -> AsyncIterator[object]:
        lines = split_lines(chunks(decoded(place.files.read(path), self.encoding)))
        return objects(lines, CsvReader(self.delimiter, self.header))

"""ConvertFrom-Csv: CSV to objects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._csv import USE_CULTURE, Delimiter, Header, objects
from jobsh.command.context import Context
from jobsh.command.csv_format import CsvReader
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.runtime.values import each


class ConvertFromCsv(Cmdlet):
    """Turn lines of CSV into objects, one for each line, with the columns as their properties. All values are text.

    The first line names the columns, unless -Header does. Objects come as their lines come: a program may go on writing.
    """

    input_object: Annotated[
        tuple[str, ...], Param("The lines, where they do not come from the pipeline.", position=0)
    ] = ()
    delimiter: Delimiter = ","
    header: Header = ()

    refused = USE_CULTURE
    gives = "Objects whose properties are the columns."
    examples = (
        Example("'name,port', 'web01,22', 'db1,2222' | ConvertFrom-Csv", "Two objects."),
        Example("printf 'web01;22\\n' | ConvertFrom-Csv -Delimiter ';' -Header Name, Port", "What a program writes."),
        Example("head -3 /etc/passwd | ConvertFrom-Csv -Delimiter : -Header user, x, id | % user", "The first users."),
    )

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        lines = each(self.input_object) if self.input_object else ctx.input
        return objects(lines, CsvReader(self.delimiter, self.header))

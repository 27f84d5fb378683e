"""Add-Content: write after what is in a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _paths, _writing
from jobsh.cmdlets._encodings import Encoding
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.files import WriteMode
from jobsh.runtime.values import closing


class AddContent(Cmdlet):
    """Write values as lines after what is in files at the location; a file that is not there is made.

    Values are written as text (`"$x"`), not as tables: that is Out-File. The location is the host in an entered session, this
    machine otherwise.
    """

    path: _writing.Paths = ()
    literal_path: _paths.LiteralPath = ()
    value: Annotated[tuple[object, ...], Param("The lines, where they do not come from the pipeline.", position=1)] = ()
    no_newline: _writing.NoNewline = False
    encoding: Encoding = ""
    force: _writing.Force = False
    pass_thru: Annotated[bool, Param("Write the values to the pipeline, too.")] = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()

    default_set = "Path"
    changes_something = True
    gives = "Nothing; with -PassThru the values."
    examples = (
        Example("Add-Content notes.txt 'one more line'", "Add a line."),
        Example("Get-Date | Add-Content *.log", "A line for each log.", setup="Set-Content a.log begun"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        async with closing(_writing.written(ctx, self, "Add Content", WriteMode.APPEND)) as values:
            async for value in values:
                yield value

"""Write-Verbose: a verbose message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.model.records import Stream


class WriteVerbose(Cmdlet):
    """Write a message to the verbose stream (4), which is shown when somebody asked for it.

    -Verbose, or `$VerbosePreference = 'Continue'`, shows it.
    """

    message: Annotated[str, Param("The text.", position=0)] = ""

    gives = "Nothing."
    examples = (
        Example("Write-Verbose 'step 2'", "Not shown by default."),
        Example("Write-Verbose 'step 2' -Verbose", "Shown."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.message:
            await ctx.write(Stream.VERBOSE, self.message)
        async for item in ctx.input:
            await ctx.write(Stream.VERBOSE, to_text(item))
        return
        yield  # makes this a generator

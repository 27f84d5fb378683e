"""Write-Warning: a warning message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.model.records import Stream


class WriteWarning(Cmdlet):
    """Write a message to the warning stream (3): people see it, the pipeline does not.

    $WarningPreference and -WarningAction say what becomes of it.
    """

    message: Annotated[str, Param("The text.", position=0)] = ""

    gives = "Nothing."
    examples = (
        Example("Write-Warning 'the disk is nearly full'", "Shown, in another colour where there are colours."),
        Example("Write-Warning careful -WarningAction SilentlyContinue", "Not shown."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.message:
            await ctx.write(Stream.WARNING, self.message)
        async for item in ctx.input:
            await ctx.write(Stream.WARNING, to_text(item))
        return
        yield  # makes this a generator

"""Write-Debug: a message for who looks for mistakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.model.records import Stream


class WriteDebug(Cmdlet):
    """Write a message to the debug stream (5), which is shown when somebody asked for it.

    -Debug, or `$DebugPreference = 'Continue'`, shows it.
    """

    message: Annotated[str, Param("The text.", position=0, aliases=("Msg",))] = ""

    gives = "Nothing."
    examples = (
        Example("Write-Debug 'x is 5'", "Not shown by default."),
        Example("Write-Debug 'x is 5' -Debug", "Shown."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.message:
            await ctx.write(Stream.DEBUG, self.message)
        async for item in ctx.input:
            await ctx.write(Stream.DEBUG, to_text(item))
        return
        yield  # makes this a generator

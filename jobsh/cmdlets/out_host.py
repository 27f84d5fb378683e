"""Out-Host: to the user, whatever becomes of the output."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param


class OutHost(Cmdlet):
    """Show objects to the user, whatever becomes of the output: an assignment or the next stage gets none of them.

    -Paging shows them through the pager (`$env:PAGER`, else less) where there is a terminal.
    """

    paging: Annotated[bool, Param("Show a page at a time.")] = False
    input_object: InputObject = ()

    takes_chunks = True
    takes_formatted = True
    gives = "Nothing."
    examples = (
        Example("$x = 1..3 | Tee-Object -Variable shown | Out-Host; $shown.Count", "Shown, and nothing is in $x."),
        Example("Get-Command | Out-Host -Paging", "Read it page by page."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        await ctx.show(items(ctx, self.input_object), pages=self.paging)
        return
        yield  # makes this a generator

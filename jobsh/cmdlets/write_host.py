"""Write-Host: a message for people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.command.values import as_list
from jobsh.model.records import Stream


class WriteHost(Cmdlet):
    """Show text to the user without writing it to the pipeline.

    It goes to the information stream (6): `6> FILE` keeps it, `6>$null` hides it.
    """

    value: Annotated[tuple[object, ...], Param("What to show.", position=0, takes_rest=True, name="Object")] = ()
    separator: Annotated[str, Param("What stands between the values.")] = " "

    examples = (
        Example("Write-Host starting", "Tell the user something."),
        Example("$r = & { Write-Host 'working …'; 42 }; $r", "The message is shown at once and is not in $r."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.value or not ctx.has_input:
            await self._show(list(self.value), ctx)
        async for item in ctx.input:
            await self._show([item], ctx)
        return
        yield  # makes this a generator

    async def _show(self, values: list[object], ctx: Context) -> None:
        items = [to_text(item) for value in values for item in as_list(value)]
        await ctx.write(Stream.INFORMATION, self.separator.join(items))

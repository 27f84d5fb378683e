"""Invoke-History: run a line again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._history import item_of
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.records import Stream, StreamRecord
from jobsh.runtime.values import closing


class InvokeHistory(Cmdlet):
    """Run a line of the history again, the last one or that with a number or beginning. The line is shown before it runs."""

    id: Annotated[str, Param("The number of the line, or how it begins.", position=0)] = ""

    changes_something = True
    gives = "What the line gives."
    examples = (
        Example("Invoke-History -WhatIf", "Which line would run.", status=1),
        Example("Invoke-History 12", "Line 12 of Get-History.", status=1),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        item = await item_of(ctx, self.id)
        if not await ctx.should_process("Invoke-History", item.text):
            return
        await ctx.write(Stream.INFORMATION, StreamRecord(Stream.INFORMATION, item.text))
        async with closing(ctx.code(item.text, "history").run(new_scope=False)) as values:
            async for value in values:
                yield value

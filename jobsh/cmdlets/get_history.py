"""Get-History: what was typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._history import ALL
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import NotFound
from jobsh.model.messages import HistoryItem


class GetHistory(Cmdlet):
    """Give the lines that were typed at the prompt, of all terminals, the newest last."""

    id: Annotated[tuple[int, ...], Param("Only the lines with these numbers.", position=0)] = ()
    count: Annotated[int, Param("How many lines, counted from the newest.", position=1)] = 32

    output_types = (HistoryItem,)
    examples = (
        Example("Get-History", "The last lines."),
        Example("Get-History -Count 100 | where { $_.Text -match 'Start-Job' }", "Lines in which a job was started."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        items = await ctx.engine.history(ALL if self.id else max(0, self.count))
        if not self.id:
            for item in items:
                yield item
        by_id = {item.id: item for item in items}
        for id in self.id:
            if id in by_id:
                yield by_id[id]
            else:
                await ctx.error(NotFound(f"there is no line {id} in the history", error_id="GetHistoryNoHistoryForId"))

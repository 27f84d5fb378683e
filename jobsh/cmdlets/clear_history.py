"""Clear-History: forget lines that were typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.cmdlets._history import ALL
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import NotFound
from jobsh.model.messages import HistoryItem
from jobsh.model.queries import matches


class ClearHistory(Cmdlet):
    """Forget lines of the history, of all terminals: all of them, or those chosen.

    The up key of a prompt goes on knowing them: it has a file of its own, `history` in the state directory.
    """

    id: Annotated[tuple[int, ...], Param("The lines with these numbers.", position=0, in_set="Id")] = ()
    command_line: Annotated[
        tuple[str, ...], Param("The lines that are so; wildcards allowed.", in_set="CommandLine")
    ] = ()
    count: Annotated[int | None, Param("So many lines, the oldest.", position=1)] = None
    newest: Annotated[bool, Param("Begin with the newest lines, not the oldest.")] = False

    default_set = "Id"
    changes_something = True
    gives = "Nothing."
    examples = (
        Example("Clear-History -CommandLine '*password*'", "Lines that nobody should find."),
        Example("Clear-History -Count 5 -Newest", "The last five."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        chosen = await self._chosen(await ctx.engine.history(ALL), ctx)
        if self.count is not None:
            ordered = list(reversed(chosen)) if self.newest else chosen
            chosen = ordered[: max(0, self.count)]
        if chosen and await ctx.should_process("Clear-History", f"{len(chosen)} line{'s'[: len(chosen) > 1]}"):
            await ctx.engine.forget_history(tuple(item.id for item in chosen))
        return
        yield  # makes this a generator

    async def _chosen(self, items: Sequence[HistoryItem], ctx: Context) -> list[HistoryItem]:
        if self.command_line:
            return [item for item in items if any(matches(pattern, item.text) for pattern in self.command_line)]
        for id in self.id:
            if id not in {item.id for item in items}:
                await ctx.error(NotFound(f"there is no line {id} in the history", error_id="GetHistoryNoHistoryForId"))
        return [item for item in items if not self.id or item.id in self.id]

"""What the verbs for the history share."""

from __future__ import annotations

from jobsh.command.context import Context
from jobsh.errors import NotFound
from jobsh.model.messages import HistoryItem

ALL = 100_000
"""More lines than a history keeps."""


async def item_of(ctx: Context, wanted: str) -> HistoryItem:
    """The newest line, or the one with this number or beginning; a call of Invoke-History itself is none of them."""
    lines = [item for item in await ctx.engine.history(ALL) if not _repeats(item.text)]
    found = [item for item in lines if str(item.id) == wanted] or [i for i in lines if i.text.startswith(wanted)]
    if not found:
        what = f"no line {wanted}" if wanted else "no line"
        raise NotFound(f"there is {what} in the history", error_id="InvokeHistoryNoLastHistoryEntryFound")
    return found[-1]


def _repeats(text: str) -> bool:
    """Whether the line would run a line again: the one that is running is in the history too."""
    return text.lstrip().casefold().startswith(("invoke-history", "ihy"))

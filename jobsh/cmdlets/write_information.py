"""Write-Information: a message for people, with tags."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.model.records import Stream, StreamRecord


class WriteInformation(Cmdlet):
    """Write a message to the information stream (6), which is shown when somebody asked for it.

    -InformationAction Continue, or `$InformationPreference = 'Continue'`, shows it; Write-Host writes to the same stream and is always shown.
    """

    message_data: Annotated[object, Param("What to say.", position=0, aliases=("Msg", "Message"))] = None
    tags: Annotated[tuple[str, ...], Param("Words to find the record by, in its Tags.", position=1)] = ()

    gives = "Nothing."
    examples = (
        Example("Write-Information 'step 2'", "Not shown by default."),
        Example("$InformationPreference = 'Continue'; Write-Information 'step 2'", "Shown."),
        Example(
            "$InformationPreference = 'Continue'; Write-Information 'step 2' -Tags log 6>&1 | % Tags",
            "A record with tags: log.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.message_data is not None:
            await self._say(ctx, self.message_data)
        async for item in ctx.input:
            await self._say(ctx, item)
        return
        yield  # makes this a generator

    async def _say(self, ctx: Context, value: object) -> None:
        await ctx.write(
            Stream.INFORMATION, StreamRecord(Stream.INFORMATION, to_text(value), tags=self.tags, is_hidden=True)
        )

"""Out-String: what would be printed, as text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param


class OutString(Cmdlet):
    """Give what would be printed as text: one string, or with -Stream one for each line."""

    stream: Annotated[bool, Param("One string for each line.")] = False
    width: Annotated[
        int | None, Param("Cut tables at so many columns; 0 cuts nothing. Else as wide as the terminal.")
    ] = None

    examples = (
        Example("$text = Get-Job | Out-String", "Keep the table of jobs.", setup="Start-Job { true } | Wait-Job"),
        Example(
            "Get-Job | Out-String -Stream | where { $_ -match 'Failed' }", "Look for text in what would be printed."
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        pieces = [piece async for piece in ctx.format(ctx.input, width=self.width)]
        if not self.stream:
            yield "".join(pieces)
            return
        for piece in pieces:
            for line in piece.removesuffix("\n").split("\n"):
                yield line

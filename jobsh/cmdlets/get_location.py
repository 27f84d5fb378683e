"""Get-Location: the current directory."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example


class GetLocation(Cmdlet):
    """Give the current directory of the location, as text: on the host in an entered session, here otherwise."""

    output_types = (str,)
    examples = (
        Example("Get-Location", "Where we are."),
        Example("$before = Get-Location; cd /tmp; Set-Location $before", "Go somewhere and come back."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        yield await ctx.directory()

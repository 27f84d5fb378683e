"""Clear-Host: an empty screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example


class ClearHost(Cmdlet):
    """Clear the terminal, as the program clear does. Where there is none nothing happens. Ctrl-L does it at the prompt."""

    gives = "Nothing."
    examples = (
        Example("Clear-Host", "An empty screen."),
        Example("Clear-Host; Get-Job", "The jobs on an empty screen."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        await ctx.clear()
        return
        yield  # makes this a generator

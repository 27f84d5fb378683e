"""Exit-Session."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example


class ExitSession(Cmdlet):
    """Leave the entered session, back to where Enter-Session was given; outside a session it does nothing.

    Jobs that were started there go on. The session is closed if Enter-Session opened it.
    """

    gives = "Nothing."
    examples = (
        Example("Exit-Session", "Come back.", setup="Enter-Session web01"),
        Example("Enter-Session web01; hostname; Exit-Session", "Go to a host for one command."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        await ctx.leave()
        return
        yield

"""Wait-Event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._events import text_of
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Duration
from jobsh.errors import ExitStatus
from jobsh.model.queries import matches


class WaitEvent(Cmdlet):
    """Wait for an event and give it. It stays in the queue: Remove-Event, or the next Wait-Event gives it again.

    When the time of -Timeout runs out, nothing is given and the exit status is 124.
    """

    source_identifier: Annotated[
        str, Param("Only events with this source identifier; wildcards allowed.", position=0)
    ] = "*"
    timeout: Annotated[
        Duration | None,
        Param("Wait this long at most; 0 looks and does not wait; -1: for ever.", aliases=("TimeoutSec",)),
    ] = None

    gives = "The event; nothing when the time ran out."
    examples = (
        Example(
            "Wait-Event ended -Timeout 1m | ForEach-Object { $_.Sender.State }; Remove-Event ended",
            "Wait for an event of a job, and forget it.",
            setup="Start-Job { sleep 1 }; Register-JobEvent 1 -SourceIdentifier ended",
        ),
        Example(
            "Wait-Event -Timeout 2m | Remove-Event",
            "Wait for any event, two minutes at most, and forget it.",
            setup="Start-Job { sleep 1 }; Register-JobEvent 1",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        limit = self.timeout if self.timeout is not None and self.timeout >= 0 else None
        try:
            async with ctx.waiting(), asyncio.timeout(limit):
                event = await ctx.events.wait(
                    lambda event: matches(self.source_identifier, text_of(event, "SourceIdentifier"))
                )
        except TimeoutError:
            ctx.ends_with(ExitStatus.TIME_OUT)
        else:
            yield event

"""Get-Event."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._events import SourceIdentifiers, chosen_events
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param


class GetEvent(Cmdlet):
    """List the events that came and were not removed. Remove-Event removes them; an -Action takes its own at once."""

    source_identifier: SourceIdentifiers = ()
    event_identifier: Annotated[tuple[int, ...], Param("Events by number.")] = ()

    gives = "Event objects: SourceIdentifier, Sender, SourceEventArgs, TimeGenerated, …."
    examples = (
        Example("Get-Event", "All events that came."),
        Example(
            "Get-Event done | ForEach-Object { $_.Sender.Name }",
            "The jobs of the events named done.",
            setup="Start-Job { sleep 1 }; Register-JobEvent 1 -SourceIdentifier done; Wait-Event done | Out-Null",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        for event in await chosen_events(ctx, self.source_identifier, self.event_identifier):
            yield event

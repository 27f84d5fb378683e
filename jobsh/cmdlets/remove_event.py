"""Remove-Event."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._events import SourceIdentifiers, chosen_events, text_of
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import BindingError


class RemoveEvent(Cmdlet):
    """Remove events from the queue. Subscriptions go on."""

    source_identifier: SourceIdentifiers = ()
    event_identifier: Annotated[tuple[int, ...], Param("Events by number.", from_property=True)] = ()

    changes_something = True
    gives = "Nothing."
    examples = (
        Example("Get-Event | Remove-Event", "Empty the queue."),
        Example(
            "Remove-Event done",
            "Forget the events named done.",
            setup="Start-Job { sleep 1 }; Register-JobEvent 1 -SourceIdentifier done; Wait-Event done | Out-Null",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        names, ids = (() if self.event_identifier else self.source_identifier), self.event_identifier
        if not (names or ids):
            if ctx.has_input:
                return
            raise BindingError("which event?", hint="name it by -SourceIdentifier or -EventIdentifier")
        for event in await chosen_events(ctx, names, ids):
            if await ctx.should_process("Remove-Event", f"event {text_of(event, 'EventIdentifier')}"):
                ctx.events.queue.remove(event)
        return
        yield  # makes this a generator

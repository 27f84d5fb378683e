"""Unregister-Event."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._events import SourceIdentifiers, chosen_subscribers
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import BindingError


class UnregisterEvent(Cmdlet):
    """End subscriptions. The job of an action is Stopped when it has run for what came before."""

    source_identifier: SourceIdentifiers = ()
    subscription_id: Annotated[tuple[int, ...], Param("Subscriptions by number.", from_property=True)] = ()
    force: Annotated[bool, Param("Also those that -SupportEvent hides.")] = False

    changes_something = True
    gives = "Nothing."
    examples = (
        Example(
            "Unregister-Event done",
            "End the subscription named done.",
            setup="Start-Job { sleep 1 }; Register-JobEvent 1 -SourceIdentifier done",
        ),
        Example(
            "Get-EventSubscriber | Unregister-Event",
            "End all subscriptions.",
            setup="Start-Job { sleep 1 }; Register-JobEvent 1",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        names, ids = (() if self.subscription_id else self.source_identifier), self.subscription_id
        if not (names or ids):
            if ctx.has_input:
                return
            raise BindingError(
                "Unregister-Event which subscription?", hint="name it by -SourceIdentifier or -SubscriptionId"
            )
        for one in await chosen_subscribers(ctx, names, ids, with_hidden=self.force):
            if await ctx.should_process("Unregister-Event", f"subscription '{one.source_identifier}'"):
                await ctx.events.unsubscribe(one.id)
        return
        yield  # makes this a generator

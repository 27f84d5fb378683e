"""Get-EventSubscriber."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._events import SourceIdentifiers, chosen_subscribers
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param


class GetEventSubscriber(Cmdlet):
    """List the subscriptions of this jobsh."""

    source_identifier: SourceIdentifiers = ()
    subscription_id: Annotated[tuple[int, ...], Param("Subscriptions by number.")] = ()
    force: Annotated[bool, Param("Also those that -SupportEvent hides.")] = False

    gives = "Subscriptions: SubscriptionId, SourceIdentifier, EventName, Action, …."
    examples = (
        Example("Get-EventSubscriber", "All subscriptions."),
        Example(
            "Get-EventSubscriber d* | Unregister-Event",
            "End those whose source identifier begins with d.",
            setup="Start-Job { sleep 1 }; Register-JobEvent 1 -SourceIdentifier done",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        found = await chosen_subscribers(ctx, self.source_identifier, self.subscription_id, with_hidden=self.force)
        for one in found:
            yield one.shown

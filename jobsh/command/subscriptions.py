"""Events as cmdlets see them: what was subscribed to in this front end, and what came. Implemented by `runtime`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from jobsh.command.script_block import ScriptBlock
from jobsh.model.job import Job
from jobsh.model.struct import Struct

if TYPE_CHECKING:
    from jobsh.command.values import PropertyBag


class Subscribe(Struct):
    """What happens to a job is to be told in this front end."""

    job: Job
    event_name: Literal["StateChanged", "DataAdded"] = "StateChanged"
    source_identifier: str = ""
    """What the events are called; empty: something unique."""
    message_data: object = None
    max_trigger_count: int = 0
    """0: as many events as there are."""
    is_hidden: bool = False
    action: ScriptBlock | None = None
    """Code to run for each event, as a job; None: events are queued."""


class Subscriber(Protocol):
    """A subscription under way."""

    id: int
    source_identifier: str
    is_hidden: bool

    @property
    def shown(self) -> PropertyBag:
        """As users see it."""


class Events(Protocol):
    """The subscriptions of this front end, and events that came."""

    @property
    def subscriptions(self) -> Sequence[Subscriber]:
        """All of them, by id."""

    @property
    def queue(self) -> list[PropertyBag]:
        """The events that nobody removed yet, the oldest first."""

    async def unsubscribe(self, id: int) -> None:
        """End a subscription, and wait a moment for its action."""

    async def wait(self, fits: Callable[[PropertyBag], bool]) -> PropertyBag:
        """The first event in the queue that fits, as soon as there is one. It stays there."""

"""Events of jobs in the front end that subscribed to them: queued to be fetched, or taken by an action."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from jobsh.command.subscriptions import Subscribe
from jobsh.command.values import PropertyBag
from jobsh.errors import JobshError, OperationError
from jobsh.model.job import Job
from jobsh.ports.engine import Engine
from jobsh.runtime.job_watch import Happened, watch
from jobsh.runtime.values import closing

_MOST_KEPT = 10_000
"""Events in the queue; then the oldest go."""
_LONGEST_END = 1.0
"""Seconds that ending a subscription waits for its action."""


class Taker(Protocol):
    """Takes the events of one subscription."""

    def take(self, event: PropertyBag) -> None:
        """An event, with all that it says."""

    def end(self) -> None:
        """No more will come."""

    async def wait(self) -> None:
        """Wait until it has done with what came, unless it is itself who asks."""


class Subscription:
    """Who wants to hear of what."""

    def __init__(self, id: int, source_identifier: str, wanted: Subscribe) -> None:
        self.id = id
        self.job = wanted.job
        self.event_name = wanted.event_name
        self.source_identifier = source_identifier
        self.message_data = wanted.message_data
        self.left = wanted.max_trigger_count
        """Events that are still to come; 0: as many as there are."""
        self.is_hidden = wanted.is_hidden
        self.taker: Taker | None = None
        """None: events are queued."""
        self.event_job: Job | None = None
        self.watching: asyncio.Task[None] | None = None

    @property
    def shown(self) -> PropertyBag:
        """As Get-EventSubscriber gives it."""
        return PropertyBag(
            {
                "SubscriptionId": self.id,
                "SourceObject": self.job,
                "EventName": self.event_name,
                "SourceIdentifier": self.source_identifier,
                "Action": self.event_job,
                "SupportEvent": self.is_hidden,
                "MessageData": self.message_data,
            },
            "PSEventSubscriber",
        )


class Events:
    """The subscriptions of one front end, and the events that nobody fetched yet."""

    def __init__(self, engine: Engine, told: Callable[[], Awaitable[None]]) -> None:
        self._engine = engine
        self._told = told
        """Waits until the engine knows of what became of our jobs."""
        self.subscriptions: list[Subscription] = []
        self.queue: list[PropertyBag] = []
        self._came: set[asyncio.Future[None]] = set()
        self._newest_subscription = 0
        self._newest_event = 0

    # -- subscriptions --

    def new(self, wanted: Subscribe) -> Subscription:
        """A subscription that hears nothing yet."""
        source_identifier = wanted.source_identifier
        if source_identifier and any(
            s.source_identifier.lower() == source_identifier.lower() for s in self.subscriptions
        ):
            raise OperationError(
                f"there is a subscriber '{source_identifier}' already",
                hint=f"Unregister-Event '{source_identifier}' ends it",
                error_id="SubscriberExists",
            )
        from jobsh.model.ids import new_instance_id

        self._newest_subscription += 1
        identifier = source_identifier or new_instance_id()
        return Subscription(self._newest_subscription, identifier, wanted)

    def begin(self, subscription: Subscription) -> None:
        """Let it hear."""
        self.subscriptions.append(subscription)
        subscription.watching = asyncio.get_running_loop().create_task(self._watch(subscription))

    async def unsubscribe(self, id: int) -> None:
        """End a subscription, and wait a moment for its action."""
        for subscription in [one for one in self.subscriptions if one.id == id]:
            self.end(subscription)
            if subscription.taker is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LONGEST_END):
                        await subscription.taker.wait()
                        await self._told()

    def end(self, subscription: Subscription) -> None:
        """It is to hear no more."""
        if subscription in self.subscriptions:
            self.subscriptions.remove(subscription)
        if subscription.watching is not None:
            subscription.watching.cancel()
        if subscription.taker is not None:
            subscription.taker.end()

    async def _watch(self, subscription: Subscription) -> None:
        wants_output = subscription.event_name == "DataAdded"
        try:
            async with closing(watch(subscription.job, self._engine, wants_output=wants_output)) as happened:
                async for one in happened:
                    if one.grown_by if wants_output else one.state is not one.before:
                        self._tell(subscription, one)
        except JobshError:  # the job was removed, or its session is gone: nothing more will come
            return

    def _tell(self, subscription: Subscription, happened: Happened) -> None:
        event = self._event(subscription, happened)
        if subscription.taker is not None:
            subscription.taker.take(event)
        else:
            self.post(event)
        if subscription.left:
            subscription.left -= 1
            if not subscription.left:
                asyncio.get_running_loop().call_soon(self.end, subscription)

    def _event(self, subscription: Subscription, happened: Happened) -> PropertyBag:
        from datetime import datetime

        self._newest_event += 1
        details = _changed(happened) if subscription.event_name == "StateChanged" else _grown(happened)
        return PropertyBag(
            {
                "EventIdentifier": self._newest_event,
                "SourceIdentifier": subscription.source_identifier,
                "Sender": happened.job,
                "SourceEventArgs": details,
                "SourceArgs": [happened.job, details],
                "TimeGenerated": datetime.now().astimezone(),
                "MessageData": subscription.message_data,
            },
            "PSEventArgs",
        )

    # -- the queue --

    def post(self, event: PropertyBag) -> None:
        """Queue an event."""
        self.queue.append(event)
        del self.queue[:-_MOST_KEPT]
        waiting, self._came = self._came, set()
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def wait(self, fits: Callable[[PropertyBag], bool]) -> PropertyBag:
        """The first event in the queue that fits, as soon as there is one. It stays there."""
        while True:
            for event in self.queue:
                if fits(event):
                    return event
            came: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._came.add(came)
            try:
                await came
            finally:
                self._came.discard(came)

    async def aclose(self) -> None:
        """Hear no more."""
        watching = [s.watching for s in self.subscriptions if s.watching is not None]
        for one in watching:
            one.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        self.subscriptions.clear()


def _changed(happened: Happened) -> PropertyBag:
    reason = happened.job.status_message if happened.state is happened.job.state else ""
    return PropertyBag(
        {
            "JobStateInfo": PropertyBag({"State": happened.state.value, "Reason": reason}, "JobStateInfo"),
            "PreviousJobStateInfo": PropertyBag({"State": happened.before.value, "Reason": ""}, "JobStateInfo"),
        },
        "JobStateEventArgs",
    )


def _grown(happened: Happened) -> PropertyBag:
    return PropertyBag({"Job": happened.job, "Bytes": happened.grown_by}, "DataAddedEventArgs")

"""What the cmdlets of events share: which events or subscriptions are meant, and registering."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Annotated, Literal, Protocol

from jobsh.command.context import Context
from jobsh.command.declaration import Param, Refused
from jobsh.command.objects import get_member
from jobsh.command.script_block import ScriptBlock
from jobsh.command.subscriptions import Subscribe, Subscriber
from jobsh.command.values import PropertyBag
from jobsh.errors import BindingError
from jobsh.language.ast import BlockKind
from jobsh.model.job import Job
from jobsh.model.queries import has_wildcard, matches
from jobsh.model.records import ErrorRecord, Stream

EventName = Annotated[
    Literal["StateChanged", "DataAdded"],
    Param("StateChanged: its state is another one. DataAdded: it wrote something.", position=1),
]
SourceIdentifier = Annotated[str, Param("What the events are called; without it something unique.")]
Action = Annotated[
    ScriptBlock | None,
    Param(
        "Code to run for each event, as a job of its own. It finds $Event, $EventSubscriber, $Sender (the job), $EventArgs and "
        "$args; what it writes goes to its job, what Write-Host says is shown at once.",
        block=BlockKind.CODE,
    ),
]
MessageData = Annotated[object, Param("Something that each event carries.")]
MaxTriggerCount = Annotated[int, Param("End the subscription after so many events; 0: never.")]
SupportEvent = Annotated[bool, Param("Hide the subscription from Get-EventSubscriber without -Force.")]
FORWARD = Refused(
    "Forward", "events stay in the jobsh that subscribed to them", "Wait-Job 3 | … & for what is to happen anyway"
)

SourceIdentifiers = Annotated[
    tuple[str, ...], Param("Those with this source identifier; wildcards allowed.", position=0, from_property=True)
]


class Registering(Protocol):
    """A call with the parameters above."""

    @property
    def event_name(self) -> Literal["StateChanged", "DataAdded"]: ...
    @property
    def source_identifier(self) -> str: ...
    @property
    def message_data(self) -> object: ...
    @property
    def max_trigger_count(self) -> int: ...
    @property
    def support_event(self) -> bool: ...
    @property
    def action(self) -> ScriptBlock | None: ...


async def registered(ctx: Context, call: Registering, jobs: Sequence[Job]) -> AsyncIterator[Job]:
    """Subscribe to each job; the jobs that the action is."""
    if call.max_trigger_count < 0:
        raise BindingError("-MaxTriggerCount is not less than 0")
    if call.source_identifier and len(jobs) > 1:
        raise BindingError("a -SourceIdentifier names the events of one job", hint="leave it out for several jobs")
    for job in jobs:
        if job.state.is_finished:
            what = f"job {job.id} ({job.name}) has ended already: no event will come"
            await ctx.write(Stream.WARNING, what)
        event_job = await ctx.subscribe(
            Subscribe(
                job,
                call.event_name,
                call.source_identifier,
                call.message_data,
                call.max_trigger_count,
                call.support_event,
                call.action,
            )
        )
        if event_job is not None and not call.support_event:
            yield event_job


def text_of(event: PropertyBag, name: str) -> str:
    """A property of an event as text."""
    return str(get_member(event, name))


async def chosen_subscribers(
    ctx: Context, names: Sequence[str], ids: Sequence[int], *, with_hidden: bool
) -> list[Subscriber]:
    """The subscriptions that are meant: all, when nothing names one. One that is not there is an error."""
    there = [one for one in ctx.events.subscriptions if with_hidden or not one.is_hidden]
    if not names and not ids:
        return there
    found = [one for one in there if one.id in ids or any(matches(name, one.source_identifier) for name in names)]
    for id in ids:
        if id not in [one.id for one in found]:
            await ctx.error(_missing("subscription", str(id)))
    for name in _lacking(names, [one.source_identifier for one in found]):
        await ctx.error(_missing("subscriber", name))
    return found


async def chosen_events(ctx: Context, names: Sequence[str], ids: Sequence[int]) -> list[PropertyBag]:
    """The queued events that are meant: all, when nothing names one. One that is not there is an error."""
    there = list(ctx.events.queue)
    if not names and not ids:
        return there
    found = [
        event
        for event in there
        if get_member(event, "EventIdentifier") in ids
        or any(matches(name, text_of(event, "SourceIdentifier")) for name in names)
    ]
    for id in ids:
        if id not in [get_member(event, "EventIdentifier") for event in found]:
            await ctx.error(_missing("event", str(id)))
    for name in _lacking(names, [text_of(event, "SourceIdentifier") for event in found]):
        await ctx.error(_missing("event", name))
    return found


def _lacking(names: Iterable[str], found: Sequence[str]) -> list[str]:
    """Literal names that named nothing."""
    return [name for name in names if not has_wildcard(name) and not any(matches(name, one) for one in found)]


def _missing(what: str, name: str) -> ErrorRecord:
    shown = f"{what} {name}" if name.isdigit() else f"{what} '{name}'"
    hint = "Get-Event lists the events" if what == "event" else "Get-EventSubscriber lists the subscriptions"
    return ErrorRecord(f"there is no {shown}", "ObjectNotFound", "EventSourceNotFound", target=name, hint=hint)

"""Which jobs a call means: selectors to snapshots, each at the location whose job it is, and an error for each that is not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Any

from jobsh.cmdlets._selectors import Chosen
from jobsh.command.comparison import equal
from jobsh.command.context import Context
from jobsh.command.job_selectors import JobSelector
from jobsh.command.members import get_member, property_names
from jobsh.command.text import to_text
from jobsh.command.values import HashTable
from jobsh.errors import BindingError, OperationError
from jobsh.model.ids import Location
from jobsh.model.job import Job
from jobsh.model.queries import JobQuery, has_wildcard, is_command, matches
from jobsh.model.records import ErrorRecord


async def selected(ctx: Context, chosen: Chosen) -> list[Job]:
    """The jobs that were named (none: all of the location) and that fit the conditions; each once, in the order in which they were
    named; what one pattern names, or nothing, by ascending id."""
    for table in chosen.filters:
        check_filter(table)
    if chosen.selectors:
        found = [job for place, own in _by_place(ctx, chosen.selectors) for job in await _look_up(ctx, place, own)]
        found = _as_named(chosen.selectors, _each_once(found))
    else:
        query = JobQuery(state=chosen.state, commands=chosen.commands)
        found = list(await ctx.engine.select_jobs(ctx.location, query))
    return [job for job in found if _fits(job, chosen)]


async def named(ctx: Context, chosen: Chosen) -> list[Job]:
    """As `selected`, for cmdlets that never mean all jobs: something must be said, unless the pipeline said nothing."""
    if chosen:
        return await selected(ctx, chosen)
    if ctx.has_input:
        return []
    raise BindingError("which job?", hint="name it by -Id, -Name or -State; Get-Job lists all jobs")


def _by_place(ctx: Context, selectors: Iterable[JobSelector]) -> list[tuple[Location, list[JobSelector]]]:
    places: dict[Location, list[JobSelector]] = {}
    for selector in selectors:
        place = ctx.location if selector.job is None else selector.job.seen_from
        places.setdefault(place, []).append(selector)
    return list(places.items())


async def _look_up(ctx: Context, place: Location, selectors: Sequence[JobSelector]) -> list[Job]:
    try:
        found = await _find(ctx, place, selectors)
    except OperationError as error:  # the session of some job objects is gone; the other jobs still count
        await ctx.error(error)
        return []
    for selector in _missing(selectors, found):
        await ctx.error(_not_found(selector))
    return found


async def _find(ctx: Context, place: Location, selectors: Sequence[JobSelector]) -> list[Job]:
    objects = [s.job for s in selectors if s.job is not None]
    queries = (
        JobQuery(ids=tuple(s.id for s in selectors if s.id is not None)),
        JobQuery(names=tuple(s.name for s in selectors if s.name)),
        JobQuery(instance_ids=tuple(s.instance_id for s in selectors if s.instance_id is not None)),
        # by number, which is quick, and by InstanceId, as the number may be another job's by now
        JobQuery(ids=tuple(job.id for job in objects), instance_ids=tuple(job.instance_id for job in objects)),
    )
    return [job for query in queries if query != JobQuery() for job in await ctx.engine.select_jobs(place, query)]


def _missing(selectors: Iterable[JobSelector], found: Sequence[Job]) -> Iterator[JobSelector]:
    """Those that name nothing. A pattern that matches nothing is no error."""
    ids = {job.id for job in found}
    instance_ids = {job.instance_id for job in found}
    for selector in selectors:
        if selector.id is not None:
            is_found = selector.id in ids
        elif selector.name:
            is_found = has_wildcard(selector.name) or any(matches(selector.name, job.name) for job in found)
        else:
            is_found = (selector.job or selector).instance_id in instance_ids
        if not is_found:
            yield selector


def _not_found(selector: JobSelector) -> ErrorRecord:
    if selector.id is not None:
        what, kind = f"there is no job {selector.id}", "Session"
    elif selector.name:
        what, kind = f"there is no job named '{selector.name}'", "Name"
    elif selector.job is not None:
        what, kind = f"job {selector.job.id} ({selector.job.name}) is not there any more", "InstanceId"
    else:
        what, kind = f"there is no job with InstanceId {selector.instance_id}", "InstanceId"
    named = selector.id or selector.name or selector.job or str(selector.instance_id)
    return ErrorRecord(
        what, "ObjectNotFound", f"JobWithSpecified{kind}NotFound", target=named, hint="Get-Job lists the jobs"
    )


def _fits(job: Job, chosen: Chosen) -> bool:
    return (
        (chosen.state is None or job.state is chosen.state)
        and (not chosen.commands or any(is_command(c, job.command) for c in chosen.commands))
        and all(_has(job, table) for table in chosen.filters)
    )


def check_filter(table: HashTable) -> None:
    """Raise BindingError for a property that no job has, and for no property at all: that would mean every job."""
    if not table:
        raise BindingError("-Filter names no property", hint="it looks like @{State='Failed'; Location='web*'}")
    known = {name.casefold() for name in property_names(Job)}
    for name in table:
        if to_text(name).casefold() not in known:
            hint = f"a job has {', '.join(property_names(Job))}"
            raise BindingError(f"-Filter: a job has no property {to_text(name)}", hint=hint)


def _has(job: Job, table: HashTable) -> bool:
    return all(_is(get_member(job, to_text(name)), wanted) for name, wanted in table.items())


def _is(value: object, wanted: object) -> bool:
    """Whether a property is so: equal to what is wanted, or a text that matches the pattern."""
    if isinstance(wanted, str):
        return matches(wanted, to_text(value))
    return equal(value, wanted)


def _each_once(jobs: Iterable[Job]) -> list[Job]:
    """Without doubles, and without children whose parent is there too."""
    once = {(job.seen_from, job.id): job for job in jobs}
    return in_order(job for job in once.values() if not (job.id.child and (job.seen_from, job.id.parent) in once))


def _as_named(selectors: Sequence[JobSelector], jobs: Iterable[Job]) -> list[Job]:
    """In the order of the selectors; a thousand of each cost a thousand looks."""
    places: dict[object, int] = {}
    patterns: list[tuple[str, int]] = []
    for place, selector in enumerate(selectors):
        if selector.name:
            patterns.append((selector.name, place))
        else:
            places.setdefault(selector.id or (selector.job or selector).instance_id, place)

    def place_of(job: Job) -> int:
        known = [places[key] for key in (job.id, job.instance_id) if key in places]
        return min([*known, *(place for name, place in patterns if matches(name, job.name))], default=len(places))

    return sorted(jobs, key=place_of)


def in_order(jobs: Iterable[Job]) -> list[Job]:
    """By ascending id, location after location."""
    return sorted(jobs, key=lambda job: (job.seen_from or 0, job.id))


def by_location(jobs: Iterable[Job]) -> dict[Location, list[Job]]:
    """The jobs of each location: the engine is asked for one at a time."""
    places: dict[Location, list[Job]] = {}
    for job in jobs:
        places.setdefault(job.seen_from, []).append(job)
    return places


def time_limit(name: str, seconds: float | None) -> float | None:
    """How long to wait; None: for ever, as PowerShell's -1 means."""
    if seconds is None or seconds == -1:
        return None
    if seconds < 0:
        raise BindingError(f"-{name} {seconds:g}: the time cannot be negative", hint="-1 waits for ever")
    return seconds


def not_ended(job: Job, waiting: str) -> str:
    """What is said of a job that was not waited for to its end."""
    return f"job {job.id} ({job.name}) has not ended, it is {job.state}: {waiting} -Force waits on"


async def agreed(ctx: Context, jobs: Sequence[Job], action: str) -> list[Job]:
    """The jobs for which -WhatIf and -Confirm let something be done; asked one after the other."""
    return [job for job in jobs if await ctx.should_process(action, f"job {job.id} ({job.name})")]


async def each(
    ctx: Context, jobs: Sequence[Job], act: Callable[[Job], Coroutine[Any, Any, Job | None]]
) -> AsyncIterator[Job]:
    """Do something to all jobs at once and give what came of it in their order; one that fails is an error, the others go on."""
    results = await asyncio.gather(*(act(job) for job in jobs), return_exceptions=True)
    for result in results:
        if isinstance(result, OperationError):
            await ctx.error(result)
        elif isinstance(result, BaseException):
            raise result
        elif result is not None:
            yield result

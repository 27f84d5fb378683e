"""Where child jobs run: which of them Receive-Job's -Location, -ComputerName and -Session mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jobsh.cmdlets import _sessions
from jobsh.command.context import Context
from jobsh.command.selectors import SessionSelector
from jobsh.errors import InvalidState
from jobsh.model.hosts import parse_address
from jobsh.model.job import Job
from jobsh.model.queries import has_wildcard, matches
from jobsh.model.records import ErrorRecord


async def at_places(
    ctx: Context,
    jobs: Sequence[Job],
    locations: Sequence[str],
    computer_names: Sequence[str],
    sessions: Sequence[SessionSelector],
) -> list[Job]:
    """The jobs with those of their children that run at one of the places; all, when no place is named."""
    if locations:
        await _tell_missing(ctx, jobs, locations)
        return _with_leaves(jobs, lambda leaf: any(matches(place, leaf.location) for place in locations))
    if computer_names:
        await _refuse_plain(ctx, jobs, "-ComputerName", "ComputerNameParameterNotSupported")
        return _with_leaves(jobs, lambda leaf: _is_on(leaf, computer_names), is_remote=True)
    if sessions:
        await _refuse_plain(ctx, jobs, "-Session", "RunspaceParameterNotSupported")
        hosts = [session.address.label for session in await _sessions.selected(ctx, sessions)]
        return _with_leaves(jobs, lambda leaf: leaf.location in hosts, is_remote=True)
    return list(jobs)


def _with_leaves(jobs: Sequence[Job], is_meant: Callable[[Job], bool], *, is_remote: bool = False) -> list[Job]:
    kept: list[Job] = []
    for job in jobs:
        children = tuple(child for child in job.children if is_meant(child))
        if children:
            kept.append(job.replace(children=children))
        elif not job.children and (job.id.child or not is_remote) and is_meant(job):
            kept.append(job)
    return kept


def _is_on(leaf: Job, names: Sequence[str]) -> bool:
    return any(name in (leaf.location, parse_address(leaf.location).host) for name in names)


async def _tell_missing(ctx: Context, jobs: Sequence[Job], locations: Sequence[str]) -> None:
    known = list(dict.fromkeys(leaf.location for job in jobs for leaf in job.leaves))
    for place in locations:
        if known and not has_wildcard(place) and not any(matches(place, name) for name in known):
            message, hint = f"none of the jobs runs at '{place}'", f"they run at {', '.join(known)}"
            await ctx.error(ErrorRecord(message, "ObjectNotFound", "JobNotAtLocation", target=place, hint=hint))


async def _refuse_plain(ctx: Context, jobs: Sequence[Job], parameter: str, error_id: str) -> None:
    for job in jobs:
        if not (job.children or job.id.child):
            message = f"{parameter} is for jobs with a child job per host; job {job.id} ({job.name}) has none"
            await ctx.error(InvalidState(message, hint=f"Receive-Job {job.id} gives all it wrote", error_id=error_id))

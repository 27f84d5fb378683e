"""Which jobs a query means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jobsh.model.job import Job
from jobsh.model.queries import JobQuery, is_command, matches


def select(jobs: Iterable[Job], query: JobQuery) -> tuple[Job, ...]:
    """The matching jobs by ascending id. A child stands for itself only where an id, instance id or name selects it and not its
    parent, too; states and commands are the parents' matter."""
    found = [job for parent in jobs for job in _candidates(parent, query) if _all_hold(job, query)]
    return tuple(sorted(found, key=lambda job: job.id))


def _candidates(parent: Job, query: JobQuery) -> Iterator[Job]:
    yield parent
    is_parent_named = _is_named(parent, query)
    for child in parent.children:
        is_named = not is_parent_named and _is_named(child, query)
        if child.id in query.ids or child.instance_id in query.instance_ids or is_named:
            yield child


def _is_named(job: Job, query: JobQuery) -> bool:
    return any(matches(name, job.name) for name in query.names)


def _all_hold(job: Job, query: JobQuery) -> bool:
    return (
        (not query.ids or job.id in query.ids)
        and (not query.instance_ids or job.instance_id in query.instance_ids)
        and (not query.names or any(matches(name, job.name) for name in query.names))
        and (query.state is None or job.state is query.state)
        and (not query.commands or any(is_command(command, job.command) for command in query.commands))
    )

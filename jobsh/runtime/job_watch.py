"""What happens to one job, as it happens: changes of its state, growth of its output. Knows no subscriber."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

from jobsh.errors import OperationError
from jobsh.model.ids import HERE, JobId
from jobsh.model.job import Job
from jobsh.model.job_state import JobState, combine
from jobsh.model.queries import JobQuery
from jobsh.ports.engine import Engine
from jobsh.runtime.values import closing


class Happened(NamedTuple):
    """A job, as it is after something happened to it."""

    job: Job
    state: JobState
    before: JobState
    """The state it was in; the same where it only wrote."""
    grown_by: int
    """Bytes that it wrote."""


async def watch(job: Job, engine: Engine, *, wants_output: bool) -> AsyncIterator[Happened]:
    """What happens from now until it has ended. Where its output is not wanted, a host is asked for the end alone."""
    if job.seen_from is not HERE and not wants_output:
        (ended,) = await engine.wait_jobs(job.seen_from, (job.id,), any_one=False, timeout=None)
        if ended.state is not job.state:
            yield Happened(ended, ended.state, job.state, 0)
        return
    seen = _Seen(job)
    async with closing(engine.follow_jobs(job.seen_from, (job.id,), until_end=True)) as leaves:
        async for leaf in leaves:
            before, grown = seen.state, seen.take(leaf)
            if grown or seen.state is not before:
                yield Happened(await _now(job, engine), seen.state, before, grown)


async def _now(job: Job, engine: Engine) -> Job:
    """The job itself: a parent is more than the child that told."""
    try:
        found = await engine.select_jobs(job.seen_from, JobQuery(ids=(job.id,)))
    except OperationError:
        return job
    return found[0] if found else job


class _Seen:
    """A job as it was last seen."""

    def __init__(self, job: Job) -> None:
        self.state = job.state
        self._is_parent = bool(job.children)
        self._states = {leaf.id: leaf.state for leaf in job.leaves}
        self._sizes: dict[JobId, int] = {leaf.id: _size(leaf) for leaf in job.leaves}

    def take(self, leaf: Job) -> int:
        """How much a leaf grew; the state is what it is now."""
        grown = _size(leaf) - self._sizes.get(leaf.id, 0)
        self._sizes[leaf.id], self._states[leaf.id] = _size(leaf), leaf.state
        state = combine(self._states.values()) if self._is_parent else leaf.state
        if self._is_parent and state is JobState.NOT_STARTED:  # it is under way from the moment it was asked for
            state = JobState.RUNNING
        self.state = state
        return grown


def _size(leaf: Job) -> int:
    return 0 if leaf.output is None else leaf.output.out + leaf.output.err

"""What -WriteEvents writes: an object for each job that has ended or paused, child jobs before their job. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jobsh.command.job_streams import JobStateInfo, state_info
from jobsh.command.values import PropertyBag
from jobsh.model.ids import JobId
from jobsh.model.job import Job
from jobsh.model.job_state import JobState, combine


class StateEvents:
    """The jobs of one call, and what was told of them."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._leaves = {leaf.id: leaf for job in jobs for leaf in job.leaves}
        self._told: dict[JobId, JobState] = {job.id: job.state for job in jobs}
        self._told |= {id: leaf.state for id, leaf in self._leaves.items()}
        self._is_told: set[JobId] = set()

    def of(self, leaf: Job) -> Iterator[PropertyBag]:
        """The events that this snapshot of a leaf is."""
        self._leaves[leaf.id] = leaf
        yield from self._changed(leaf, leaf.state)
        for job in self._jobs:
            ids = {child.id for child in job.children}
            if leaf.id in ids and ids <= self._is_told:
                now = tuple(self._leaves[child.id] for child in job.children)
                state = combine(child.state for child in now)
                yield from self._changed(job.replace(state=state, children=now), state)

    def _changed(self, job: Job, state: JobState) -> Iterator[PropertyBag]:
        before, self._told[job.id] = self._told[job.id], state
        if not state.is_persistent:
            self._is_told.discard(job.id)
        elif job.id not in self._is_told:
            self._is_told.add(job.id)
            yield _event(job, before)


def _event(job: Job, before: JobState) -> PropertyBag:
    states = {"JobStateInfo": state_info(job), "PreviousJobStateInfo": JobStateInfo(before, "")}
    return PropertyBag({"Job": job, **states}, "JobStateEventArgs")

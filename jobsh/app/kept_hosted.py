"""The jobs that a front end runs itself, as it last told of them, so that another engine can list them when theirs goes."""

from __future__ import annotations

from collections.abc import Iterable

from jobsh.model.ids import JobId
from jobsh.model.job import Job
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.messages import HostedChange
from jobsh.ports.engine import Engine


class KeptHosted:
    """What one front end hosts and an engine may lack."""

    def __init__(self) -> None:
        self._kept: dict[JobId, HostedChange] = {}

    def began(self, job: Job) -> None:
        """A job is hosted."""
        for leaf in job.leaves:
            runs = leaf.state is JobState.RUNNING
            self._kept[leaf.id] = HostedChange(leaf.id, JobEvent.START if runs else None)

    def changed(self, changes: Iterable[HostedChange]) -> None:
        """What became of jobs; the engine may not have heard of it yet."""
        for change in changes:
            before = self._kept.get(change.id)
            if before is not None:
                self._kept[change.id] = before.followed_by(change)

    def told(self, changes: Iterable[HostedChange]) -> None:
        """An engine has heard it: what has ended need not be told again."""
        for change in changes:
            if change.event not in (None, JobEvent.START):
                self._kept.pop(change.id, None)

    async def resume(self, engine: Engine) -> None:
        """Tell an engine all of it."""
        if self._kept:
            await engine.reclaim_hosted(tuple(self._kept.values()))

"""What the two kinds of jobs that are in the store, fan-outs and hosted jobs, have in common as LocationJobs."""

from __future__ import annotations

from jobsh.engine.jobs import Jobs
from jobsh.engine.spool_jobs import still_running
from jobsh.errors import InvalidState
from jobsh.model.ids import JobId
from jobsh.model.job import Job


class StoredJobs:
    """Looking at them and waiting for them; how they run is the kinds' own."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs

    async def all(self) -> tuple[Job, ...]:
        """All of them."""
        return tuple(self.jobs.snapshot(JobId(number)) for number in self.jobs.numbers)

    async def some(self, ids: tuple[JobId, ...]) -> tuple[Job, ...]:
        """Those of `ids` that are there; for a child its parent."""
        return tuple(self.jobs.snapshot(id) for id in sorted({id.parent for id in ids if id in self.jobs}))

    async def get(self, id: JobId) -> Job:
        """One job or child job; raises NotFound."""
        return self.jobs.snapshot(id)

    async def wait_finished(self, id: JobId, *, through_pauses: bool = True) -> None:
        """Wait until it ended or (unless `through_pauses`) is suspended or disconnected."""
        await self.jobs.wait_finished(id, through_pauses=through_pauses)

    def must_stop_first(self, id: JobId, *, force: bool) -> bool:
        """Whether a job that is to be removed still runs; raises InvalidState when it cannot be removed."""
        if id.child:
            raise InvalidState(f"job {id} is a child job", hint=f"remove job {id.number}", target=str(id))
        if self.jobs.is_finished(id):
            return False
        if not force:
            raise still_running(id)
        return True

"""The small numbers of jobs that are not in the spool of this machine, from its one counter."""

from __future__ import annotations

from jobsh.engine.jobs import Jobs
from jobsh.model.ids import InstanceId, JobId
from jobsh.ports.spool import HereSpool


class Numbers:
    """Numbers for fan-outs and hosted jobs."""

    def __init__(self, here: HereSpool, *jobs: Jobs) -> None:
        self._here = here
        self._jobs = jobs

    async def take(self, id: InstanceId) -> int:
        """The next number of this machine. A spool that was deleted begins again at 1: what the store has is skipped."""
        while True:
            number = await self._here.reserve_number(id)
            if not any(JobId(number) in jobs for jobs in self._jobs):
                return number

    async def give_back(self, id: InstanceId, number: int) -> None:
        """The job was removed."""
        await self._here.release_number(id, number)

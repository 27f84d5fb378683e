"""One child job stopped on its host: now, or as soon as the host answers. Knows nothing of what stands before its start."""

from __future__ import annotations

import asyncio
import logging

from jobsh.engine.hosts import Host
from jobsh.engine.jobs import Jobs
from jobsh.errors import HostError, HostErrorCause, JobshError
from jobsh.model.ids import JobId
from jobsh.model.job_state import JobEvent, JobState
from jobsh.ports.spool import Stopped

_log = logging.getLogger(__name__)

_PAUSE = 1.0


class Stopping:
    """Stops a child job that is on its host."""

    def __init__(self, id: JobId, jobs: Jobs, host: Host) -> None:
        self._id = id
        self._jobs = jobs
        self._host = host
        self._in_time: asyncio.Task[None] | None = None

    async def request(self) -> None:
        """It is Stopping from now on."""
        state = self._jobs[self._id].state
        if not state.is_finished and state is not JobState.STOPPING:
            await self._jobs.apply(self._id, JobEvent.REQUEST_STOP)

    async def now(self, grace: float, signal: str) -> Stopped:
        """Stop it and wait until it ended. Raises HostError when the host does not answer; then it is stopped when it does."""
        await self.request()
        try:
            stopped = await self._stop(grace, signal)
        except HostError:
            self.in_time(grace, signal)
            raise
        await self._jobs.wait_finished(self._id)
        return stopped

    async def _stop(self, grace: float, signal: str) -> Stopped:
        id = self._jobs[self._id].instance_id
        try:
            return await (await self._host.spool()).stop(id, grace, signal)
        except HostError as error:
            if error.cause is not HostErrorCause.LINK_LOST:
                raise
        # nobody had noticed yet that the link was lost: the host may well answer
        return await (await self._host.spool()).stop(id, grace, signal)

    def in_time(self, grace: float, signal: str) -> None:
        """Stop it when its host answers."""
        if self._in_time is None:
            self._in_time = asyncio.get_running_loop().create_task(self._keep_trying(grace, signal))

    async def _keep_trying(self, grace: float, signal: str) -> None:
        await self.request()
        while not self._jobs[self._id].state.is_finished:
            spool = await self._host.spool_in_time()
            try:
                await spool.stop(self._jobs[self._id].instance_id, grace, signal)
            except JobshError as error:
                _log.info("stopping %s: %s", self._id, error)
                await asyncio.sleep(_PAUSE)
            else:
                return

    def cancel(self) -> None:
        """It ended: nothing is left to try."""
        if self._in_time is not None:
            self._in_time.cancel()

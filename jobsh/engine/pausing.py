"""One child job standing still: held before it starts, stopped while it runs, and what its host says of it. Stops no job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from jobsh.engine.jobs import Jobs
from jobsh.engine.signals import Signal
from jobsh.errors import JobshError
from jobsh.model.ids import JobId
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.messages import Question
from jobsh.ports.engine import Asker
from jobsh.ports.spool import SpoolState


class Pausing:
    """Suspends and resumes a child job. `send` sends a signal to its processes and says how many got it."""

    def __init__(self, id: JobId, jobs: Jobs, send: Callable[[str], Awaitable[int]]) -> None:
        self._id = id
        self._jobs = jobs
        self._send = send
        self._is_held = self._state is JobState.SUSPENDED
        self._released = Signal()

    @property
    def _state(self) -> JobState:
        return self._jobs[self._id].state

    @property
    def _has_begun(self) -> bool:
        return self._jobs[self._id].began is not None

    async def until_released(self) -> None:
        """A job that was suspended before it was started is not."""
        while self._is_held:
            await self._released.wait()

    async def hold(self) -> None:
        """Nothing of it is on its host: it is not to start."""
        self._is_held = True
        if self._state in (JobState.NOT_STARTED, JobState.BLOCKED):
            await self._jobs.apply(self._id, JobEvent.HOLD)

    async def suspend(self) -> int:
        """Let all of its processes stand still; how many."""
        if self._state is JobState.RUNNING:
            await self._jobs.apply(self._id, JobEvent.REQUEST_SUSPEND)
        try:
            processes = await self._send("STOP")
        except JobshError:
            if self._state is JobState.SUSPENDING:
                await self._jobs.apply(self._id, JobEvent.RESUME)
            raise
        if self._state is JobState.SUSPENDING and processes:  # else it has ended, which is about to be told
            await self._jobs.apply(self._id, JobEvent.SUSPEND)
        return processes

    async def resume(self) -> int:
        """Let it go on, or start; how many processes do."""
        self._is_held = False
        self._released.notify()
        if not self._has_begun:
            if self._state is JobState.SUSPENDED:
                await self._jobs.apply(self._id, JobEvent.RELEASE)
            return 0
        processes = await self._send("CONT")
        await self.learn(SpoolState.RUNNING)
        return processes

    async def learn(self, there: SpoolState) -> None:
        """Whether it stands still is what its processes say, not what was stored."""
        if there is SpoolState.SUSPENDED:
            if self._state is JobState.RUNNING:
                await self._jobs.apply(self._id, JobEvent.SUSPEND)
        elif self._state in (JobState.SUSPENDED, JobState.SUSPENDING) and self._has_begun:
            await self._jobs.apply(self._id, JobEvent.RESUME)


class Blocking:
    """An Asker whose questions block a child job until they are answered."""

    def __init__(self, asker: Asker, id: JobId, jobs: Jobs) -> None:
        self._asker = asker
        self._id = id
        self._jobs = jobs

    async def ask(self, question: Question) -> str | None:
        """The answer, or None."""
        if self._jobs[self._id].state is JobState.NOT_STARTED:
            await self._jobs.apply(self._id, JobEvent.BLOCK)
        try:
            return await self._asker.ask(question)
        finally:
            if self._id in self._jobs and self._jobs[self._id].state is JobState.BLOCKED:
                await self._jobs.apply(self._id, JobEvent.UNBLOCK)

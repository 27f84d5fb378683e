"""The store's twin in memory: for tests, and the model of what SQLite has to do. Keeps nothing."""

from __future__ import annotations

from jobsh.errors import StoreError
from jobsh.model.ids import InstanceId
from jobsh.model.job import Outcome
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.messages import HistoryItem
from jobsh.ports.store import StoredJob


class MemoryStore:
    """A Store that forgets when it goes."""

    def __init__(self) -> None:
        self._jobs: dict[InstanceId, StoredJob] = {}
        self._history: list[HistoryItem] = []
        self._newest_session = 0

    async def add(self, jobs: tuple[StoredJob, ...]) -> None:
        """Keep new jobs."""
        taken = {job.id for job in self._jobs.values()}
        if any(job.id in taken or job.instance_id in self._jobs for job in jobs):
            raise StoreError("a job with this id is there already")
        self._jobs.update((job.instance_id, job) for job in jobs)

    async def load(self) -> tuple[StoredJob, ...]:
        """All jobs, by id."""
        return tuple(sorted(self._jobs.values(), key=lambda job: job.id))

    async def move(
        self, instance_id: InstanceId, old: JobState, new: JobState, event: JobEvent, at: float, outcome: Outcome | None
    ) -> bool:
        """Compare-and-set the state; False when the job was not in `old`."""
        job = self._jobs.get(instance_id)
        if job is None or job.state is not old:
            return False
        began = at if event is JobEvent.START and job.began is None else job.began
        ended = at if new.is_finished and job.ended is None else job.ended
        changed = job.replace(state=new, began=began, ended=ended, outcome=outcome or job.outcome)
        self._jobs[instance_id] = changed
        return True

    async def grow(self, instance_id: InstanceId, out: int, err: int, *, is_complete: bool) -> None:
        """Sizes known now; never shrink."""
        if job := self._jobs.get(instance_id):
            self._jobs[instance_id] = job.replace(
                out=max(job.out, out), err=max(job.err, err), is_complete=job.is_complete or is_complete
            )

    async def mark_received(self, marks: tuple[tuple[InstanceId, int, int], ...]) -> None:
        """Totals received; never go back."""
        for id, out, err in marks:
            if job := self._jobs.get(id):
                self._jobs[id] = job.replace(
                    received_out=max(job.received_out, out), received_err=max(job.received_err, err)
                )

    async def forget_request(self, id: InstanceId) -> None:
        """Drop a parent's program and standard input."""
        if job := self._jobs.get(id):
            self._jobs[id] = job.replace(program=None, stdin=None)

    async def remove(self, ids: tuple[InstanceId, ...]) -> None:
        """Forget jobs."""
        for id in ids:
            self._jobs.pop(id, None)

    async def newest_session(self) -> int:
        """The largest number that was given to a session."""
        return self._newest_session

    async def note_session(self, number: int) -> None:
        """A session got this number; never goes back."""
        self._newest_session = max(number, self._newest_session)

    async def add_history(self, text: str, at: float) -> None:
        """Remember a line."""
        self._history.append(HistoryItem(self._history[-1].id + 1 if self._history else 1, at, text))

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""
        return tuple(self._history[-newest:]) if newest > 0 else ()

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines."""
        self._history = [item for item in self._history if item.id not in ids]

    async def aclose(self) -> None:
        """Close."""

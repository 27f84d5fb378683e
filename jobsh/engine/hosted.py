"""Jobs that front ends run as coroutines of their own: listed here, stopped by asking their owner, ended with it. Runs nothing."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Protocol

from jobsh.engine.background import Background
from jobsh.engine.jobs import Jobs
from jobsh.engine.numbers import Numbers
from jobsh.engine.replica import remove_replica
from jobsh.engine.stored_jobs import StoredJobs
from jobsh.errors import InvalidState, JobshError, SpoolError
from jobsh.model.ids import JobId, new_instance_id
from jobsh.model.job import Job, JobKind, Mark, Outcome, OutcomeKind, SignalReport, StopReport
from jobsh.model.job_state import TRANSITIONS, JobEvent, JobState
from jobsh.model.messages import HostedChange, HostJob
from jobsh.model.record_file import whole_size
from jobsh.ports.spool import HereSpool, Stopped
from jobsh.ports.store import StoredJob

_log = logging.getLogger(__name__)

_LOCATION = "jobsh"
_SHELL_ENDED = Outcome(OutcomeKind.STOPPED, None, "its shell ended")
_STOPPED_BEFORE = Outcome(OutcomeKind.STOPPED, None, "stopped before it was started")
_LONGEST_STOP = 10.0
"""Seconds, besides the grace, that an owner has to stop its job: it may itself have been suspended."""
_INTERVAL = 1.0
"""Seconds between two looks whether the owner, whom only the last engine knew, still lives."""


class Owner(Protocol):
    """The front end that runs a job."""

    def ask_to_stop(self, id: JobId) -> None:
        """Somebody wants the job to stop."""


class HostedJobs(StoredJobs):
    """The jobs of front ends: LocationJobs for those numbers that are in `jobs`."""

    def __init__(
        self,
        jobs: Jobs,
        here: HereSpool,
        numbers: Numbers,
        background: Background,
        ended: Callable[[Job], None] = lambda _: None,
    ) -> None:
        super().__init__(jobs)
        self._here = here
        self._numbers = numbers
        self._background = background
        self._ended = ended
        self._owners: dict[int, Owner] = {}
        self._told: set[int] = set()
        """Whose ends were told."""

    # -- what owners tell --

    async def host(self, request: HostJob, owner: Owner) -> Job:
        """List a job that its owner is about to run."""
        id = new_instance_id()
        number = await self._numbers.take(id)
        name = request.name or f"Job{number}"
        parent = _row(JobId(number), request, request.kind, name).replace(instance_id=id)
        children = tuple(
            _row(JobId(number, n), request, JobKind.TASK_CHILD, f"{name}.{n}") for n in range(1, request.children + 1)
        )
        try:
            for job in (parent, *children):
                os.makedirs(self.jobs.directory(job), mode=0o700, exist_ok=True)
        except OSError as error:
            await self._numbers.give_back(id, number)
            raise SpoolError(f"{error.filename}: {error.strerror}", target=str(error.filename)) from error
        if not children:
            parent = _begun(parent) if request.running else parent
        begun = tuple(_begun(child) for child in children[: request.running])
        await self.jobs.add((parent, *begun, *children[request.running :]))
        self._owners[number] = owner
        return self.jobs.snapshot(parent.id)

    async def report(self, changes: Iterable[HostedChange]) -> None:
        """Keep what became of jobs: of all at once, so that they share what the store costs."""
        newest: dict[JobId, HostedChange] = {}
        for change in changes:
            if change.id in self.jobs:
                before = newest.get(change.id)
                newest[change.id] = change if before is None else before.followed_by(change)
        await asyncio.gather(*(self._keep(change) for change in newest.values()))
        for number in {id.number for id in newest}:
            self._tell_of_end(JobId(number))

    def _tell_of_end(self, id: JobId) -> None:
        if id in self.jobs and self.jobs.is_finished(id) and id.number not in self._told:
            self._told.add(id.number)
            self._ended(self.jobs.snapshot(id))

    async def _keep(self, change: HostedChange) -> None:
        self.jobs.grow(change.id, change.size, 0)
        if change.event is not None:
            is_end = change.event is not JobEvent.START
            if is_end and not self.jobs[change.id].state.is_finished:
                await self.jobs.complete(change.id, change.size, 0)
            if change.event in (JobEvent.SUCCEED, JobEvent.FAIL):  # it may be all that is told of it
                await self._move(change.id, JobEvent.START, None)
            await self._move(change.id, change.event, change.outcome)

    async def _move(self, id: JobId, event: JobEvent, outcome: Outcome | None) -> None:
        if id in self.jobs and (self.jobs[id].state, event) in TRANSITIONS:
            await self.jobs.apply(id, event, outcome)

    async def reclaim(self, changes: tuple[HostedChange, ...], owner: Owner) -> None:
        """The owner of jobs whom only the last engine knew is here. What ended for us meanwhile is to end for it, too."""
        for number in {change.id.number for change in changes}:
            if JobId(number) in self.jobs:
                self._owners[number] = owner
        await self.report(changes)
        for change in changes:
            is_over = change.id not in self.jobs or self.jobs[change.id].state in (JobState.STOPPED, JobState.STOPPING)
            if is_over and change.event in (None, JobEvent.START):
                owner.ask_to_stop(change.id)

    async def leave(self, owner: Owner) -> None:
        """An owner is gone, and its jobs with it."""
        for number in [number for number, one in self._owners.items() if one is owner]:
            del self._owners[number]
            await self._end(JobId(number))
            await self._forget_if_told(JobId(number))

    async def _forget_if_told(self, id: JobId) -> None:
        """Nobody misses a job that went well, or an event's action, of whom nothing is left to receive."""
        if id not in self.jobs:
            return
        job = self.jobs.snapshot(id)
        is_over = job.state is JobState.COMPLETED or job.kind is JobKind.EVENT
        if is_over and job.state.is_finished and not job.has_more_data:
            await self.remove(id, force=False)

    async def _end(self, id: JobId) -> None:
        """The owner of a job was killed: what it had written whole counts."""
        if id not in self.jobs:
            return
        running = [leaf for leaf in self.jobs.children(id) if not leaf.state.is_finished]
        await asyncio.gather(*(self._stop_orphans(leaf) for leaf in running if leaf.began is not None))
        await self.report(
            [
                HostedChange(leaf.id, JobEvent.STOP, _SHELL_ENDED, _size(f"{self.jobs.directory(leaf)}/out", leaf.out))
                for leaf in running
            ]
        )

    async def _stop_orphans(self, leaf: StoredJob) -> Stopped:
        """End the programs of this machine that a job left."""
        try:
            return await self._here.stop_orphans(leaf.instance_id)
        except JobshError as error:
            _log.warning("job %s: %s", leaf.id, error)
            return Stopped(0, 0)

    # -- going on after another engine --

    async def load(self, jobs: Iterable[StoredJob]) -> None:
        """Take what the last engine left; what nobody runs any more has ended."""
        self.jobs.load(jobs)
        for number in self.jobs.numbers:
            if not self.jobs.is_finished(JobId(number)):
                self._take_sizes(JobId(number))
                await self._end_without_owner(JobId(number))

    def _take_sizes(self, id: JobId) -> None:
        """Growth is not stored: the files know."""
        for leaf in self.jobs.children(id):
            if not leaf.is_complete:
                self.jobs.grow(leaf.id, _size(f"{self.jobs.directory(leaf)}/out", leaf.out), 0)

    async def _end_without_owner(self, id: JobId) -> None:
        if not _is_owned(self.jobs.directory(self.jobs[id])):
            await self._end(id)
        else:
            self._background.start(self._await_owner(id), f"the owner of job {id}")

    async def _await_owner(self, id: JobId) -> None:
        """It comes when it notices that the last engine is gone, or it ends."""
        while id.number not in self._owners and id in self.jobs and not self.jobs.is_finished(id):
            if not _is_owned(self.jobs.directory(self.jobs[id])):
                await self._end(id)
                return
            await asyncio.sleep(_INTERVAL)

    # -- LocationJobs --

    async def signal(self, id: JobId, name: str) -> SignalReport:
        """It has no processes of its own."""
        what = f"job {id} ({self.jobs[id].name}) runs in a jobsh and takes no signals"
        raise InvalidState(what, hint="Stop-Job ends it", target=str(id))

    async def stop(self, id: JobId, grace: float, signal: str = "") -> StopReport:
        """Let its owner stop it, and wait until it has."""
        running = [leaf for leaf in self.jobs.children(id) if not leaf.state.is_finished]
        if running:
            await self._request_stop(id, running)
            await self._until_stopped(id, grace)
        ended = await asyncio.gather(*(self._stop_orphans(leaf) for leaf in running if leaf.began is not None))
        return StopReport(self.jobs.snapshot(id), sum(one.stopped for one in ended), sum(one.left for one in ended))

    async def _request_stop(self, id: JobId, running: Iterable[StoredJob]) -> None:
        owner = self._owners.get(id.number)
        for leaf in running:
            if leaf.state is not JobState.NOT_STARTED:
                await self._move(leaf.id, JobEvent.REQUEST_STOP, None)
            elif owner is None:  # it hears of it when it comes
                await self.report((HostedChange(leaf.id, JobEvent.STOP, _STOPPED_BEFORE, leaf.out),))
        if owner is not None:
            owner.ask_to_stop(id)

    async def _until_stopped(self, id: JobId, grace: float) -> None:
        try:
            async with asyncio.timeout(grace + _LONGEST_STOP):
                await self.jobs.wait_finished(id)
        except TimeoutError:
            what = f"job {id} was not stopped: the shell that runs it does not answer"
            raise InvalidState(what, hint="it ends with its shell", target=str(id)) from None

    async def remove(self, id: JobId, *, force: bool) -> None:
        """Remove a job, its children and what they wrote."""
        if self.must_stop_first(id, force=force):
            await self.stop(id, 0.0)
        parent = self.jobs[id]
        directories = {self.jobs.directory(job) for job in (parent, *self.jobs.children(id))}
        self._owners.pop(id.number, None)
        self._told.discard(id.number)
        await self.jobs.remove(id)
        for directory in directories:
            await asyncio.to_thread(remove_replica, directory)
        await self._numbers.give_back(parent.instance_id, id.number)

    async def mark_received(self, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""
        await self.jobs.mark_received(marks)

    async def follow(self, id: JobId, *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of what runs something: first as it is now, then (until_end) whenever it grew, until it ended."""
        while True:
            snapshot = self.jobs.snapshot(id)
            yield snapshot
            if not until_end or snapshot.output is None or snapshot.output.is_complete:
                return
            while id in self.jobs and self.jobs.snapshot(id) == snapshot:
                await self.jobs.changed(id).wait()


def _begun(job: StoredJob) -> StoredJob:
    return job.replace(state=JobState.RUNNING, began=job.created)


def _row(id: JobId, request: HostJob, kind: JobKind, name: str) -> StoredJob:
    location = "" if kind is JobKind.EVENT else _LOCATION  # an action runs nowhere until something happens
    return StoredJob(
        id, new_instance_id(), name, kind, JobState.NOT_STARTED, location, request.command, time.time()
    )  # fmt: skip


def _size(path: str, known: int) -> int:
    """Bytes of whole frames."""
    try:
        with open(path, "rb") as file:
            return whole_size(file, known)
    except FileNotFoundError:  # it had written nothing
        return known
    except (OSError, ValueError) as error:
        _log.warning("%s: %s", path, error)
        return known


def _is_owned(directory: str) -> bool:
    """Whether a front end holds the lock."""
    try:
        descriptor = os.open(f"{directory}/owner", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False

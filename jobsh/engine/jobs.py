"""Jobs that are in the store, parents and children, and the only writer of their states. Runs nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Iterable

from jobsh.engine.signals import Signal
from jobsh.errors import NotFound, StoreError
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, Mark, Outcome, Output
from jobsh.model.job_state import JobEvent, JobState, combine, next_state
from jobsh.ports.store import Store, StoredJob

_log = logging.getLogger(__name__)


class Jobs:
    """Fan-outs, or hosted jobs, and their children, in memory and in the store. Jobs of spools are not here: a job is its spool."""

    def __init__(self, store: Store, replicas: str) -> None:
        self._store = store
        self._replicas = replicas
        self._jobs: dict[JobId, StoredJob] = {}
        self._children: dict[int, list[JobId]] = {}
        self._unfinished: dict[int, int] = {}
        """How many children of a parent did not end yet: asked for at each change, also of a thousand hosts."""
        self._directories: dict[JobId, str] = {}
        self._changed: dict[JobId, Signal] = {}

    def load(self, jobs: Iterable[StoredJob]) -> None:
        """Take what the last engine left."""
        self._keep(jobs)

    async def add(self, jobs: tuple[StoredJob, ...]) -> None:
        """Keep a parent and its children, or a job that has none."""
        await self._store.add(jobs)
        self._keep(jobs)

    def _keep(self, jobs: Iterable[StoredJob]) -> None:
        for job in jobs:
            self._jobs[job.id] = job
            children = self._children.setdefault(job.id.number, [])
            if job.id.child:
                children.append(job.id)
                open_before = self._unfinished.get(job.id.number, 0)
                self._unfinished[job.id.number] = open_before + (not job.state.is_finished)

    # -- looking --

    def __contains__(self, id: JobId) -> bool:
        return id in self._jobs

    def __getitem__(self, id: JobId) -> StoredJob:
        try:
            return self._jobs[id]
        except KeyError:
            raise NotFound(f"there is no job {id}", target=str(id)) from None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all jobs."""
        return tuple(sorted(self._children))

    @property
    def instance_ids(self) -> frozenset[InstanceId]:
        """Those of all jobs and children."""
        return frozenset(job.instance_id for job in self._jobs.values())

    def children(self, id: JobId) -> tuple[StoredJob, ...]:
        """The children of a parent; what has none, or is a child, itself."""
        own = [] if id.child else self._children.get(id.number, [])
        return tuple(self[child] for child in own or [id])

    def is_finished(self, id: JobId) -> bool:
        """Whether a job, or all children of a parent, ended."""
        return self[id].state.is_finished if self._is_leaf(id) else not self._unfinished.get(id.number)

    def _is_leaf(self, id: JobId) -> bool:
        """Whether it runs something itself."""
        return bool(id.child) or not self._children.get(id.number)

    def snapshot(self, id: JobId) -> Job:
        """A job as it is now."""
        stored = self[id]
        if self._is_leaf(id):
            return self._snapshot_of_leaf(stored)
        children = tuple(self._snapshot_of_leaf(self._jobs[child]) for child in self._children[id.number])
        began = min((child.began for child in children if child.began is not None), default=None)
        ended = max((child.ended for child in children if child.ended is not None), default=None)
        state = combine(child.state for child in children)
        if state is JobState.NOT_STARTED:  # it is under way from the moment it was asked for, as in PowerShell
            state = JobState.RUNNING
        return Job(
            id,
            stored.instance_id,
            stored.name,
            stored.kind,
            state,
            stored.location,
            stored.command,
            created=stored.created,
            began=began,
            ended=ended if state.is_finished else None,
            children=children,
            hide_computer_name=stored.hide_computer_name,
        )

    def _snapshot_of_leaf(self, stored: StoredJob) -> Job:
        is_complete = stored.is_complete and stored.state.is_finished
        output = Output(
            self.directory(stored), stored.out, stored.err, stored.received_out, stored.received_err, is_complete
        )
        return Job(
            stored.id,
            stored.instance_id,
            stored.name,
            stored.kind,
            stored.state,
            stored.location,
            stored.command,
            stored.outcome,
            created=stored.created,
            began=stored.began,
            ended=stored.ended,
            output=output,
            hide_computer_name=stored.hide_computer_name,
        )

    def directory(self, child: StoredJob) -> str:
        """Where the output of a child is on this machine."""
        return self._directories.get(child.id) or f"{self._replicas}/{child.instance_id}"

    def changed(self, id: JobId) -> Signal:
        """A child's state or size, or the state of a parent's child, changed; or the job was removed."""
        return self._changed.setdefault(id, Signal())

    def _notify(self, id: JobId) -> None:
        if id in self._changed:
            self._changed[id].notify()

    # -- changing --

    def set_directory(self, id: JobId, directory: str) -> None:
        """The output of a child that runs on this machine is in its spool directory."""
        self._directories[id] = directory

    async def apply(self, id: JobId, event: JobEvent, outcome: Outcome | None = None) -> None:
        """Move a job that runs something to its next state; raises InvalidState for a move that the table does not have."""
        job = self[id]
        new = next_state(job.state, event)
        at = time.time()
        began = at if event is JobEvent.START and job.began is None else job.began
        ended = at if new.is_finished and job.ended is None else job.ended
        self._jobs[id] = job.replace(state=new, began=began, ended=ended, outcome=outcome or job.outcome)
        if id.child and new.is_finished and not job.state.is_finished:
            self._unfinished[id.number] -= 1
        await self._stored(self._store.move(job.instance_id, job.state, new, event, at, outcome))
        for changed in dict.fromkeys((id, id.parent)):
            self._notify(changed)
        if event is JobEvent.START:
            await self._forget_request_when_started(id.parent)

    async def _forget_request_when_started(self, parent: JobId) -> None:
        job = self._jobs.get(parent)
        if job is None or job.program is None or any(child.began is None for child in self.children(parent)):
            return
        self._jobs[parent] = job.replace(program=None, stdin=None)
        await self._stored(self._store.forget_request(job.instance_id))

    def grow(self, id: JobId, out: int, err: int) -> None:
        """So many bytes of a child's output are here. Not stored: the files themselves know."""
        job = self._jobs.get(id)
        if job is not None and (out > job.out or err > job.err):
            self._jobs[id] = job.replace(out=max(out, job.out), err=max(err, job.err))
            self._notify(id)

    async def complete(self, id: JobId, out: int, err: int) -> None:
        """All bytes of a child's output are here."""
        job = self._jobs.get(id)
        if job is None:  # removed meanwhile
            return
        self._jobs[id] = job.replace(out=out, err=err, is_complete=True)
        await self._stored(self._store.grow(job.instance_id, out, err, is_complete=True))
        self._notify(id)

    async def _stored(self, writing: Awaitable[object]) -> None:
        """A store that refuses for a while stops no job: the next engine learns from the spool what is not written here."""
        try:
            await writing
        except StoreError:
            _log.exception("a job's state could not be stored")

    async def mark_received(self, marks: Iterable[Mark]) -> None:
        """Keep what was received of children; never goes back."""
        kept: list[tuple[InstanceId, int, int]] = []
        for mark in marks:
            job = self[mark.id]
            out, err = max(mark.out, job.received_out), max(mark.err, job.received_err)
            self._jobs[mark.id] = job.replace(received_out=out, received_err=err)
            kept.append((job.instance_id, out, err))
        await self._store.mark_received(tuple(kept))

    async def remove(self, parent: JobId) -> None:
        """Forget a parent and its children."""
        gone = [self._jobs.pop(id) for id in (parent, *self._children.pop(parent.number, []))]
        self._unfinished.pop(parent.number, None)
        await self._store.remove(tuple(job.instance_id for job in gone))
        for job in gone:
            self._directories.pop(job.id, None)
            self._notify(job.id)
            self._changed.pop(job.id, None)

    async def wait_finished(self, id: JobId, *, through_pauses: bool = True) -> None:
        """Wait until a job ended or (unless `through_pauses`) is suspended or disconnected."""
        while id in self._jobs and not self.is_finished(id):
            if not through_pauses and self.snapshot(id).state.is_persistent:
                return
            await self.changed(id).wait()

    def of_session(self, session: InstanceId) -> tuple[StoredJob, ...]:
        """Children that were started in a session."""
        return tuple(job for job in self._jobs.values() if job.id.child and job.session == session)

    def unfinished(self) -> tuple[StoredJob, ...]:
        """Children, and jobs that have none, that did not end yet."""
        return tuple(job for job in self._jobs.values() if self._is_leaf(job.id) and not job.state.is_finished)

    @property
    def are_followed(self) -> bool:
        """Whether some did not end yet and are not at rest on their hosts."""
        return any(job.state is not JobState.DISCONNECTED for job in self.unfinished())

"""The jobs that live in the spool of one machine, as a location shows them: this machine's own, or a session's host's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from jobsh.engine.follower import Followed
from jobsh.engine.hosts import Host
from jobsh.engine.looks import Looks
from jobsh.engine.replica import remove_replica, replica_sizes
from jobsh.engine.snapshots import job_of, state_of
from jobsh.errors import InvalidState, NotFound
from jobsh.model.ids import HERE, InstanceId, JobId, Location
from jobsh.model.job import Job, Mark, SignalReport, StopReport
from jobsh.ports.spool import SpoolJob, SpoolStart, SpoolState


class SpoolJobs:
    """The jobs of one spool. Nothing about them is kept but copies of their output: a job is its spool."""

    def __init__(
        self, host: Host, seen_from: Location = HERE, is_attached: Callable[[InstanceId], bool] = lambda _: False
    ) -> None:
        self._host = host
        self._seen_from = seen_from
        self._is_attached = is_attached
        self._looks = Looks(host.spool)
        self._ids: dict[int, InstanceId] = {}
        """What was seen of numbers; they are never given again."""

    # -- looking --

    async def all(self) -> tuple[Job, ...]:
        """All jobs that have a number there."""
        return tuple([await self._snapshot(job) for job in await self._listed()])

    async def some(self, ids: tuple[JobId, ...]) -> tuple[Job, ...]:
        """Those of `ids` that are there."""
        return tuple(
            [await self._snapshot(job) for job in await self._found({id.number for id in ids if not id.child})]
        )

    async def get(self, id: JobId) -> Job:
        """One job; raises NotFound."""
        return await self._snapshot(await self._find(id))

    async def last_snapshot(self, over: SpoolJob) -> Job:
        """A job that was followed to its end."""
        return await self._snapshot(over)

    async def _listed(self) -> tuple[SpoolJob, ...]:
        jobs = await (await self._host.spool()).jobs()
        self._ids = {job.number: job.instance_id for job in jobs}
        return jobs

    async def _find(self, id: JobId) -> SpoolJob:
        found = await self._found({id.number}) if not id.child else ()
        if not found:
            raise NotFound(f"there is no job {id}", target=str(id))
        return found[0]

    async def _found(self, numbers: set[int]) -> tuple[SpoolJob, ...]:
        """Looks only at these where their ids are known: a spool may hold thousands."""
        if not numbers <= self._ids.keys():
            return tuple(job for job in await self._listed() if job.number in numbers)
        jobs = await self._looks.look(self._ids[number] for number in sorted(numbers))
        return tuple(job for job in jobs if job.state is not SpoolState.NONE)

    async def _look(self, id: InstanceId) -> SpoolJob:
        (job,) = await self._looks.look((id,))
        return job

    async def _snapshot(self, job: SpoolJob, sizes: tuple[int, int] | None = None) -> Job:
        """As it is there; with `sizes`: as much of it as is here."""
        own = await self._own_directory(job.instance_id)
        directory = own or self._replica_directory(job.instance_id)
        there = (job.out, job.err)
        here = sizes or (there if own is not None else replica_sizes(directory))
        is_attached = self._is_attached(job.instance_id)
        return job_of(
            job,
            directory=directory,
            sizes=sizes or there,
            here=here,
            is_attached=is_attached,
            seen_from=self._seen_from,
        )

    async def _own_directory(self, id: InstanceId) -> str | None:
        return (await self._host.spool()).replica_directory(id) if self._host.is_here else None

    def _replica_directory(self, id: InstanceId) -> str:
        return self._host.followers.replica_directory(id)

    # -- doing --

    async def start(self, start: SpoolStart) -> Job:
        """Start a job; returns when it is durable there."""
        with self._host.in_use():
            job = await (await self._host.spool()).start(start)
            self._ids[job.number] = job.instance_id
            return await self._snapshot(job)

    async def wait_finished(self, id: JobId, *, through_pauses: bool = True) -> None:
        """Wait until it ended or (unless `through_pauses`) is suspended."""
        job = await self._find(id)
        if state_of(job).is_finished or (state_of(job).is_persistent and not through_pauses):
            return
        with (
            self._host.in_use(),
            self._host.followers.awaiting(job.instance_id, await self._own_directory(job.instance_id)) as followed,
        ):
            await until_over(followed, through_pauses=through_pauses)

    async def signal(self, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of it."""
        job = await self._find(id)
        if state_of(job).is_finished:
            raise has_ended(id)
        with self._host.in_use():
            processes = await (await self._host.spool()).signal(job.instance_id, name)
            job = await self._look(job.instance_id)
            self._host.followers.note_pause(job.instance_id, is_suspended=job.state is SpoolState.SUSPENDED)
            return SignalReport(await self._snapshot(job), processes)

    async def stop(self, id: JobId, grace: float, signal: str) -> StopReport:
        """Stop it, and wait until its processes are gone."""
        job = await self._find(id)
        if state_of(job).is_finished:
            return StopReport(await self._snapshot(job), 0, 0)
        with self._host.in_use():
            stopped = await (await self._host.spool()).stop(job.instance_id, grace, signal)
            return StopReport(await self._snapshot(await self._look(job.instance_id)), stopped.stopped, stopped.left)

    async def remove(self, id: JobId, *, force: bool) -> None:
        """Remove it and the copy of its output; a running one only with `force`."""
        job = await self._find(id)
        if not state_of(job).is_finished:
            if not force:
                raise still_running(id)
            await self.stop(id, 0.0, "TERM")
        await (await self._host.spool()).remove(job.instance_id)
        if not self._host.is_here:
            remove_replica(self._replica_directory(job.instance_id))

    async def mark_received(self, marks: tuple[Mark, ...]) -> None:
        """Keep what was received, in the spool: it means the same from wherever one looks."""
        there = {job.number: job.instance_id for job in await self._found({mark.id.number for mark in marks})}
        spool = await self._host.spool()
        for mark in marks:
            if mark.id.number in there:
                await spool.mark_received(there[mark.id.number], mark.out, mark.err)

    # -- following --

    async def follow(self, id: JobId, *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots: first with all that there is now, then (until_end) whenever it grew, until all is here."""
        job = await self._find(id)
        own_directory = await self._own_directory(job.instance_id)
        needs_nothing = own_directory is not None and not until_end
        if needs_nothing or (state_of(job).is_finished and self._is_here(job, own_directory)):
            yield await self._snapshot(job, (job.out, job.err))
            return
        with self._host.in_use(), self._host.followers.following(job.instance_id, own_directory) as followed:
            await until_here(followed, (job.out, job.err))
            while True:
                is_over, sizes, pauses = followed.over is not None, followed.sizes, followed.pauses
                yield await self._snapshot(followed.over or job, sizes)
                if is_over or not until_end:
                    return
                while followed.over is None and followed.sizes == sizes and followed.pauses == pauses:
                    await followed.changed.wait()
                if followed.pauses != pauses:
                    job = await self._look(job.instance_id)

    def _is_here(self, job: SpoolJob, own_directory: str | None) -> bool:
        if own_directory is not None:
            return True
        out, err = replica_sizes(self._replica_directory(job.instance_id))
        return out >= job.out and err >= job.err


def has_ended(id: JobId) -> InvalidState:
    """Why a job cannot be sent a signal."""
    return InvalidState(f"job {id} has ended", target=str(id))


def still_running(id: JobId) -> InvalidState:
    """Why a job cannot be removed."""
    return InvalidState(f"job {id} is still running", hint="stop it first, or use -Force", target=str(id))


async def until_over(followed: Followed, *, through_pauses: bool = True) -> SpoolJob | None:
    """The last word of a followed job; None when it was suspended and the pause counts as its end."""
    while followed.over is None and (through_pauses or not followed.is_suspended):
        await followed.turned.wait()
    return followed.over


async def until_here(followed: Followed, sizes: tuple[int, int]) -> None:
    """Wait until so many bytes are on this machine, the job is over or its host does not answer."""
    while (
        followed.over is None
        and followed.is_linked
        and not (followed.sizes[0] >= sizes[0] and followed.sizes[1] >= sizes[1])
    ):
        await followed.changed.wait()

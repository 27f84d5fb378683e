"""The jobs that this front end runs as coroutines of its own: told to the engine, so that every terminal has them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from jobsh.errors import EngineLost, JobshError, OperationError
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind, Outcome, OutcomeKind
from jobsh.model.job_state import JobEvent
from jobsh.model.messages import HostedChange, HostJob
from jobsh.ports.engine import Engine

if TYPE_CHECKING:
    from jobsh.model.records import StreamRecord
    from jobsh.runtime.events import Events
    from jobsh.runtime.hosted_run import Body, Prepare
    from jobsh.runtime.outside import Outside
    from jobsh.runtime.turns import Places

THROTTLE_LIMIT = 5
_SHELL_ENDED = Outcome(OutcomeKind.STOPPED, None, "its shell ended")
_PAUSE = 0.5
"""Seconds after an engine went before this front end looks for the next one: who stopped it may be about to start one."""
_LONGEST_END = 5.0
"""Seconds that jobs have to end when their shell does."""


class Run(Protocol):
    """Something of a hosted job that runs."""

    id: JobId
    instance_id: InstanceId
    objects: dict[int, object]
    is_over: bool

    def stop(self, outcome: Outcome = ...) -> None:
        """End it."""

    async def wait(self) -> None:
        """Wait until it is over."""


class Hosted:
    """A job of ours, until all that runs of it is over. The lock on its file says that we run it."""

    def __init__(self, job: Job) -> None:
        from jobsh.runtime.record_writer import take_ownership

        self.job = job
        self.runs: list[Run] = []
        self.release: Callable[[], Awaitable[None]] | None = None
        directory = job.leaves[0].output.directory if job.leaves[0].output is not None else ""
        self._lock = take_ownership(f"{os.path.dirname(directory)}/{job.instance_id}")

    @property
    def is_over(self) -> bool:
        """Whether nothing of it runs."""
        return all(run.is_over for run in self.runs)

    def stop(self, id: JobId, outcome: Outcome | None = None) -> None:
        """End it, or the child that is meant."""
        for run in self.runs:
            if id in (run.id, run.id.parent):
                run.stop(outcome) if outcome is not None else run.stop()

    def disown(self) -> None:
        """We run nothing of it any more."""
        os.close(self._lock)


class Hosting:
    """What this front end runs beside its texts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._places: Places | None = None
        self._events: Events | None = None
        self._jobs: dict[JobId, Hosted] = {}
        self._runs: dict[InstanceId, Run] = {}
        """Also of jobs that are over: their objects may be asked for."""
        self._news = _News(engine)
        self._listening: asyncio.Task[None] | None = None
        self._finishing: set[asyncio.Task[None]] = set()
        self.show_aside: Callable[[StreamRecord], Awaitable[None]] | None = None
        """Shows a message while a line is typed."""

    @property
    def places(self) -> Places:
        """Of all thread jobs of this front end."""
        if self._places is None:
            from jobsh.runtime.turns import Places

            self._places = Places(THROTTLE_LIMIT)
        return self._places

    async def start(
        self,
        kind: JobKind,
        command: str,
        name: str,
        work: Sequence[tuple[Prepare, Body]],
        places: Places,
        release: Callable[[], Awaitable[None]],
    ) -> Job:
        """Host a job for pieces of code: a child for each; a thread job runs its only one itself. `release` lets go of what
        they needed."""
        from jobsh.runtime.hosted_run import HostedRun

        taken = [place for _ in work if (place := places.take_now()) is not None]
        children = len(work) if kind is JobKind.TASK else 0
        try:
            hosted = await self.host(HostJob(kind, command, name, children, len(taken)))
        except BaseException:
            for place in taken:
                place.give_back()
            await release()
            raise
        hosted.release = release
        for leaf, (prepare, body) in zip(hosted.job.leaves, work, strict=False):
            run = HostedRun(leaf, prepare, body, places, self.changed)
            self.add(hosted, run)
            run.begin(taken.pop(0) if taken else None, lambda: self.ended(hosted))
        if not work:
            self.changed(HostedChange(hosted.job.id, JobEvent.SUCCEED, Outcome.exited(0)))
            self.ended(hosted)
        return hosted.job

    async def host(self, request: HostJob) -> Hosted:
        """Have a job listed that we are about to run."""
        job = await self._engine.host_job(request)
        try:
            hosted = self._jobs[job.id] = Hosted(job)
        except OSError as error:
            reason = f"it could not be run: {error.strerror}"
            failed = Outcome(OutcomeKind.NOT_STARTED, None, reason)
            for leaf in job.leaves:
                self.changed(HostedChange(leaf.id, JobEvent.FAIL, failed))
            raise OperationError(f"job {job.id}: {reason}", target=str(error.filename)) from error
        if self._listening is None or self._listening.done():
            self._listening = asyncio.get_running_loop().create_task(self._heed_stops())
        return hosted

    def add(self, hosted: Hosted, run: Run) -> None:
        """Something runs for a job."""
        hosted.runs.append(run)
        self._runs[run.instance_id] = run

    def changed(self, change: HostedChange) -> None:
        """Something became of what runs."""
        self._news.add(change)

    def ended(self, hosted: Hosted) -> None:
        """Something of a job is over."""
        if hosted.is_over:
            finishing = asyncio.get_running_loop().create_task(self._finish(hosted))
            self._finishing.add(finishing)
            finishing.add_done_callback(self._finishing.discard)

    async def _finish(self, hosted: Hosted) -> None:
        """An engine must know how it ended before the lock says that nobody runs it."""
        await self._news.told()
        if self._jobs.pop(hosted.job.id, None) is not None:
            hosted.disown()
            if hosted.release is not None:
                await hosted.release()

    @property
    def running(self) -> tuple[Job, ...]:
        """The jobs that end with this front end. Actions of events only wait."""
        jobs = (self._jobs[id] for id in sorted(self._jobs))
        return tuple(one.job for one in jobs if not one.is_over and one.job.kind is not JobKind.EVENT)

    @property
    def events(self) -> Events:
        """What was subscribed to in this front end."""
        if self._events is None:
            from jobsh.runtime.events import Events

            self._events = Events(self._engine, self._news.told)
        return self._events

    def object_at(self, job: InstanceId, offset: int, copy: object) -> object:
        """What a job of ours wrote, itself; `copy` where it is not kept."""
        run = self._runs.get(job)
        return copy if run is None else run.objects.get(offset, copy)

    def received(self, job: InstanceId, offset: int) -> None:
        """What a job of ours wrote before `offset` was received: nobody will ask for it again."""
        run = self._runs.get(job)
        if run is None:
            return
        for at in [at for at in run.objects if at < offset]:
            del run.objects[at]
        if run.is_over and not run.objects:
            del self._runs[job]

    async def say(self, record: StreamRecord, outside: Outside) -> None:
        """Show a message of something that runs beside."""
        await (self.show_aside or outside.stream)(record)

    # -- stopping --

    async def _heed_stops(self) -> None:
        """Somebody may want to stop our jobs; an engine that goes is followed by another. Heard of as long as there is an engine,
        also between jobs: one that is about to be cancelled could take the stop of the next job with it."""
        while self._jobs:
            try:
                async for id in self._engine.hosted_stops():
                    if (hosted := self._jobs.get(id.parent)) is not None:
                        hosted.stop(id)
            except EngineLost:
                await asyncio.sleep(_PAUSE)
            except JobshError:  # an older engine; it hosts nothing
                return

    async def aclose(self) -> None:
        """The front end leaves, and its jobs end."""
        if self._events is not None:
            await self._events.aclose()
        runs = [run for hosted in self._jobs.values() for run in hosted.runs if not run.is_over]
        for hosted in list(self._jobs.values()):
            hosted.stop(hosted.job.id, _SHELL_ENDED)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_END):
                await asyncio.gather(*(run.wait() for run in runs))
                while self._finishing:
                    await asyncio.wait(self._finishing)
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
        await self._news.aclose()


class _News:
    """Tells the engine what became of jobs: one call at a time, and in it all that happened since the last."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changes: dict[JobId, HostedChange] = {}
        self._telling: asyncio.Task[None] | None = None

    def add(self, change: HostedChange) -> None:
        """Tell of a change soon."""
        before = self._changes.get(change.id)
        self._changes[change.id] = change if before is None else before.followed_by(change)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        while self._changes:
            changes, self._changes = tuple(self._changes.values()), {}
            with suppress(JobshError):  # the next engine is told all of it
                await self._engine.report_hosted(changes)

    async def told(self) -> None:
        """Wait until all was told."""
        while self._telling is not None and not self._telling.done():
            await asyncio.wait({self._telling})

    async def aclose(self) -> None:
        """Tell no more."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait({self._telling})

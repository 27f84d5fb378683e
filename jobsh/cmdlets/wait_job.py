"""Wait-Job, and wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import by_location, named, not_ended, selected, time_limit
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Duration
from jobsh.errors import ExitStatus, OperationError
from jobsh.model.ids import Location
from jobsh.model.job import Job
from jobsh.model.records import Stream


class WaitJob(Cmdlet):
    """Wait until jobs have ended, and show them.

    A job that is suspended or disconnected will not end by itself: it is shown with a warning, as if it had; with -Force
    Wait-Job waits on. When the time of -Timeout runs out, the jobs that have ended are shown, the others go on, and the exit
    status is 124. The shared name wait, without a selector, waits for all running jobs and shows nothing but those.
    """

    job: by.ManyJobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None
    any: Annotated[bool, Param("Wait until one of the jobs has ended, and show that one.")] = False
    timeout: Annotated[
        Duration | None,
        Param("Wait this long at most; 0 looks and does not wait, -1 waits for ever.", aliases=("TimeoutSec",)),
    ] = None
    force: Annotated[bool, Param("Wait on for jobs that are suspended or disconnected.")] = False

    output_types = (Job,)
    examples = (
        Example("Start-Job { sleep 1 } | Wait-Job", "Start a job and wait for its end."),
        Example(
            "Wait-Job -Name build -Timeout 15m",
            "Wait a quarter of an hour at most.",
            setup="Start-Job -Name build { ls }",
        ),
        Example("Get-Job | Wait-Job -Any", "Wait for the first job that ends.", setup="Start-Job { sleep 1 }"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        limit = time_limit("Timeout", self.timeout)
        jobs = await self._jobs(ctx)
        async with ctx.waiting():
            seen = await self._wait(ctx, jobs, limit)
        done = [job for job in _in_order_of(jobs, seen) if self._is_done(job)]
        if len(done) < (min(1, len(jobs)) if self.any else len(jobs)):
            ctx.ends_with(ExitStatus.TIME_OUT)
        for job in done[:1] if self.any else done:
            if not job.state.is_finished:
                await ctx.write(Stream.WARNING, not_ended(job, "Wait-Job"))
            yield job

    async def _jobs(self, ctx: Context) -> list[Job]:
        chosen = by.chosen(self)
        if ctx.invoked_as.lower() == "wait" and not ctx.has_input and not chosen:
            return [job for job in await selected(ctx, chosen) if not job.state.is_finished]
        return await named(ctx, chosen)

    def _is_done(self, job: Job) -> bool:
        return job.state.is_finished or (job.state.is_persistent and not self.force)

    async def _wait(self, ctx: Context, jobs: Sequence[Job], limit: float | None) -> list[Job]:
        """The jobs as they are when enough has ended, all locations at once."""
        waits = {asyncio.create_task(self._wait_at(ctx, place, own, limit)) for place, own in by_location(jobs).items()}
        seen: list[Job] = []
        try:
            while waits and not (self.any and any(map(self._is_done, seen))):
                done, waits = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                seen += [job for wait in done for job in wait.result()]
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        return seen

    async def _wait_at(
        self, ctx: Context, place: Location, jobs: Sequence[Job], limit: float | None
    ) -> tuple[Job, ...]:
        ids = tuple(job.id for job in jobs)
        try:
            return await ctx.engine.wait_jobs(place, ids, any_one=self.any, timeout=limit, through_pauses=self.force)
        except OperationError as error:
            await ctx.error(error)
            return ()


def _in_order_of(jobs: Sequence[Job], seen: Sequence[Job]) -> list[Job]:
    """What was seen, in the order in which it was asked for."""
    newest = {job.instance_id: job for job in seen}
    return [newest[job.instance_id] for job in jobs if job.instance_id in newest]

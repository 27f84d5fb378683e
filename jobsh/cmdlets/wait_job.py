"""Wait-Job, and wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import by_location, in_order, named, selected
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Duration
from jobsh.errors import ExitStatus, OperationError
from jobsh.model.ids import Location
from jobsh.model.job import Job


class WaitJob(Cmdlet):
    """Wait until jobs have ended, and show them.

    When the time of -Timeout runs out, the jobs that have ended are shown, the others go on, and the exit status is 124.
    The shared name wait, without a selector, waits for all jobs.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    any: Annotated[bool, Param("Wait until one of the jobs has ended, and show that one.")] = False
    timeout: Annotated[
        Duration | None, Param("Wait this long at most; 0 looks and does not wait.", aliases=("TimeoutSec",))
    ] = None

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
        chosen = by.selectors(self.job, self.id, self.name, self.instance_id)
        means_all = ctx.invoked_as.lower() == "wait" and not ctx.has_input
        jobs = await (selected if means_all else named)(ctx, chosen, state=self.state)
        async with ctx.waiting():
            ended = [job for job in await self._wait(ctx, jobs) if job.state.is_finished]
        if len(ended) < (min(1, len(jobs)) if self.any else len(jobs)):
            ctx.ends_with(ExitStatus.TIME_OUT)
        for job in ended[:1] if self.any else ended:
            yield job

    async def _wait(self, ctx: Context, jobs: Sequence[Job]) -> list[Job]:
        """The jobs as they are when enough has ended, all locations at once."""
        waits = {asyncio.create_task(self._wait_at(ctx, place, own)) for place, own in by_location(jobs).items()}
        seen: list[Job] = []
        try:
            while waits and not (self.any and any(job.state.is_finished for job in seen)):
                done, waits = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                seen += [job for wait in done for job in wait.result()]
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        return in_order(seen)

    async def _wait_at(self, ctx: Context, place: Location, jobs: Sequence[Job]) -> tuple[Job, ...]:
        timeout = self.timeout if self.timeout is not None and self.timeout >= 0 else None
        ids = tuple(job.id for job in jobs)
        try:
            return await ctx.engine.wait_jobs(place, ids, any_one=self.any, timeout=timeout)
        except OperationError as error:
            await ctx.error(error)
            return ()

"""Receive-Job, and fg."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import by_location, each, named
from jobsh.cmdlets._receiving import Receiver
from jobsh.cmdlets._records import Given
from jobsh.cmdlets._sources import merged, one_after_the_other
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import BindingError
from jobsh.model.job import Job
from jobsh.model.queries import JobQuery


class ReceiveJob(Cmdlet):
    """Give what jobs wrote since it was received last: standard output as output, standard error as errors.

    Jobs of jobsh code give objects, warnings and messages as well, each on its stream and all in the order in which they were
    written.

    Only what the next stage really took counts as received: what `| Select-Object -First 1` leaves is given the next time.
    Why a job failed is told each time. The shared names fg and %1 are Receive-Job -Wait; fg alone means the newest job.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    keep: Annotated[bool, Param("Leave everything to be received again.")] = False
    wait: Annotated[bool, Param("Go on until the jobs have ended, and give what comes as it comes.")] = False
    auto_remove_job: Annotated[bool, Param("With -Wait: remove the jobs afterwards.")] = False

    output_types = (str,)
    examples = (
        Example("Receive-Job 1 -Keep", "Look at what job 1 wrote so far.", setup="Start-Job { echo hi }"),
        Example(
            "Start-Job { seq 3 } | Receive-Job -Wait -AutoRemoveJob", "Run a job, print what it writes and forget it."
        ),
        Example(
            "Receive-Job -Name build > build.log",
            "Write the bytes to a file, untouched.",
            setup="Start-Job -Name build { ls }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        is_fg = ctx.invoked_as.lower() == "fg" or ctx.invoked_as.startswith("%")
        waits = self.wait or is_fg
        self._check(waits)
        chosen = by.selectors(self.job, self.id, self.name, self.instance_id)
        jobs = await (_newest(ctx) if is_fg and not (chosen or ctx.has_input) else named(ctx, chosen))
        receivers = [Receiver(ctx, place, own) for place, own in by_location(jobs).items()]
        try:
            sources = [receiver.receive(until_end=waits) for receiver in receivers]
            async with aclosing(merged(sources) if waits else one_after_the_other(sources)) as items:
                async for item in items:
                    if isinstance(item, Given):
                        item.take()
                        yield item.value
                    else:
                        yield item
            if self.auto_remove_job:
                await self._remove(ctx, jobs)
        finally:
            if not self.keep:  # marks of what is gone are not kept: one look for all instead of a file each
                for receiver in receivers:
                    await receiver.keep_marks()

    def _check(self, waits: bool) -> None:
        if self.auto_remove_job and not waits:
            raise BindingError("-AutoRemoveJob needs -Wait", hint="only a job that has ended can be removed")
        if self.auto_remove_job and self.keep:
            raise BindingError("-AutoRemoveJob and -Keep exclude each other")

    async def _remove(self, ctx: Context, jobs: Sequence[Job]) -> None:
        async def remove(job: Job) -> None:
            await ctx.engine.remove_job(job.seen_from, job.id, force=False)

        async for _ in each(ctx, [job for job in jobs if not job.id.child], remove):
            pass


async def _newest(ctx: Context) -> list[Job]:
    """The job that fg means: the newest that runs, else the newest."""
    jobs = await ctx.engine.select_jobs(ctx.location, JobQuery())
    return list(([job for job in jobs if not job.state.is_finished] or list(jobs))[-1:])

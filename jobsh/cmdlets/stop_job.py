"""Stop-Job, and kill %n."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import agreed, each, named
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.job import Job
from jobsh.model.records import ErrorRecord

_GRACE = 3.0
"""Seconds between TERM and KILL."""


class StopJob(Cmdlet):
    """Stop running jobs and wait until their processes are gone, here or on their hosts.

    All processes of a job get TERM and, when they are still there after 3 seconds, KILL; children that left the process group
    are found, too. Jobs that have ended are left alone. What a job wrote before can still be received.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    pass_thru: Annotated[bool, Param("Write each job to the pipeline.")] = False

    changes_something = True
    output_types = (Job,)
    examples = (
        Example("Stop-Job 1", "Stop job 1.", setup="Start-Job { sleep 60 }"),
        Example(
            "Get-Job -State Running | Stop-Job -PassThru",
            "Stop every running job and list them.",
            setup="Start-Job { sleep 60 }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        chosen = by.selectors(self.job, self.id, self.name, self.instance_id)
        jobs = await named(ctx, chosen, state=self.state)

        running = [job for job in jobs if not job.state.is_finished]
        to_stop = {job.instance_id for job in await agreed(ctx, running, "Stop-Job")}

        async def stop(job: Job) -> Job:
            if job.instance_id not in to_stop:
                return job
            report = await ctx.engine.stop_job(job.seen_from, job.id, _GRACE)
            if report.left:
                await ctx.error(_not_stopped(report.job, report.left))
            return report.job

        async for job in each(ctx, jobs, stop):
            if self.pass_thru:
                yield job


def _not_stopped(job: Job, left: int) -> ErrorRecord:
    what = f"job {job.id} ({job.name}): {left} of its processes could not be stopped"
    return ErrorRecord(what, "OperationStopped", "StopJobLeftProcesses", target=job, host=job.location)

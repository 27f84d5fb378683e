"""Stop-Job, and kill %n."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import agreed, each, named
from jobsh.cmdlets._signals import NO_SIGNAL, Signal, sent
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Duration
from jobsh.errors import BindingError
from jobsh.model.job import Job, StopReport
from jobsh.model.records import ErrorRecord, Stream

_STOPS_NOTHING = {
    NO_SIGNAL: "Get-Job -State Running",
    "STOP": "Suspend-Job",
    "TSTP": "Suspend-Job",
    "CONT": "Resume-Job",
}


class StopJob(Cmdlet):
    """Stop running jobs and wait until their processes are gone, here or on their hosts.

    All processes of a job get TERM and, when they are still there after the time of -Grace, KILL; children that left the process
    group are found, too, and a suspended job goes on to end. Jobs that have ended are left alone. What a job wrote before can
    still be received. At the prompt, and with -Verbose, it says how many processes were stopped.

    The shared name kill sends a signal, as in other shells: `kill %1` and `kill -9 %1` stop a job, `kill -INT %1` and
    `kill -USR1 %1` send it the signal and wait for nothing, `kill -STOP %1` suspends it.
    """

    job: by.ManyJobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None
    pass_thru: Annotated[bool, Param("Write each job to the pipeline, those that had ended, too.")] = False
    grace: Annotated[Duration, Param("How long the processes have to end by themselves before they get KILL.")] = 3.0
    signal: Annotated[Signal, Param("Ask the processes to end with this signal.")] = "TERM"

    changes_something = True
    output_types = (Job,)
    gives = "Nothing; with -PassThru the Job objects."
    examples = (
        Example("Stop-Job 1", "Stop job 1.", setup="Start-Job { sleep 60 }"),
        Example(
            "Get-Job -State Running | Stop-Job -PassThru",
            "Stop every running job and list them.",
            setup="Start-Job { sleep 60 }",
        ),
        Example(
            "Stop-Job -Name server -Signal INT -Grace 1m",
            "Ask as Ctrl-C does, and leave a minute for it.",
            setup="Start-Job -Name server { sleep 60 }",
        ),
        Example("kill -9 %1", "Stop job 1 at once.", setup="Start-Job { sleep 60 }"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        jobs = await named(ctx, by.chosen(self))
        if ctx.invoked_as.lower() == "kill" and self.signal not in ("TERM", "KILL"):
            async for _ in sent(ctx, jobs, self.signal, "Stop-Job"):
                pass
            return
        if self.signal in _STOPS_NOTHING:
            hint = f"{_STOPS_NOTHING[self.signal]} does that"
            raise BindingError(f"-Signal {self.signal} ends no process", hint=hint)
        if self.grace < 0:
            raise BindingError(f"-Grace {self.grace:g}: the time cannot be negative", hint="0 gives no time at all")
        running = [job for job in jobs if not job.state.is_finished]
        to_stop = {job.instance_id for job in await agreed(ctx, running, "Stop-Job")}

        async def stop(job: Job) -> Job:
            if job.instance_id not in to_stop:
                return job
            report = await ctx.engine.stop_job(job.seen_from, job.id, self.grace, self.signal)
            await _tell(ctx, report)
            return report.job

        async for job in each(ctx, jobs, stop):
            if self.pass_thru:
                yield job


async def _tell(ctx: Context, report: StopReport) -> None:
    job, all_of_them = report.job, report.stopped + report.left
    what = f"job {job.id} ({job.name})"
    if report.left:
        message = f"{what}: {report.left} of its processes could not be stopped"
        await ctx.error(ErrorRecord(message, "OperationStopped", "StopJobLeftProcesses", target=job, host=job.location))
    text = f"{what}: stopped {report.stopped} of {all_of_them}, {report.left} processes left"
    await ctx.write(Stream.INFORMATION if ctx.is_interactive else Stream.VERBOSE, text)

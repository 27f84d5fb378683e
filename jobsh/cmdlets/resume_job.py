"""Resume-Job, and bg."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import named, selected
from jobsh.cmdlets._signals import sent
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.records import Stream


class ResumeJob(Cmdlet):
    """Let suspended jobs go on, here or on their hosts.

    All processes of a job get the signal CONT. A job that runs already is left as it is. The shared name bg, without a selector,
    means the newest suspended job.
    """

    job: by.ManyJobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None
    wait: Annotated[bool, Param("For scripts that have it: Resume-Job always returns when the processes go on.")] = (
        False
    )

    changes_something = True
    output_types = (Job,)
    examples = (
        Example("Resume-Job 1", "Let job 1 go on.", setup="Start-Job { sleep 60 } | Suspend-Job"),
        Example("bg %1", "The same, as in other shells.", setup="Start-Job { sleep 60 } | Suspend-Job"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        is_bg = ctx.invoked_as.lower() == "bg"
        chosen = by.chosen(self)
        if is_bg and not (chosen or ctx.has_input):
            jobs = (await selected(ctx, by.Chosen(state=JobState.SUSPENDED)))[-1:]
        else:
            jobs = await named(ctx, chosen)
        if is_bg and not any(job.state is JobState.SUSPENDED for job in jobs):
            await ctx.write(Stream.INFORMATION, "no job is suspended here: jobs run in the background already")
        async for job in sent(ctx, jobs, "CONT", "Resume-Job"):
            yield job

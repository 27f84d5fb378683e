"""Get-Job, and what the shell says to a job that runs in the background already."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import selected
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.job import Job
from jobsh.model.records import Stream

_NOTES = {
    "bg": "jobs run in the background already",
    "disown": "jobs outlive this shell already; only those started with -Attached end with it",
}


class GetJob(Cmdlet):
    """Show jobs: those of this machine or, in an entered session, of that host, by ascending id.

    Without selectors all jobs are shown. The shared names bg and disown show the jobs and say that nothing needs to be done.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    include_child_job: Annotated[bool, Param("Show the child jobs, too: one per host.")] = False

    output_types = (Job,)
    examples = (
        Example("Get-Job", "Show all jobs."),
        Example("Get-Job -State Failed", "Show the jobs that failed.", setup="Start-Job { exit 3 } | Wait-Job"),
        Example("Get-Job build* -IncludeChildJob", "Show the jobs of that name with their child jobs."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        if note := _NOTES.get(ctx.invoked_as.lower()):
            await ctx.write(Stream.INFORMATION, note)
        chosen = by.selectors(self.job, self.id, self.name, self.instance_id)
        if ctx.has_input and not chosen:
            return
        for job in await selected(ctx, chosen, state=self.state, commands=self.command):
            yield job
            if self.include_child_job:
                for child in job.children:
                    yield child

"""Get-Job, and what the shell says to a job that it is to let go of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Annotated, cast

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import in_order, selected
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Date
from jobsh.errors import BindingError
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.records import Stream

if TYPE_CHECKING:
    from datetime import datetime

_DISOWN = "jobs outlive this shell already; only those started with -Attached end with it"


class GetJob(Cmdlet):
    """Show jobs: those of this machine or, in an entered session, of that host, by ascending id.

    Without selectors all jobs are shown. -State, -Command, -Filter, -HasMoreData, -Before, -After and -Newest narrow what was
    selected, in this order, after the child jobs were added. The shared name disown shows the jobs and says that nothing needs
    to be done.
    """

    job: by.ManyJobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None
    include_child_job: Annotated[
        bool, Param("Show the child jobs, too: one per host.", aliases=("IncludeChildJobs",))
    ] = False
    child_job_state: Annotated[
        JobState | None, Param("Show the child jobs that are in this state, too; their jobs stay.")
    ] = None
    has_more_data: Annotated[
        bool | None,
        Param("Only jobs that wrote something that was not received yet ($true), or that did not ($false)."),
    ] = None
    before: Annotated[Date, Param("Only jobs that ended before this time.")] = None
    after: Annotated[Date, Param("Only jobs that ended after this time.")] = None
    newest: Annotated[int | None, Param("Only so many jobs, those that ended last; jobs that run come last.")] = None

    output_types = (Job,)
    examples = (
        Example("Get-Job", "Show all jobs."),
        Example("Get-Job -State Failed", "Show the jobs that failed.", setup="Start-Job { exit 3 } | Wait-Job"),
        Example("Get-Job build* -IncludeChildJob", "Show the jobs of that name with their child jobs."),
        Example("Get-Job -Filter @{ExitCode=3}", "Show the jobs that ended with this exit status."),
        Example(
            "Get-Job -Newest 5 -After (Get-Date).AddHours(-1)", "Show what ended within the last hour, five at most."
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        if ctx.invoked_as.lower() == "disown":
            await ctx.write(Stream.INFORMATION, _DISOWN)
        if self.newest is not None and self.newest < 0:
            raise BindingError(f"-Newest {self.newest}: the number cannot be negative")
        chosen = by.chosen(self)
        if ctx.has_input and not chosen:
            return
        for job in self._narrowed(self._with_children(await selected(ctx, chosen))):
            yield job

    def _with_children(self, jobs: Iterable[Job]) -> Iterable[Job]:
        for job in jobs:
            yield job
            for child in job.children:
                if child.state is self.child_job_state or (self.include_child_job and self.child_job_state is None):
                    yield child

    def _narrowed(self, jobs: Iterable[Job]) -> list[Job]:
        after, before = _seconds(self.after), _seconds(self.before)
        left = [
            job
            for job in jobs
            if (self.has_more_data is None or job.has_more_data is self.has_more_data)
            and (after is None or (job.ended is not None and job.ended > after))
            and (before is None or (job.ended is not None and job.ended < before))
        ]
        if self.newest is not None:
            left = sorted(left, key=lambda job: -(job.ended or 0.0))[: self.newest]
        return in_order(left)


def _seconds(at: object) -> float | None:
    return None if at is None else cast("datetime", at).timestamp()

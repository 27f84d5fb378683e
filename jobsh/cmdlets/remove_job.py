"""Remove-Job."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import agreed, each, named
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import InvalidState
from jobsh.model.job import Job
from jobsh.model.queries import matches


class RemoveJob(Cmdlet):
    """Forget jobs that have ended, with everything they wrote, here and on their hosts.

    A job that has not ended is refused without -Force, however it was named; the others are removed. Child jobs go with their
    job.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None
    force: Annotated[bool, Param("Stop jobs that run, then remove them.", aliases=("F",))] = False

    changes_something = True
    gives = "Nothing."
    examples = (
        Example("Remove-Job 1", "Remove job 1.", setup="Start-Job { ls } | Wait-Job"),
        Example(
            "Get-Job -State Completed | Remove-Job",
            "Remove all jobs that ended well.",
            setup="Start-Job { ls } | Wait-Job",
        ),
        Example("Remove-Job * -Force", "Stop and remove all jobs.", setup="Start-Job { sleep 60 }"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        chosen = by.chosen(self)
        jobs = [job for job in await named(ctx, chosen) if not (job.id.child and _is_by_pattern(job, chosen))]

        async def remove(job: Job) -> None:
            self._check(job)
            await ctx.engine.remove_job(job.seen_from, job.id, force=self.force)

        async for removed in each(ctx, await agreed(ctx, jobs, "Remove-Job"), remove):
            yield removed

    def _check(self, job: Job) -> None:
        what = f"job {job.id} ({job.name})"
        if job.id.child:
            hint = f"Remove-Job {job.id.parent} removes it with its job"
            raise InvalidState(
                f"{what} is a child job and cannot be removed alone", hint=hint, error_id="CannotRemoveJob"
            )
        if not (self.force or job.state.is_finished):
            raise InvalidState(
                f"{what} has not ended: it is {job.state}",
                hint=f"stop it (Stop-Job {job.id}), wait for it (Wait-Job {job.id}), or use -Force",
                error_id="JobObjectNotFinishedCannotBeRemoved",
            )


def _is_by_pattern(child: Job, chosen: by.Chosen) -> bool:
    """Whether nothing but a pattern names it: patterns mean jobs here, and leave their children alone."""
    names = [s.name for s in chosen.selectors if s.name and matches(s.name, child.name)]
    return bool(names) and all(name.casefold() != child.name.casefold() for name in names)

"""Suspend-Job."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import named
from jobsh.cmdlets._signals import sent
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.job import Job


class SuspendJob(Cmdlet):
    """Let running jobs stand still, here or on their hosts, until Resume-Job; what they are and hold stays in memory.

    All processes of a job get the signal STOP, children that left the process group, too; a fan-out is suspended on all of its
    hosts, and what of it has not begun does not begin. A suspended job has not ended: Wait-Job and Receive-Job -Wait give up on
    it unless they have -Force. It stays suspended when shell, engine or connection go. Suspending it again does nothing. Of a
    job of jobsh code its jobsh stands still; a command that it has under way on a host goes on to its end.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None
    force: Annotated[
        bool, Param("For scripts that have it: jobs are always suspended at once, and lose nothing.", aliases=("F",))
    ] = False
    wait: Annotated[
        bool, Param("For scripts that have it: Suspend-Job always returns when the processes stand still.")
    ] = False

    changes_something = True
    output_types = (Job,)
    examples = (
        Example("Suspend-Job 1", "Let job 1 stand still.", setup="Start-Job { sleep 60 }"),
        Example(
            "Get-Job -State Running | Suspend-Job; Get-Job -State Suspended | Resume-Job",
            "Suspend what runs, and let it go on.",
            setup="Start-Job { sleep 60 }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        async for job in sent(ctx, await named(ctx, by.chosen(self)), "STOP", "Suspend-Job"):
            yield job

"""Register-ObjectEvent: Register-JobEvent as PowerShell's users write it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _events as of
from jobsh.cmdlets._jobs import named
from jobsh.cmdlets._selectors import Chosen
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.job_selectors import JobSelector
from jobsh.errors import BindingError
from jobsh.model.job import Job


class RegisterObjectEvent(Cmdlet):
    """Subscribe to what happens to a job, as PowerShell writes it.

    Jobs are the objects that have events. Register-JobEvent takes them by name and number, too.
    """

    input_object: Annotated[object, Param("The job.", position=0, is_mandatory=True)] = None
    event_name: of.EventName = "StateChanged"
    source_identifier: of.SourceIdentifier = ""
    action: of.Action = None
    message_data: of.MessageData = None
    max_trigger_count: of.MaxTriggerCount = 0
    support_event: of.SupportEvent = False

    refused = (of.FORWARD,)
    output_types = (Job,)
    gives = "With -Action the job that runs it; without, nothing."
    examples = (
        Example(
            "$j = Start-Job { sleep 1 }; Register-ObjectEvent $j StateChanged -SourceIdentifier j; Wait-Event j | Out-Null",
            "Wait for the end of a job by its event.",
        ),
        Example(
            "Register-ObjectEvent (Get-Job 1) DataAdded -Action { Write-Host 'there is more' } | Out-Null",
            "Be told when a job writes something.",
            setup="Start-Job { sleep 1 }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        if not isinstance(self.input_object, Job):
            raise BindingError("only jobs have events here", hint="give a job object, or use Register-JobEvent -Id")
        jobs = await named(ctx, Chosen((JobSelector(job=self.input_object),)))
        async for job in of.registered(ctx, self, jobs):
            yield job

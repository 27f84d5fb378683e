"""Register-JobEvent."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets import _events as of
from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import named
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example
from jobsh.model.job import Job


class RegisterJobEvent(Cmdlet):
    """Subscribe to what happens to jobs, here or on hosts, as long as this jobsh runs.

    With -Action code runs for each event, beside whatever else goes on, also while a line is typed; it is a job of its own,
    which Get-Job lists. Without, events are queued for Get-Event and Wait-Event. A job that has ended gives no event.
    What is to happen without this jobsh is a job of its own: `Wait-Job 3 | ForEach-Object { … } &`.
    """

    job: by.Jobs = ()
    event_name: of.EventName = "StateChanged"
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
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
            'Register-JobEvent 1 -Action { Write-Host "$($Sender.Name) is $($EventArgs.JobStateInfo.State)" } | Out-Null',
            "Be told of what becomes of job 1.",
            setup="Start-Job { sleep 1 }",
        ),
        Example(
            "Register-JobEvent 1 -SourceIdentifier done; Wait-Event done -Timeout 60 | Out-Null; Remove-Event done",
            "Wait for the next change of job 1.",
            setup="Start-Job { sleep 1 }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        jobs = await named(ctx, by.named(self.job, self.id, self.name, self.instance_id))
        async for job in of.registered(ctx, self, jobs):
            yield job

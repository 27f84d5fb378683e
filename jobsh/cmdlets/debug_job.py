"""Debug-Job, which says what to do instead."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import selected
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Refused
from jobsh.errors import OperationError
from jobsh.model.job import Job

_INSTEAD = "Receive-Job {id} -Keep shows what it wrote, Start-Job {{ set -x; … }} traces a script, Suspend-Job holds it"


class DebugJob(Cmdlet):
    """Not in jobsh: a job is a program of its place, and a debugger of that place debugs it.

    What a job wrote is seen with Receive-Job -Keep; `set -x` traces a shell script, and Suspend-Job lets a job stand still, so that
    `gdb -p` or `strace -p` with the number in its property Pid can look at it.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None

    refused = (Refused("BreakAll", "there is no debugger of jobsh code"),)
    gives = "Nothing: it only says why it is not in jobsh."
    examples = (
        Example("Debug-Job 1", "Read what to do instead.", setup="Start-Job { echo hi } | Wait-Job", status=1),
        Example(
            "try { Debug-Job 1 } catch { Receive-Job 1 -Keep }", "Look at what the job wrote.", setup="Start-Job { ls }"
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        jobs = await selected(ctx, by.chosen(self)) if by.chosen(self) else []
        hint = _INSTEAD.format(id=jobs[0].id if jobs else "ID")
        raise OperationError("Debug-Job is not in jobsh", hint=hint, error_id="NotInJobsh")
        yield

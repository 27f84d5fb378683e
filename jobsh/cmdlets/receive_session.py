"""Receive-Session."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Annotated, Literal

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets import _sessions_there as there
from jobsh.cmdlets._receiving import Receiver, handed_on
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import OperationError
from jobsh.model.ids import HERE, InstanceId
from jobsh.model.job import Job
from jobsh.model.queries import JobQuery
from jobsh.model.records import ErrorRecord
from jobsh.model.session import Session


class ReceiveSession(Cmdlet):
    """Connect to disconnected sessions and take what their commands write: as a job, or right here.

    What somebody received before is not given again, nothing else is missing. Commands whose job is known here go on as that job,
    which is given; for others the output comes right here and the cmdlet waits until they have ended. -OutTarget
    Job makes a job of those, too; -OutTarget Host always gives the output. A session in which nothing runs, and of which nothing is left
    to receive, is connected and gives nothing.
    """

    session: by.Sessions = ()
    computer_name: there.HostNames = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    out_target: Annotated[
        Literal["Default", "Host", "Job"],
        Param(
            "Host: the output, until all commands have ended. Job: a job. Default: the job that is known, else the output."
        ),
    ] = "Default"
    job_name: Annotated[str, Param("The name of the new job; implies -OutTarget Job.")] = ""
    user_name: _hosts.UserName = ""
    port: _hosts.Port = 0
    key_file_path: _hosts.KeyFilePath = ""
    options: _hosts.Options = ()
    connecting_timeout: _hosts.ConnectingTimeout = None
    credential: _hosts.LoginCredential = None
    session_option: _hosts.Option = None
    ssh_transport: _hosts.SshTransport = None
    ssh_connection: _hosts.SshConnections = ()
    throttle_limit: _hosts.ThrottleLimit = 32

    default_set = "Session"
    changes_something = True
    refused = _hosts.REFUSED
    output_types = (Job, str)
    gives = "What the session's commands write, or the Job that collects it: -OutTarget chooses."
    examples = (
        Example(
            "Receive-Session $s -OutTarget Host",
            "Take what the session's command writes, until it has ended.",
            setup="$s = New-Session web01; Invoke-Command -Session $s { seq 3 } -AsJob; Disconnect-Session $s",
        ),
        Example(
            "Get-Session -ComputerName web01 | Receive-Session -OutTarget Job | Wait-Job | Receive-Job",
            "The other day, in another terminal: what was left on a host, as a job.",
            setup="$s = New-Session web01; Invoke-Command -Session $s { seq 3 } -AsJob; Disconnect-Session $s",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        known = frozenset(job.instance_id for job in await ctx.engine.select_jobs(HERE, JobQuery()))
        jobs = [job for session in await there.meant(ctx, self) for job in await self._jobs(ctx, session)]
        target = "Job" if self.job_name and self.out_target == "Default" else self.out_target
        as_jobs = [job for job in jobs if target == "Job" or (target == "Default" and job.instance_id in known)]
        for job in as_jobs:
            yield job
        async with aclosing(_output(ctx, [job for job in jobs if job not in as_jobs], known)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _jobs(self, ctx: Context, session: Session) -> Sequence[Job]:
        if not await ctx.should_process("Receive-Session", f"session {session.id} ({session.name})"):
            return ()
        try:
            connected = await ctx.engine.connect_session(session.id)
            return await ctx.engine.receive_session(connected.id, self.job_name)
        except OperationError as error:
            await ctx.error(_cannot_connect(session, error))
            return ()


def _cannot_connect(session: Session, error: OperationError) -> ErrorRecord:
    return ErrorRecord(
        f"session {session.id} ({session.name}) cannot be received: {error.message}",
        "OperationStopped",
        "ReceivePSSessionCannotConnectSession",
        target=session,
        host=session.computer_name,
        hint=error.hint,
    )


async def _output(ctx: Context, jobs: Sequence[Job], known: frozenset[InstanceId]) -> AsyncGenerator[object]:
    """What the jobs write, until they have ended; those that were made for this only go then."""
    if not jobs:
        return
    receiver = Receiver(ctx, HERE, jobs)
    try:
        async with aclosing(handed_on(receiver.receive(until_end=True))) as values:
            async for value in values:
                yield value
    finally:
        await receiver.keep_marks()
    for job in jobs:
        if job.instance_id not in known:
            await ctx.engine.remove_job(HERE, job.id, force=False)

"""Receive-Job, and fg."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Annotated

from jobsh.cmdlets import _selectors as by
from jobsh.cmdlets._jobs import by_location, each, named, time_limit
from jobsh.cmdlets._places import at_places
from jobsh.cmdlets._receiving import Receiver, handed_on
from jobsh.cmdlets._sources import in_time, merged, one_after_the_other
from jobsh.cmdlets._state_events import StateEvents
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import HostPattern, SessionSelector
from jobsh.command.types import Duration
from jobsh.errors import BindingError, ExitStatus, OperationError
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.queries import JobQuery

_AT_ONCE = "without -Wait, Receive-Job gives what there is at once"


class ReceiveJob(Cmdlet):
    """Give what jobs wrote since it was received last: standard output as output, standard error as errors.

    Jobs of jobsh code give objects, warnings and messages as well, each on its stream and all in the order in which they were
    written.

    Only what the next stage really took counts as received: what `| Select-Object -First 1` leaves is given the next time.
    Why a job failed is told each time. Without -Wait it gives what there is, child job after child job, and never waits; with
    -Wait what comes as it comes, until each job has ended, is suspended or disconnected.

    The shared names fg and %1 are Receive-Job -Wait, and let a suspended job go on; fg alone means the newest job.
    """

    job: by.Jobs = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: by.State = None
    command: by.Commands = ()
    filter: by.Filter = None
    location: Annotated[
        tuple[str, ...],
        Param("Only from the child jobs that run there, as the column Location says.", position=1, in_set="Job"),
    ] = ()
    computer_name: Annotated[
        tuple[HostPattern, ...],
        Param("Only from the child jobs on these hosts.", in_set="Job", aliases=("Cn", "HostName")),
    ] = ()
    session: Annotated[
        tuple[SessionSelector, ...], Param("Only from the child jobs on the hosts of these sessions.", in_set="Job")
    ] = ()
    keep: Annotated[bool, Param("Leave everything to be received again.")] = False
    no_recurse: Annotated[bool, Param("Leave out the child jobs: a job that has some wrote nothing itself.")] = False
    wait: Annotated[bool, Param("Go on until the jobs have ended, and give what comes as it comes.")] = False
    auto_remove_job: Annotated[bool, Param("With -Wait: remove the jobs that have ended afterwards.")] = False
    force: Annotated[bool, Param("With -Wait: wait on for jobs that are suspended or disconnected.")] = False
    write_events: Annotated[bool, Param("With -Wait: write a record for each job that has ended or paused, too.")] = (
        False
    )
    write_job_in_results: Annotated[bool, Param("With -Wait: write the jobs before what they wrote.")] = False
    timeout_sec: Annotated[
        Duration | None, Param("With -Wait: wait this long at most; the exit status is 124 then.", aliases=("Timeout",))
    ] = None

    output_types = (str,)
    gives = (
        "What the jobs wrote: a String for each line of a program, the objects of jobsh code. With -WriteJobInResults the Job"
        " objects, with -WriteEvents records of their states."
    )
    examples = (
        Example("Receive-Job 1 -Keep", "Look at what job 1 wrote so far.", setup="Start-Job { echo hi }"),
        Example(
            "Start-Job { seq 3 } | Receive-Job -Wait -AutoRemoveJob", "Run a job, print what it writes and forget it."
        ),
        Example(
            "Receive-Job -Name build > build.log",
            "Write the bytes to a file, untouched.",
            setup="Start-Job -Name build { ls }",
        ),
        Example(
            "Receive-Job 1 -Wait -TimeoutSec 90s",
            "Follow a job, for a minute and a half at most.",
            setup="Start-Job { ls }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        is_fg = ctx.invoked_as.lower() == "fg" or ctx.invoked_as.startswith("%")
        waits = self.wait or is_fg
        self._check(waits)
        limit = time_limit("TimeoutSec", self.timeout_sec)
        chosen = by.chosen(self)
        jobs = await (_newest(ctx) if is_fg and not (chosen or ctx.has_input) else named(ctx, chosen))
        if is_fg:
            jobs = [await _going_on(ctx, job) for job in jobs]
        if self.write_job_in_results:
            for job in jobs:
                yield job
        try:
            async with aclosing(self._received(ctx, jobs, waits, limit)) as received:
                async for item in received:
                    yield item
        except TimeoutError:
            ctx.ends_with(ExitStatus.TIME_OUT)

    async def _received(
        self, ctx: Context, meant: Sequence[Job], waits: bool, limit: float | None
    ) -> AsyncGenerator[object, None]:
        jobs = await self._narrowed(ctx, meant)
        through_pauses = self.force or not waits
        receivers = [
            Receiver(
                ctx,
                place,
                own,
                through_pauses=through_pauses,
                events=StateEvents(own) if self.write_events else None,
            )
            for place, own in by_location(jobs).items()
        ]
        try:
            sources = [receiver.receive(until_end=waits) for receiver in receivers]
            items = in_time(merged(sources), limit) if waits else one_after_the_other(sources)
            async with aclosing(handed_on(items)) as values:
                async for value in values:
                    yield value
            if self.auto_remove_job:
                await _remove(ctx, meant)
        finally:
            if not self.keep:  # marks of what is gone are not kept: one look for all instead of a file each
                for receiver in receivers:
                    await receiver.keep_marks()

    def _check(self, waits: bool) -> None:
        needs_wait = {
            "AutoRemoveJob": self.auto_remove_job,
            "Force": self.force,
            "WriteEvents": self.write_events,
            "WriteJobInResults": self.write_job_in_results,
            "TimeoutSec": self.timeout_sec is not None,
        }
        for name, is_given in needs_wait.items():
            if is_given and not waits:
                raise BindingError(f"-{name} needs -Wait", hint=_AT_ONCE, error_id="InvalidOperation")
        if self.auto_remove_job and self.keep:
            raise BindingError("-AutoRemoveJob and -Keep exclude each other", error_id="InvalidOperation")
        if sum(map(bool, (self.location, self.computer_name, self.session))) > 1:
            raise BindingError(
                "-Location, -ComputerName and -Session exclude each other", error_id="AmbiguousParameterSet"
            )

    async def _narrowed(self, ctx: Context, jobs: Sequence[Job]) -> list[Job]:
        kept = await at_places(ctx, jobs, self.location, self.computer_name, self.session)
        return [job for job in kept if not (self.no_recurse and job.children)]


async def _remove(ctx: Context, jobs: Sequence[Job]) -> None:
    async def remove(job: Job) -> None:
        try:
            await ctx.engine.remove_job(job.seen_from, job.id, force=False)
        except OperationError as error:
            error.error_id = "ReceiveJobAutoRemovalError"
            raise

    async for _ in each(ctx, [job for job in jobs if not job.id.child], remove):
        pass


async def _going_on(ctx: Context, job: Job) -> Job:
    if job.state is not JobState.SUSPENDED:
        return job
    return (await ctx.engine.signal_job(job.seen_from, job.id, "CONT")).job


async def _newest(ctx: Context) -> list[Job]:
    """The job that fg means: the newest that runs, else the newest."""
    jobs = await ctx.engine.select_jobs(ctx.location, JobQuery())
    return list(([job for job in jobs if not job.state.is_finished] or list(jobs))[-1:])

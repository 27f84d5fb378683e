"""Signals to jobs: their names as users write them, and sending one to many jobs at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.cmdlets._jobs import agreed, each
from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.context import Context
from jobsh.command.given import Given
from jobsh.command.text import to_text
from jobsh.command.types import ParameterType
from jobsh.errors import InvalidState, OperationError
from jobsh.model.job import Job
from jobsh.model.records import Stream

NO_SIGNAL = "0"
"""Looks whether there is somebody who would get one."""
_COMMON = ("TERM", "INT", "HUP", "QUIT", "KILL", "USR1", "USR2")


class SignalType(ParameterType):
    """A signal by name, with or without SIG, or by the number that it has on this machine."""

    word = "signal"

    def convert(self, given: Given) -> object:
        return self.from_object(given.word if given.word is not None else given.value)

    def from_object(self, value: object) -> object:
        from signal import Signals

        text = to_text(value).upper().removeprefix("SIG").removeprefix("-")
        known = {signal.name.removeprefix("SIG"): signal for signal in Signals}
        by_number = {str(int(signal)): name for name, signal in known.items()}
        name = by_number.get(text, text)
        if name not in known and name != NO_SIGNAL:
            raise OperationError(f"there is no signal {to_text(value)}", hint=f"signals are {', '.join(_COMMON)}, …")
        return name

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return [Candidate(name) for name in _COMMON if name.startswith(prefix.upper())]

    def describe(self) -> str:
        return "a signal: TERM, INT, HUP, QUIT, KILL or a number"


Signal = Annotated[str, SignalType()]
"""The name of a signal, without SIG."""


async def sent(ctx: Context, jobs: Sequence[Job], signal: str, action: str) -> AsyncIterator[Job]:
    """Send it to all jobs at once and give the jobs as they are then. A job that has ended is an error."""

    async def send(job: Job) -> Job:
        if job.state.is_finished:
            raise _ended(job, action)
        report = await ctx.engine.signal_job(job.seen_from, job.id, signal)
        processes = f"{report.processes} process{'es' * (report.processes != 1)}"
        await ctx.write(Stream.VERBOSE, f"job {job.id} ({job.name}): {signal} to {processes}")
        return report.job

    async for job in each(ctx, await agreed(ctx, jobs, action), send):
        yield job


def _ended(job: Job, action: str) -> InvalidState:
    return InvalidState(
        f"job {job.id} ({job.name}) has ended: it is {job.state}",
        hint=f"{action} is for jobs that have not ended; Get-Job -State Running lists those that run",
        error_id="JobCannotBeSignalled",
    )

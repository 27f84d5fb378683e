"""Attached commands as a cmdlet sees them: output as it comes from all places, refusals as errors, and what they ended with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import TypeVar

from jobsh.command.context import Context
from jobsh.errors import ExitStatus
from jobsh.model.job import OutcomeKind
from jobsh.model.messages import Data, Ended, Invoke, Refused
from jobsh.model.records import Chunk, ErrorRecord, Origin, Stream
from jobsh.ports.engine import Invocation
from jobsh.runtime.values import closing

T = TypeVar("T")


async def run_attached(
    ctx: Context,
    request: Invoke,
    origins: Sequence[Origin],
    pieces: AsyncIterator[bytes] | None,
    limit: float | None = None,
) -> AsyncGenerator[Chunk, None]:
    """Run the command until it has ended everywhere, or for `limit` seconds; leaving early stops what still runs and waits until it
    is gone."""
    invocation = await ctx.engine.invoke(request.replace(has_stdin=pieces is not None))
    results = _Results(ctx, origins)
    feeding = asyncio.create_task(_feed(invocation, pieces)) if pieces is not None else None
    is_over_time = False
    try:
        async with closing(invocation.events() if limit is None else _until(invocation.events(), limit)) as events:
            async for event in events:
                if isinstance(event, Data) and event.stream is Stream.OUTPUT:
                    yield Chunk(event.data, event.stream, origins[event.index])
                else:
                    await results.take(event)
        if feeding is not None and feeding.done():
            feeding.result()  # the stage before failed: that is this statement's failure
    except _OverTime:
        is_over_time = True
    finally:
        if feeding is not None:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
        left = await invocation.aclose()
        if is_over_time:
            await results.tell_over_time(limit or 0.0, left)
        await results.warn_of_left(left)
    await results.tell()


class _OverTime(Exception):
    """The time limit ran out."""


async def _until(values: AsyncIterator[T], seconds: float) -> AsyncGenerator[T, None]:
    """The values that come within so many seconds; raises _OverTime if there could be more."""
    end = asyncio.get_running_loop().time() + seconds
    async with closing(values):
        while True:
            limit = asyncio.timeout_at(end)
            try:
                async with limit:
                    value = await anext(values)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if limit.expired():
                    raise _OverTime from None
                raise
            yield value


async def in_time(
    ctx: Context, values: AsyncIterator[object], seconds: float, host: str = ""
) -> AsyncGenerator[object, None]:
    """What comes within so many seconds; then what gives the values is stopped, which is an error."""
    try:
        async with closing(_until(values, seconds)) as in_time:
            async for value in in_time:
                yield value
    except _OverTime:
        await ctx.error(_over_time(host, seconds))
        ctx.ends_with(ExitStatus.TIME_OUT)


def _over_time(host: str, seconds: float, stopped: str = "stopped") -> ErrorRecord:
    message = f"{host}: " * bool(host) + f"it did not end within {seconds:g} s: {stopped}"
    return ErrorRecord(
        message, "OperationTimeout", "CommandTimedOut", host or None, host, exit_status=ExitStatus.TIME_OUT
    )


async def _feed(invocation: Invocation, pieces: AsyncIterator[bytes]) -> None:
    try:
        async with closing(pieces):
            async for piece in pieces:
                await invocation.write(piece)
    finally:
        await invocation.write_eof()


class _Results:
    """How the command ended at each place."""

    def __init__(self, ctx: Context, origins: Sequence[Origin]) -> None:
        self._ctx = ctx
        self._origins = origins
        self._statuses: dict[int, list[str]] = {}
        self._open = dict.fromkeys(range(len(origins)))
        self._largest = 0
        self._is_over_time = False

    async def take(self, event: Data | Ended | Refused) -> None:
        """Take what is not output."""
        if isinstance(event, Data):
            await self._ctx.write(Stream.ERROR, Chunk(event.data, event.stream, self._origins[event.index]))
        elif isinstance(event, Refused):
            self._note(ExitStatus.HOST_NOT_REACHED if event.cause else ExitStatus.ERROR, event.index)
            await self._ctx.error(event.error)
        else:
            await self._end(event)

    async def _end(self, event: Ended) -> None:
        outcome, host = event.outcome, self._origins[event.index].computer_name
        is_exit = outcome.kind is OutcomeKind.EXITED
        is_lost = outcome.kind in (OutcomeKind.LOST, OutcomeKind.NOT_STARTED)
        lacking = ExitStatus.HOST_NOT_REACHED if is_lost else ExitStatus.ERROR
        status = lacking if outcome.status is None else outcome.status
        self._note(status, event.index)
        if not is_exit:
            message = f"{host}: {outcome.reason}" if host else outcome.reason
            error_id = "Command" + "".join(word.capitalize() for word in outcome.kind.split())
            await self._ctx.error(
                ErrorRecord(message, "OperationStopped", error_id, host or None, host, exit_status=status)
            )
        await self.warn_of_left(event.left, host)

    def _note(self, status: int, index: int) -> None:
        self._open.pop(index, None)
        self._largest = max(self._largest, status)
        self._statuses.setdefault(status, []).append(self._origins[index].computer_name)

    async def tell_over_time(self, seconds: float, left: int) -> None:
        """The command was stopped where it had not ended."""
        self._is_over_time = True
        stopped = "stopped, 0 processes left" if not left else "not all of it could be stopped"
        for index in self._open:
            await self._ctx.error(_over_time(self._origins[index].computer_name, seconds, stopped))

    async def warn_of_left(self, left: int, host: str = "") -> None:
        """Say that something could not be stopped."""
        if left:
            place = f"{host}: " if host else ""
            await self._ctx.write(Stream.WARNING, f"{place}{left} processes could not be stopped and still run")

    async def tell(self) -> None:
        """Set the exit status: the largest. Of several hosts, say which ended with what."""
        self._ctx.ends_with(ExitStatus.TIME_OUT if self._is_over_time else self._largest)
        odd = {status: hosts for status, hosts in sorted(self._statuses.items()) if status not in (0, 255)}
        if odd and len(self._origins) > 1:
            told = "; ".join(f"exit status {status} on {', '.join(hosts)}" for status, hosts in odd.items())
            await self._ctx.write(Stream.WARNING, told)

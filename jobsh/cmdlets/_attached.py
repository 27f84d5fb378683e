"""Attached commands as a cmdlet sees them: output as it comes from all places, refusals as errors, and what they ended with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from jobsh.command.context import Context
from jobsh.errors import ExitStatus
from jobsh.model.job import OutcomeKind
from jobsh.model.messages import Data, Ended, Invoke, Refused
from jobsh.model.records import Chunk, ErrorRecord, Origin, Stream
from jobsh.ports.engine import Invocation
from jobsh.runtime.values import closing


async def run_attached(
    ctx: Context, request: Invoke, origins: Sequence[Origin], pieces: AsyncIterator[bytes] | None
) -> AsyncGenerator[Chunk, None]:
    """Run the command until it has ended everywhere; leaving early stops what still runs and waits until it is gone."""
    invocation = await ctx.engine.invoke(request.replace(has_stdin=pieces is not None))
    results = _Results(ctx, origins)
    feeding = asyncio.create_task(_feed(invocation, pieces)) if pieces is not None else None
    try:
        async with closing(invocation.events()) as events:
            async for event in events:
                if isinstance(event, Data) and event.stream is Stream.OUTPUT:
                    yield Chunk(event.data, event.stream, origins[event.index])
                else:
                    await results.take(event)
        if feeding is not None and feeding.done():
            feeding.result()  # the stage before failed: that is this statement's failure
    finally:
        if feeding is not None:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
        await results.warn_of_left(await invocation.aclose())
    await results.tell()


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
        self._largest = 0

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
        self._largest = max(self._largest, status)
        self._statuses.setdefault(status, []).append(self._origins[index].computer_name)

    async def warn_of_left(self, left: int, host: str = "") -> None:
        """Say that something could not be stopped."""
        if left:
            place = f"{host}: " if host else ""
            await self._ctx.write(Stream.WARNING, f"{place}{left} processes could not be stopped and still run")

    async def tell(self) -> None:
        """Set the exit status: the largest. Of several hosts, say which ended with what."""
        self._ctx.ends_with(self._largest)
        odd = {status: hosts for status, hosts in sorted(self._statuses.items()) if status not in (0, 255)}
        if odd and len(self._origins) > 1:
            told = "; ".join(f"exit status {status} on {', '.join(hosts)}" for status, hosts in odd.items())
            await self._ctx.write(Stream.WARNING, told)

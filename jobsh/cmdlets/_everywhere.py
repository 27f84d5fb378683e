"""Jobsh code run by this front end with several hosts as its location, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from jobsh.command.context import Context
from jobsh.command.provenance import coming_from, text_from
from jobsh.command.script_block import ScriptBlock
from jobsh.errors import EngineLost, Interrupted, JobshError
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import HERE, Location
from jobsh.model.job import Job
from jobsh.model.messages import OpenSession, Target
from jobsh.model.records import Chunk, Line, Origin
from jobsh.runtime.failures import error_record
from jobsh.runtime.flow import ExitSignal
from jobsh.runtime.values import closing, each


class CodeEverywhere:
    """One block with its arguments and input, to be run at places; at most `limit` at the same time."""

    def __init__(
        self,
        ctx: Context,
        block: ScriptBlock,
        arguments: Sequence[object],
        values: Sequence[object],
        limit: int,
        credential: Credential | None = None,
        *,
        hides_host: bool = False,
    ) -> None:
        self._ctx = ctx
        self._block = block
        self._arguments = arguments
        self._values = values
        self._at_once = asyncio.Semaphore(limit)
        self._credential = credential
        self._hides_host = hides_host
        self._status = 0

    async def at(self, target: Target, origin: Origin) -> AsyncGenerator[object, None]:
        """What the block writes there; an error that ends it there is told, the other places go on."""
        try:
            async with self._at_once:
                if isinstance(target, HostAddress) and not target.is_local:
                    values = self._in_temporary_session(target, origin)
                else:
                    values = self._run(HERE if isinstance(target, HostAddress) else target, origin)
                async with closing(values) as results:
                    async for value in results:
                        yield _labelled(value, origin, self._hides_host)
        except (EngineLost, Interrupted):
            raise
        except JobshError as error:
            record = error_record(error)
            await self._ctx.error(record if record.host else record.replace(host=origin.computer_name))

    async def _in_temporary_session(self, host: HostAddress, origin: Origin) -> AsyncGenerator[object, None]:
        session = await self._ctx.engine.open_session(OpenSession(host, is_temporary=True, credential=self._credential))
        gives_jobs = False
        try:
            async with closing(self._run(session.id, origin)) as values:
                async for value in values:
                    gives_jobs = gives_jobs or isinstance(value, Job)
                    yield value
        finally:
            if not gives_jobs:  # else those jobs are reached through it, as long as this front end lives
                await self._ctx.engine.remove_session(session.id)

    async def _run(self, location: Location, origin: Origin) -> AsyncGenerator[object, None]:
        values = each(self._values)
        results = self._block.run(arguments=self._arguments, input=values, location=location, origin=origin)
        try:
            async with closing(results) as values:
                async for value in values:
                    yield value
        except ExitSignal as leaving:  # `exit` there ends what runs there, as in a script for that place's shell
            self._status = max(self._status, leaving.status)
            self._ctx.ends_with(self._status)


def _labelled(value: object, origin: Origin, hides_host: bool) -> object:
    """What came from there, and knows it: bytes, text and objects, whose tables have the host as their last column."""
    if isinstance(value, Chunk):
        return Chunk(value.data, value.stream, _merged(value.origin, origin), value.received, value.at)
    if isinstance(value, Line):
        return Line.of(
            value.encode("utf-8", "surrogateescape"),
            _merged(value.origin, origin),
            value.stream,
            at=value.at,
            ended=value.ended,
        )
    if type(value) is str:
        return text_from(value, origin)
    return coming_from(value, origin.replace(show_computer_name=not hides_host))


def _merged(inner: Origin, outer: Origin) -> Origin:
    """A block's own `Invoke-Command` to other hosts keeps their names; else the name of the block's place."""
    if inner.computer_name and inner.computer_name != outer.computer_name:
        return inner
    return outer.replace(job=inner.job)

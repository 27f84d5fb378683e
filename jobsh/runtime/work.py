"""Blocks that run beside their caller: as jobs of this front end, or as part of a statement of its."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import cast

from jobsh.command.context import Work
from jobsh.model.ids import new_instance_id
from jobsh.model.job import Job, JobKind
from jobsh.model.records import Stream, StreamRecord
from jobsh.runtime.apart import apart, using_of
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.frame import Frame
from jobsh.runtime.here import Here
from jobsh.runtime.hosted_run import Body, Prepare
from jobsh.runtime.scope import Scope
from jobsh.runtime.streams import Sink, Streams, Where
from jobsh.runtime.turns import Places
from jobsh.runtime.values import closing, each


async def host(kind: JobKind, command: str, name: str, work: Sequence[Work], limit: int | None, frame: Frame) -> Job:
    """Make a job of code that this front end runs."""
    hosting = frame.shell.hosting
    if kind is JobKind.THREAD:
        places = hosting.places
        if limit is not None:
            places.set_limit(limit)
    else:
        places = Places(limit or len(work))
    here = await frame.shell.here.apart(new_instance_id())  # a job that has to wait begins where it was typed
    try:
        parts = [_parts(one, frame, here) for one in work]
    except BaseException:
        await here.aclose()
        raise
    return await hosting.start(kind, command, name, parts, places, here.aclose)


async def run_beside(work: Work, frame: Frame) -> AsyncIterator[object]:
    """Run code in surroundings of its own: what it writes."""
    prepare, body = _parts(work, frame)
    inside = await prepare(new_instance_id(), _Onward(frame.streams))
    try:
        async with closing(body(inside)) as values:
            async for value in values:
                yield value
    finally:
        await inside.shell.here.aclose()


def _parts(work: Work, frame: Frame, here: Here | None = None) -> tuple[Prepare, Body]:
    """How its surroundings are made, and what runs in them. Values are taken now: the caller goes on."""
    blocks = [cast(CodeBlock, block).as_code() for block in work.blocks]
    using = using_of(frame, *(block.code for block in blocks))

    async def prepare(name: str, sink: Sink) -> Frame:
        inside = await apart(frame, name, using, sink, here)
        if work.shows_messages:
            said = Said(frame)
            inside = inside.derive(streams=inside.streams.redirected({Stream.INFORMATION: said, Stream.WARNING: said}))
        return inside.derive(own_scope=Scope(inside.place.scope))

    async def body(inside: Frame) -> AsyncIterator[object]:
        for block in blocks:
            is_last = block is blocks[-1]
            own = CodeBlock(block.text, block.code, block.kind, inside.derive(source=block.frame.source))
            values = own.run(
                item=work.item,
                arguments=work.arguments if is_last else (),
                input=each(work.input) if is_last else None,
                new_scope=False,
            )
            async with closing(values):
                async for value in values:
                    yield value

    return prepare, body


class _Onward:
    """The streams of the caller, for code beside it."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        await self._streams.write(stream, value, where)


class Said:
    """What Write-Host and Write-Warning say, straight to the user."""

    def __init__(self, frame: Frame) -> None:
        self._shell = frame.shell

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Show it."""
        record = value if isinstance(value, StreamRecord) else StreamRecord(stream, str(value))
        await self._shell.hosting.say(record, self._shell.outside)

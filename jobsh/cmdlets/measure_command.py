"""Measure-Command: how long it takes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.conversion import to_timespan
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.script_block import NO_ITEM, ScriptBlock
from jobsh.language.ast import BlockKind
from jobsh.model.records import Chunk
from jobsh.runtime.values import closing


class MeasureCommand(Cmdlet):
    """Run a block and give the time it took, as a timespan. What the block writes is not shown.

    The block is jobsh code and may hold shell text: it runs at the location. With objects from the pipeline it runs once for
    each, as `$_`, and all of the time is counted.
    """

    expression: Annotated[
        ScriptBlock | None, Param("What to run.", position=0, is_mandatory=True, block=BlockKind.CODE)
    ] = None
    input_object: InputObject = ()

    gives = "TimeSpan."
    examples = (
        Example("Measure-Command { sleep 0.2 }", "Shell text, a fifth of a second."),
        Example("(Measure-Command { 1..1000 | Sort-Object -Descending }).TotalMilliseconds", "As a number."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        assert self.expression is not None
        began = time.monotonic()
        if ctx.has_input or self.input_object:
            async for item in items(ctx, self.input_object):
                await _run(self.expression, item)
        else:
            await _run(self.expression, NO_ITEM)
        yield to_timespan(time.monotonic() - began)


async def _run(block: ScriptBlock, item: object) -> None:
    async with closing(block.run(item=item, new_scope=False)) as values:
        async for value in values:
            if isinstance(value, Chunk):
                value.take()

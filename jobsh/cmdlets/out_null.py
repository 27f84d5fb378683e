"""Out-Null: nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example
from jobsh.model.records import Chunk


class OutNull(Cmdlet):
    """Take all objects of the pipeline and show none of them."""

    input_object: InputObject = ()

    takes_chunks = True
    takes_formatted = True
    gives = "Nothing."
    examples = (
        Example("Start-Job { true } | Out-Null", "Start a job without printing it."),
        Example("1..3 | Out-Null", "Nothing is printed."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        async for item in items(ctx, self.input_object):
            if isinstance(item, Chunk):
                item.take()
        return
        yield  # makes this a generator

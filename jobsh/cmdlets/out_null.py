"""Out-Null: nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example
from jobsh.model.records import Chunk


class OutNull(Cmdlet):
    """Take all objects of the pipeline and show none of them."""

    takes_chunks = True
    examples = (
        Example("Start-Job { true } | Out-Null", "Start a job without printing it."),
        Example("1..3 | Out-Null", "Nothing is printed."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        async for item in ctx.input:
            if isinstance(item, Chunk):
                item.take()
        return
        yield  # makes this a generator

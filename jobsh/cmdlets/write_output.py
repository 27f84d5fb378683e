"""Write-Output: values to the pipeline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param


class WriteOutput(Cmdlet):
    """Write values to the pipeline; at its end they are printed.

    Lists are handed on item by item, or whole with -NoEnumerate.
    """

    input_object: Annotated[
        tuple[object, ...],
        Param("The values.", position=0, takes_rest=True),
    ] = ()
    no_enumerate: Annotated[bool, Param("Hand lists on whole.")] = False

    gives = "The values."
    examples = (
        Example("Write-Output hello", "Print a word."),
        Example("Write-Output 1, 2, 3 | Measure-Object -Sum", "Three numbers into the next command."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        for value in self.input_object:
            for item in value if isinstance(value, list) and not self.no_enumerate else (value,):
                yield item
        async for item in ctx.input:
            yield item

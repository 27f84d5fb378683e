"""ConvertTo-Json: objects as JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.json_format import DEFAULT_DEPTH, to_json


class ConvertToJson(Cmdlet):
    """Turn the objects of the pipeline into JSON text: one object into an object, several into a list.

    Times become ISO 8601, timespans seconds. A line from a host becomes an object with ComputerName and Text.
    """

    input_object: Annotated[
        tuple[object, ...], Param("The objects, where they do not come from the pipeline.", position=0)
    ] = ()
    depth: Annotated[
        int, Param("How many levels of objects inside the object to show; what is deeper becomes text.")
    ] = DEFAULT_DEPTH - 1
    compress: Annotated[bool, Param("All in one line.")] = False
    as_array: Annotated[bool, Param("A list even for one object.")] = False

    examples = (
        Example(
            "Get-Job | select Id, State | ConvertTo-Json",
            "Jobs for another program.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example("@{name='web01'; port=22} | ConvertTo-Json -Compress", 'Gives {"name":"web01","port":22}.'),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        values = [*self.input_object, *[item async for item in ctx.input]]
        if values or self.as_array:
            whole = values[0] if len(values) == 1 and not self.as_array else values
            # the object itself and the list around several are no levels of theirs
            yield to_json(whole, depth=1 + self.depth + isinstance(whole, list), compress=self.compress)

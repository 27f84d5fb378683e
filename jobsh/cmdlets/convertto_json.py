"""ConvertTo-Json: objects as JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.json_format import DEFAULT_DEPTH, to_json
from jobsh.errors import BindingError

_IN_HTML = {ord(c): f"\\u{ord(c):04x}" for c in "<>&'"}


class ConvertToJson(Cmdlet):
    """Turn the objects of the pipeline into JSON text: one object into an object, several into a list.

    Times become ISO 8601, timespans seconds. A line from a host becomes an object with ComputerName and Text.
    """

    input_object: Annotated[
        object,
        Param(
            "The object, where it does not come from the pipeline. A list is a list, even of one or nothing.",
            position=0,
        ),
    ] = ()
    depth: Annotated[
        int, Param("How many levels of objects inside the object to show; what is deeper becomes text.")
    ] = DEFAULT_DEPTH - 1
    compress: Annotated[bool, Param("All in one line.")] = False
    as_array: Annotated[bool, Param("A list even for one object.")] = False
    enums_as_strings: Annotated[bool, Param("Write states and kinds as words: always so here.")] = False
    escape_handling: Annotated[
        Literal["Default", "EscapeNonAscii", "EscapeHtml"], Param("Which characters to write as \\uXXXX.")
    ] = "Default"

    gives = "String, one for all objects."
    examples = (
        Example(
            "Get-Job | select Id, State | ConvertTo-Json",
            "Jobs for another program.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example("@{name='web01'; port=22} | ConvertTo-Json -Compress", 'Gives {"name":"web01","port":22}.'),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.depth < 0:
            raise BindingError("-Depth counts levels", error_id="ParameterArgumentValidationError")
        is_given = not isinstance(self.input_object, tuple)
        values = [self.input_object] if is_given else [item async for item in ctx.input]
        if values or self.as_array:
            is_one = len(values) == 1 and (not self.as_array or isinstance(self.input_object, list))
            whole = values[0] if is_one else values
            # the object itself and the list around several are no levels of theirs
            depth = 1 + self.depth + isinstance(whole, list)
            ascii_only = self.escape_handling == "EscapeNonAscii"
            text = to_json(whole, depth=depth, compress=self.compress, ascii_only=ascii_only)
            yield text.translate(_IN_HTML) if self.escape_handling == "EscapeHtml" else text

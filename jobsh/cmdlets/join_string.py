"""Join-String: objects as one text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.formatting import composite
from jobsh.command.selectors import PropertySelector
from jobsh.command.text import to_text
from jobsh.language.ast import BlockKind


class JoinString(Cmdlet):
    """Make one text of the objects of the pipeline, or of a property of each."""

    property: Annotated[
        PropertySelector | None,
        Param("The property whose text to take, or a block.", position=0, block=BlockKind.CODE),
    ] = None
    separator: Annotated[str, Param("What stands between the texts.", position=1)] = ""
    output_prefix: Annotated[str, Param("What stands before all.", aliases=("op",))] = ""
    output_suffix: Annotated[str, Param("What stands after all.", aliases=("os",))] = ""
    single_quote: Annotated[bool, Param("Put each text in single quotes.", in_set="Single")] = False
    double_quote: Annotated[bool, Param("Put each text in double quotes.", in_set="Double")] = False
    format_string: Annotated[str, Param("How each is written, such as '{0:N2}'.", in_set="Format")] = ""
    input_object: InputObject = ()

    default_set = "Format"
    refused = (Refused("UseCulture", "there are no cultures", "say -Separator ', '"),)
    gives = "String."
    examples = (
        Example("1..3 | Join-String -Separator ', '", "1, 2, 3."),
        Example(
            "Get-Job | Join-String Name -Separator ',' -SingleQuote",
            "The names of the jobs, quoted.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example("'a', 'b' | Join-String { $_.ToUpper() } -OutputPrefix '[' -OutputSuffix ']'", "[AB]."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        texts = [await self._text(item) async for item in items(ctx, self.input_object)]
        yield self.output_prefix + self.separator.join(texts) + self.output_suffix

    async def _text(self, item: object) -> str:
        value = item if self.property is None else await self.property.value(item)
        text = composite(self.format_string, [value]) if self.format_string else to_text(value)
        quote = "'" if self.single_quote else '"' if self.double_quote else ""
        return quote + text + quote

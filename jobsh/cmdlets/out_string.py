"""Out-String: what would be printed, as text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import BindingError


class OutString(Cmdlet):
    """Give what would be printed as text: one string, or with -Stream one for each line."""

    stream: Annotated[bool, Param("One string for each line, as it comes.", in_set="Stream")] = False
    width: Annotated[
        int | None, Param("Cut tables at so many columns; 0 cuts nothing. Else as wide as the terminal.")
    ] = None
    no_newline: Annotated[bool, Param("Leave out all ends of lines.", in_set="Whole")] = False
    input_object: InputObject = ()

    default_set = "Whole"
    takes_formatted = True
    gives = "String."
    examples = (
        Example("$text = Get-Job | Out-String", "Keep the table of jobs.", setup="Start-Job { true } | Wait-Job"),
        Example(
            "Get-Job | Out-String -Stream | where { $_ -match 'Failed' }", "Look for text in what would be printed."
        ),
        Example("'a', 'b' | Out-String -NoNewline", "All in one line: ab."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.width is not None and self.width < 0:
            raise BindingError("-Width counts columns", error_id="ParameterArgumentValidationError")
        pieces = ctx.format(items(ctx, self.input_object), width=self.width)
        if self.stream:
            async for piece in pieces:
                for line in piece.removesuffix("\n").split("\n"):
                    yield line
            return
        text = "".join([piece async for piece in pieces])
        yield text.replace("\n", "") if self.no_newline else text

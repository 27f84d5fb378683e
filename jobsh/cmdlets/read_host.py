"""Read-Host: ask the user."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.text import to_text
from jobsh.errors import Interrupted, OperationError


class ReadHost(Cmdlet):
    """Ask the user for a line of text, with -MaskInput without showing it. Needs somebody to ask.

    In scripts that run by themselves `$input` gives the lines of standard input.
    """

    prompt: Annotated[tuple[object, ...], Param("What to ask; a colon is added.", position=0, takes_rest=True)] = ()
    mask_input: Annotated[bool, Param("Do not show what is typed.")] = False

    refused = (Refused("AsSecureString", "there are no secure strings, text is text", "use -MaskInput"),)
    gives = "String."
    examples = (
        Example("$name = Read-Host 'Your name'", "Ask at the prompt.", status=1),
        Example("$pin = Read-Host PIN -MaskInput", "Without showing it.", status=1),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not ctx.is_interactive:
            hint = "give it as an argument, or read standard input with $input"
            raise OperationError("there is nobody to ask", hint=hint, error_id="ReadHostNotInteractive")
        text = " ".join(to_text(part) for part in self.prompt)
        answer = await ctx.ask(f"{text}:" if text else "", echo=not self.mask_input)
        if answer is None:
            raise Interrupted("interrupted")
        yield answer

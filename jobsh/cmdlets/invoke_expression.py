"""Invoke-Expression: refused, with the reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import OperationError


class InvokeExpression(Cmdlet):
    """Not built: jobsh never turns the value of a variable into code.

    Text that becomes code is how a file name or the output of a host becomes a command. What it is used for has other ways:
    `& $program $words` runs a program with words that stay words, `& $block` runs a block, `$table = @{…}; Get-Job @table` gives
    parameters, `. ./file.jsh` reads a file, `sh -c "$text"` hands text to a shell, knowingly.
    """

    command: Annotated[str, Param("The text.", position=0)] = ""

    gives = "Nothing: it only says why it is not in jobsh."
    examples = (
        Example("Invoke-Expression 'echo hello'", "Refused; the error says what to use.", status=1),
        Example("try { Invoke-Expression 'ls' } catch { $_.Hint }", "What to use instead."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        raise OperationError(
            "Invoke-Expression is not built: the value of a variable never becomes code",
            hint="a block runs with & $block, a program with & $name $words, parameters come from @table, a file with . ./file.jsh",
            error_id="NotBuilt",
        )
        yield  # makes this a generator

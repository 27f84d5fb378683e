"""Write-Error: an error that ends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.model.records import ErrorRecord


class WriteError(Cmdlet):
    """Write an error record: it is shown, kept in $Error, and the next statement runs.

    `-ErrorAction Stop` makes it end the script, `throw` always does.
    """

    message: Annotated[str, Param("What went wrong.", position=0, aliases=("Msg",))] = ""
    category: Annotated[str, Param("A word for the kind of error.")] = "NotSpecified"
    error_id: Annotated[str, Param("A word that scripts can compare.")] = ""
    target_object: Annotated[object, Param("What the error is about.")] = None
    recommended_action: Annotated[str, Param("What to try; shown as a hint.")] = ""

    examples = (
        Example("Write-Error 'no backup today'", "An error; the status of the statement is 1.", status=1),
        Example("try { Write-Error boom -ErrorAction Stop } catch { $_.Message }", "An error that catch takes."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.message:
            await ctx.error(self._record(self.message))
        async for item in ctx.input:
            await ctx.error(item if isinstance(item, ErrorRecord) else self._record(to_text(item)))
        return
        yield  # makes this a generator

    def _record(self, message: str) -> ErrorRecord:
        return ErrorRecord(
            message, self.category, self.error_id or "WriteError", self.target_object, hint=self.recommended_action
        )

"""Get-Error: all there is to know of an error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.members import properties
from jobsh.command.values import PropertyBag
from jobsh.errors import BindingError
from jobsh.model.records import ErrorRecord
from jobsh.runtime.values import each


class GetError(Cmdlet):
    """Show the last error with all its properties, or errors from the pipeline."""

    newest: Annotated[int, Param("How many errors, the newest first.", aliases=("Last",))] = 1

    output_types = (ErrorRecord,)
    examples = (
        Example("Get-Job 99 -ErrorAction SilentlyContinue; Get-Error", "What went wrong."),
        Example("try { throw 'no' } catch { $_ | Get-Error }", "An error that was caught."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.newest < 1:
            raise BindingError("-Newest is at least 1", error_id="ParameterArgumentValidationError")
        async for record in ctx.input if ctx.has_input else each(ctx.errors()[: self.newest]):
            yield PropertyBag(properties(record), "ErrorRecord") if isinstance(record, ErrorRecord) else record

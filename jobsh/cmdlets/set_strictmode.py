"""Set-StrictMode: make variables that nobody assigned an error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Switch

STRICT_MODE = "StrictModeVersion"


class SetStrictMode(Cmdlet):
    """Make it an error to read a variable that was never assigned, in this scope and those it calls.

    Every version asks for the same: PowerShell's 2.0 and 3.0 also mind properties and items that are not there, which are $null here.
    """

    version: Annotated[str, Param("1.0, 2.0, 3.0 or Latest.", in_set="Version", is_mandatory=True)] = ""
    off: Annotated[Switch | None, Param("Let such a variable be $null.", in_set="Off", is_mandatory=True)] = None

    default_set = "Version"
    gives = "Nothing."
    examples = (
        Example("Set-StrictMode -Version Latest; $typo", "An error: nobody assigned $typo.", status=1),
        Example("Set-StrictMode -Off; $typo", "Nothing, as ever."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.off:
            ctx.scope.remove(STRICT_MODE)
        else:
            ctx.scope.set(STRICT_MODE, self.version)
        return
        yield  # makes this a generator

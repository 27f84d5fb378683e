"""Remove-Variable: forget variables."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._variables import named
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import VariableName


class RemoveVariable(Cmdlet):
    """Forget variables. Jobs and sessions they hold go on: it is only the name that is gone."""

    name: Annotated[
        tuple[VariableName, ...], Param("Names without $; wildcards allowed.", position=0, is_mandatory=True)
    ] = ()

    changes_something = True
    examples = (
        Example("$x = 1; Remove-Variable x", "Forget $x."),
        Example("$tmp1 = 0; $tmp2 = 0; Remove-Variable tmp* -WhatIf", "See what would be forgotten."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        for name in await named(ctx, self.name):
            if await ctx.should_process("Remove-Variable", f"${name}"):
                ctx.scope.remove(name)
        return
        yield  # makes this a generator

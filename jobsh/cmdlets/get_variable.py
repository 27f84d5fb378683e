"""Get-Variable: variables and their values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._variables import Exclude, Include, ScopeName, VariableInfo, named, scope_of
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import VariableName


class GetVariable(Cmdlet):
    """Give variables by name, with their values."""

    name: Annotated[
        tuple[VariableName, ...], Param("Names without $; wildcards allowed. Without any: all.", position=0)
    ] = ("*",)
    value_only: Annotated[bool, Param("Give the values alone.")] = False
    scope: ScopeName = ""
    include: Include = ()
    exclude: Exclude = ()

    output_types = (VariableInfo,)
    examples = (
        Example("$speed = 9; Get-Variable speed", "One variable."),
        Example("Get-Variable s* | Format-Table", "All that begin with s.", setup="$speed = 9; $size = 5"),
        Example("$speed = 9; Get-Variable speed -ValueOnly", "Its value: 9."),
        Example("$speed = 9; Get-Variable -Scope Global -Exclude *preference", "Those of the shell, without some."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        scope = scope_of(ctx, self.scope)
        for name in await named(ctx, self.name, scope, self.include, self.exclude):
            value = scope.get(name)
            yield value if self.value_only else VariableInfo(name, value)

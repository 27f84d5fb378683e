"""Set-Variable: assign by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._variables import VariableInfo
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import VariableName


class SetVariable(Cmdlet):
    """Assign a variable whose name is given as text: `Set-Variable x 1` is `$x = 1`."""

    name: Annotated[tuple[VariableName, ...], Param("Names without $.", position=0, is_mandatory=True)] = ()
    value: Annotated[object, Param("The value, where it does not come from the pipeline.", position=1)] = None
    pass_thru: Annotated[bool, Param("Write the variables to the pipeline.")] = False

    examples = (
        Example("Set-Variable limit 10; $limit", "The same as $limit = 10."),
        Example("1..3 | Set-Variable numbers; $numbers.Count", "All that the pipeline gives: 3."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        value = self.value
        if ctx.has_input:
            given = [item async for item in ctx.input]
            value = given if len(given) > 1 else given[0] if given else None
        for name in self.name:
            ctx.scope.set(name, value)
            if self.pass_thru:
                yield VariableInfo(name, value)

"""New-Variable: make a variable that is not there yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._variables import ALIKE, PassThru, ScopeName, VariableInfo, check_writable
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import VariableName
from jobsh.errors import OperationError


class NewVariable(Cmdlet):
    """Make a variable; one that is there already in this scope is an error, unless -Force is given."""

    name: Annotated[VariableName, Param("The name without $.", position=0, is_mandatory=True)] = ""
    value: Annotated[object, Param("Its value.", position=1)] = None
    scope: ScopeName = "Local"
    force: Annotated[bool, Param("Replace one that is there.")] = False
    pass_thru: PassThru = False

    changes_something = True
    refused = ALIKE
    gives = "Nothing; with -PassThru the variable."
    examples = (
        Example("New-Variable limit 10; $limit", "Make $limit."),
        Example("$limit = 5; New-Variable limit 10 -Force; $limit", "Whatever it was before."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        check_writable(self.name)
        scope = ctx.scope.at(self.scope)
        if not self.force and self.name.casefold() in (name.casefold() for name in scope.names()):
            hint = "Set-Variable changes it, -Force replaces it"
            raise OperationError(
                f"there is a variable {self.name} already", hint=hint, error_id="VariableAlreadyExists"
            )
        if await ctx.should_process("New-Variable", f"${self.name}"):
            scope.set(self.name, self.value)
            if self.pass_thru:
                yield VariableInfo(self.name, self.value)

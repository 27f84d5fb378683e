"""Set-Variable: assign by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._variables import (
    ALIKE,
    Exclude,
    Force,
    Include,
    Names,
    PassThru,
    ScopeName,
    VariableInfo,
    agreed,
    named,
    scope_of,
)
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.queries import has_wildcard


class SetVariable(Cmdlet):
    """Assign a variable whose name is given as text: `Set-Variable x 1` is `$x = 1`.

    A name with wildcards means variables that are there.
    """

    name: Names = ()
    value: Annotated[object, Param("The value, where it does not come from the pipeline.", position=1)] = None
    scope: ScopeName = ""
    include: Include = ()
    exclude: Exclude = ()
    force: Force = False
    pass_thru: PassThru = False

    changes_something = True
    refused = ALIKE
    gives = "Nothing; with -PassThru the variable."
    examples = (
        Example("Set-Variable limit 10; $limit", "The same as $limit = 10."),
        Example("1..3 | Set-Variable numbers; $numbers.Count", "All that the pipeline gives: 3."),
        Example("Set-Variable limit 10 -Scope Global", "For the whole shell, from a function too."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        value = self.value
        if ctx.has_input:
            given = [item async for item in ctx.input]
            value = given if len(given) > 1 else given[0] if given else None
        scope = scope_of(ctx, self.scope)
        literal = [name for name in self.name if not has_wildcard(name)]
        meant = await named(ctx, [name for name in self.name if has_wildcard(name)], scope, self.include, self.exclude)
        async for name in agreed(ctx, "Set-Variable", (*literal, *meant)):
            scope.set(name, value)
            if self.pass_thru:
                yield VariableInfo(name, value)

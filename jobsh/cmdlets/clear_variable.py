"""Clear-Variable: variables that hold nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets._variables import (
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
from jobsh.command.declaration import Cmdlet, Example


class ClearVariable(Cmdlet):
    """Let variables hold $null; they stay variables."""

    name: Names = ()
    scope: ScopeName = ""
    include: Include = ()
    exclude: Exclude = ()
    force: Force = False
    pass_thru: PassThru = False

    changes_something = True
    gives = "Nothing; with -PassThru the variables."
    examples = (
        Example("$x = 1; Clear-Variable x; $x -eq $null", "It holds nothing: True."),
        Example("$tmp1 = 1; $tmp2 = 2; Clear-Variable tmp* -Exclude tmp2; $tmp2", "Some of several: 2 stays."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        scope = scope_of(ctx, self.scope)
        names = await named(ctx, self.name, scope, self.include, self.exclude)
        async for name in agreed(ctx, "Clear-Variable", names):
            scope.set(name, None)
            if self.pass_thru:
                yield VariableInfo(name, None)

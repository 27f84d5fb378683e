"""Remove-Variable: forget variables."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets._variables import Exclude, Force, Include, Names, ScopeName, agreed, named, scope_of
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example


class RemoveVariable(Cmdlet):
    """Forget variables. Jobs and sessions they hold go on: it is only the name that is gone."""

    name: Names = ()
    scope: ScopeName = ""
    include: Include = ()
    exclude: Exclude = ()
    force: Force = False

    changes_something = True
    gives = "Nothing."
    examples = (
        Example("$x = 1; Remove-Variable x", "Forget $x."),
        Example("$tmp1 = 0; $tmp2 = 0; Remove-Variable tmp* -WhatIf", "See what would be forgotten."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        scope = scope_of(ctx, self.scope)
        names = await named(ctx, self.name, scope, self.include, self.exclude)
        async for name in agreed(ctx, "Remove-Variable", names):
            scope.remove(name)
        return
        yield  # makes this a generator

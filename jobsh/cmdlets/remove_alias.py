"""Remove-Alias: forget short names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.errors import NotFound, OperationError


class RemoveAlias(Cmdlet):
    """Forget short names that Set-Alias or New-Alias made. Those of jobsh itself stay."""

    name: Annotated[tuple[str, ...], Param("The short names.", position=0, is_mandatory=True)] = ()
    force: Annotated[bool, Param("Remove read-only ones too: there are none that can be removed.")] = False

    changes_something = True
    refused = (Refused("Scope", "aliases are those of the whole shell", "leave it out"),)
    gives = "Nothing."
    examples = (
        Example("Set-Alias rj Receive-Job; Remove-Alias rj", "Forget it."),
        Example(
            "Set-Alias r1 Get-Job; Set-Alias r2 Get-Job; Remove-Alias r1, r2 -WhatIf", "See what would be forgotten."
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        for name in self.name:
            if name.casefold() not in (alias.casefold() for alias in ctx.commands().aliases()):
                await ctx.error(NotFound(f"{name} is not an alias", error_id="ItemNotFoundException", target=name))
            elif not ctx.commands().is_own_alias(name):
                await ctx.error(OperationError(f"the alias {name} is jobsh's own", error_id="AliasNotRemovable"))
            elif await ctx.should_process("Remove-Alias", name):
                ctx.commands().set_alias(name, None)
        return
        yield  # makes this a generator

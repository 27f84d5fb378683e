"""New-Alias: a short name that is not there yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._aliases import REFUSED, Name, PassThru, Value, make
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import OperationError


class NewAlias(Cmdlet):
    """Let a short name stand for a cmdlet or function; one that is there already is an error, unless -Force is given."""

    name: Name = ""
    value: Value = ""
    force: Annotated[bool, Param("Replace an alias that is there, take the name of a program.")] = False
    pass_thru: PassThru = False

    changes_something = True
    refused = REFUSED
    gives = "Nothing; with -PassThru the alias."
    examples = (
        Example("New-Alias rj Receive-Job -PassThru", "A name of your own."),
        Example("New-Alias rj Receive-Job; New-Alias rj Remove-Job -Force; Get-Alias rj", "For another command now."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        there = {alias.casefold() for alias in ctx.commands().aliases()}
        if not self.force and self.name.casefold() in there:
            hint = "Set-Alias changes it, -Force replaces it"
            raise OperationError(f"there is an alias {self.name} already", hint=hint, error_id="AliasAlreadyExists")
        if await ctx.should_process("New-Alias", self.name):
            made = await make(ctx, self.name, self.value, force=self.force)
            if self.pass_thru:
                yield made

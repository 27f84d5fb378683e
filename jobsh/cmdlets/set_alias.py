"""Set-Alias: a short name for a command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._aliases import REFUSED, Name, PassThru, Value, make
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param


class SetAlias(Cmdlet):
    """Let a short name stand for a cmdlet or function, in this shell, from here on.

    The name of a program or builtin is not taken without -Force: jobsh passes those on. For a program's arguments use the shell's
    own `alias`.
    """

    name: Name = ""
    value: Value = ""
    force: Annotated[bool, Param("Take the name of a program too.")] = False
    pass_thru: PassThru = False

    changes_something = True
    refused = REFUSED
    gives = "Nothing; with -PassThru the alias."
    examples = (
        Example("Set-Alias rj Receive-Job; Get-Alias rj", "A name of your own."),
        Example("Set-Alias say Write-Output; say hello", "It can be used at once: hello."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if await ctx.should_process("Set-Alias", self.name):
            made = await make(ctx, self.name, self.value, force=self.force)
            if self.pass_thru:
                yield made

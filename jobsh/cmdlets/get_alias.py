"""Get-Alias: short names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._aliases import AliasInfo
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.errors import NotFound
from jobsh.model.queries import has_wildcard, matches


class GetAlias(Cmdlet):
    """Give the short names of commands. No alias is the name of a program, but some that count only after a pipe."""

    name: Annotated[
        tuple[str, ...], Param("Aliases; wildcards allowed. Without any: all.", position=0, in_set="Name")
    ] = ("*",)
    definition: Annotated[
        tuple[str, ...], Param("Commands whose aliases are wanted; wildcards allowed.", in_set="Definition")
    ] = ()
    exclude: Annotated[tuple[str, ...], Param("Aliases to leave out; wildcards allowed.")] = ()

    default_set = "Name"
    refused = (Refused("Scope", "aliases are those of the whole shell", "leave it out"),)
    output_types = (AliasInfo,)
    examples = (
        Example("Get-Alias rcjb", "What rcjb stands for: Receive-Job."),
        Example("Get-Alias -Definition *-Job", "The short names of the job commands."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        aliases = ctx.commands().aliases()
        for pattern in self.definition or self.name:
            found = [AliasInfo(a, d) for a, d in aliases.items() if matches(pattern, d if self.definition else a)]
            if not found and not has_wildcard(pattern):
                what = "has no alias" if self.definition else "is not an alias"
                await ctx.error(NotFound(f"{pattern} {what}", error_id="ItemNotFoundException", target=pattern))
            for info in found:
                if not any(matches(left_out, info.name) for left_out in self.exclude):
                    yield info

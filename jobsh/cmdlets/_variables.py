"""What the verbs for variables share."""

from __future__ import annotations

from collections.abc import Iterable

from jobsh.command.context import Context
from jobsh.errors import NotFound
from jobsh.model.queries import has_wildcard, matches
from jobsh.model.struct import Struct


class VariableInfo(Struct):
    """A variable and what it holds."""

    name: str
    value: object


async def named(ctx: Context, patterns: Iterable[str]) -> list[str]:
    """The names of the variables that the patterns name; a literal name without a variable is an error."""
    found: dict[str, None] = {}
    for pattern in patterns:
        own = [n for n in sorted(ctx.scope.names(), key=str.casefold) if matches(pattern, n)]
        if not own and not has_wildcard(pattern):
            await ctx.error(NotFound(f"there is no variable {pattern}", error_id="VariableNotFound", target=pattern))
        found |= dict.fromkeys(own)
    return list(found)

"""What the verbs for variables share: which are meant, in which scope."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Annotated

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.context import Context, Scope
from jobsh.command.declaration import Param, Refused
from jobsh.command.name_types import VariableName
from jobsh.command.types import TextType
from jobsh.errors import BindingError, NotFound, OperationError
from jobsh.model.queries import has_wildcard, matches
from jobsh.model.struct import Struct
from jobsh.runtime.variables import READ_ONLY


class VariableInfo(Struct):
    """A variable and what it holds."""

    name: str
    value: object


class ScopeNameType(TextType):
    """The name of a scope, or its distance."""

    word = "scope"

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return [Candidate(n) for n in ("Local", "Script", "Global") if n.casefold().startswith(prefix.casefold())]

    def describe(self) -> str:
        return "Local, Script, Global, or how many scopes further out: 0, 1, …"


ScopeName = Annotated[
    Annotated[str, ScopeNameType()], Param("Only the variables of this scope: Local, Script, Global, or a number.")
]
Names = Annotated[tuple[VariableName, ...], Param("Names without $; wildcards allowed.", position=0, is_mandatory=True)]
Include = Annotated[tuple[str, ...], Param("Of these, only those with such names; wildcards allowed.")]
Exclude = Annotated[tuple[str, ...], Param("All but those with such names; wildcards allowed.")]
PassThru = Annotated[bool, Param("Write the variables to the pipeline.")]
Force = Annotated[bool, Param("Change read-only variables too: there are none that can be changed.")]

ALIKE: tuple[Refused, ...] = tuple(
    Refused(name, "all variables are alike, but the automatic ones, which are read-only", "leave it out")
    for name in ("Option", "Description", "Visibility")
)


def scope_of(ctx: Context, name: str) -> Scope:
    """The scope asked for; all that are visible where none is."""
    return ctx.scope.at(name) if name else ctx.scope


async def named(
    ctx: Context,
    patterns: Iterable[str],
    scope: Scope | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> list[str]:
    """The names of the variables that the patterns name; a literal name without a variable is an error."""
    found: dict[str, None] = {}
    for pattern in patterns:
        visible = (scope or ctx.scope).names()
        own = [n for n in sorted(visible, key=str.casefold) if matches(pattern, n)]
        if not own and not has_wildcard(pattern):
            await ctx.error(NotFound(f"there is no variable {pattern}", error_id="VariableNotFound", target=pattern))
        found |= dict.fromkeys(own)
    return [n for n in found if (not include or _is_one(n, include)) and not _is_one(n, exclude)]


def _is_one(name: str, patterns: Sequence[str]) -> bool:
    return any(matches(pattern, name) for pattern in patterns)


async def agreed(ctx: Context, action: str, names: Iterable[str]) -> AsyncIterator[str]:
    """Those that are to be changed, `-WhatIf` and `-Confirm` asked; an automatic one raises."""
    for name in names:
        check_writable(name)
        if await ctx.should_process(action, f"${name}"):
            yield name


def check_writable(name: str) -> None:
    """Raise for an automatic variable."""
    if not name:
        raise BindingError("the name of a variable is missing", error_id="ParameterArgumentValidationError")
    if name.casefold() in READ_ONLY:
        raise OperationError(f"${name} is read-only", error_id="VariableNotWritable", target=name)

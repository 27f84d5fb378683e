"""What the verbs for aliases share: what may be one."""

from __future__ import annotations

import re
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Param, Refused
from jobsh.command.name_types import CommandName
from jobsh.errors import BindingError, CommandNotFound, OperationError
from jobsh.model.struct import Struct

_NAME = re.compile(r"[^\W\d][\w-]*")
_BUILTINS = (
    "alias bg bind break builtin caller cd command compgen complete continue declare dirs disown echo enable eval exec exit"
    " export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readonly"
    " return set shift shopt source suspend test time times trap true type typeset ulimit umask unalias unset wait"
)
"""Of the shells."""

Name = Annotated[str, Param("The short name.", position=0, is_mandatory=True)]
Value = Annotated[
    CommandName, Param("The command it stands for.", position=1, is_mandatory=True, aliases=("Definition",))
]
PassThru = Annotated[bool, Param("Write the alias to the pipeline.")]

REFUSED: tuple[Refused, ...] = (
    Refused("Option", "all aliases are alike", "leave it out"),
    Refused("Description", "an alias says what it stands for", "leave it out"),
    Refused("Scope", "aliases are those of the whole shell", "leave it out"),
)


class AliasInfo(Struct):
    """A short name and the command it stands for."""

    name: str
    definition: str


async def make(ctx: Context, name: str, value: str, *, force: bool) -> AliasInfo:
    """Let `name` stand for a command; raises for what is no command of ours, or a program's name without -Force."""
    if _NAME.fullmatch(name) is None:
        hint = "names begin with a letter and have letters, digits, _ and -"
        raise BindingError(
            f"'{name}' cannot be a command's name", hint=hint, error_id="ParameterArgumentValidationError"
        )
    definition = ctx.commands().resolve(value)
    if definition is None:
        hint = f"for a program use the shell's own: alias {name}='{value}'"
        raise CommandNotFound(f"there is no command {value}", hint=hint, error_id="CommandNotFoundException")
    if not force and await _is_programs(ctx, name):
        hint = "-Force takes the name from it in this shell; `command NAME` still runs it"
        raise OperationError(f"{name} is a program's name", hint=hint, error_id="AliasIsProgram", target=name)
    ctx.commands().set_alias(name, definition)
    return AliasInfo(name, definition)


async def _is_programs(ctx: Context, name: str) -> bool:
    """Whether the shell here knows the name; hosts are not asked."""
    if name in _BUILTINS.split():
        return True
    from shutil import which

    return which(name, path=dict(ctx.surroundings().environment).get("PATH")) is not None

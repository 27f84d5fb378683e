"""Get-Command: which commands there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.command.commands import Commands
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import CommandName
from jobsh.command.parameter_help import syntax_lines
from jobsh.errors import NotFound
from jobsh.model.queries import has_wildcard, matches
from jobsh.model.struct import Struct


class CommandInfo(Struct):
    """A command."""

    command_type: str
    name: str
    definition: str


class GetCommand(Cmdlet):
    """Give the commands of jobsh: cmdlets, functions and, when named, aliases.

    Programs are not listed: they are the shell's, `command -v NAME` finds them.
    """

    name: Annotated[
        tuple[CommandName, ...],
        Param("Names or aliases; wildcards allowed. Without any: all commands.", position=0, in_set="Name"),
    ] = ("*",)
    verb: Annotated[tuple[str, ...], Param("Commands with these verbs.", in_set="Words")] = ()
    noun: Annotated[tuple[str, ...], Param("Commands with these nouns.", in_set="Words")] = ()
    command_type: Annotated[
        Literal["Cmdlet", "Function", "Alias", "All"] | None, Param("Only commands of this type.", aliases=("Type",))
    ] = None
    syntax: Annotated[bool, Param("Show how the commands are written.")] = False

    default_set = "Name"
    output_types = (CommandInfo,)
    examples = (
        Example("Get-Command *-Job", "The job commands."),
        Example("Get-Command -Noun Session", "The session commands."),
        Example("Get-Command Stop-Job -Syntax", "How Stop-Job is written."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        commands = ctx.commands()
        known = [*_commands(commands), *_aliases(commands)]
        for pattern in self.name:
            found = [info for info in known if matches(pattern, info.name) and self._fits(info, pattern)]
            if not found and not has_wildcard(pattern):
                error = NotFound(
                    f"there is no command {pattern}",
                    hint=f"if it is a program: command -v {pattern}",
                    error_id="CommandNotFoundException",
                    target=pattern,
                )
                await ctx.error(error)
            for info in found:
                for shown in self._shown(info, commands):
                    yield shown

    def _fits(self, info: CommandInfo, pattern: str) -> bool:
        if self.command_type is None:
            if info.command_type == "Alias" and has_wildcard(pattern):
                return False
        elif self.command_type not in ("All", info.command_type):
            return False
        verb, _, noun = info.name.partition("-")
        return (not self.verb or any(matches(v, verb) for v in self.verb)) and (
            not self.noun or any(matches(n, noun) for n in self.noun)
        )

    def _shown(self, info: CommandInfo, commands: Commands) -> list[object]:
        spec = commands.spec(info.name) if self.syntax else None
        return list(syntax_lines(spec)) if spec is not None else [info]


def _commands(commands: Commands) -> list[CommandInfo]:
    found: list[CommandInfo] = []
    for name in commands.names():
        body = commands.function(name)
        text = body.text.strip().partition("\n")[0] if body is not None else ""
        found.append(CommandInfo("Cmdlet" if body is None else "Function", name, text))
    return found


def _aliases(commands: Commands) -> list[CommandInfo]:
    return [CommandInfo("Alias", alias, name) for alias, name in commands.aliases().items()]

"""Get-Help: how commands are used, and the about_* topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh import help as topics
from jobsh.command.context import Commands, Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.help import Part, help_text, parameter_text
from jobsh.command.types import HelpName
from jobsh.errors import NotFound
from jobsh.model.queries import has_wildcard, matches
from jobsh.model.struct import Struct


class HelpInfo(Struct):
    """One thing there is help for."""

    name: str
    category: str
    synopsis: str


class GetHelp(Cmdlet):
    """Show the help of a command, or a topic: about_Jobs, about_Remote_Jobs, ….

    A name with wildcards, or one that is only a part of names, lists what there is. `Stop-Job -?` is short for the help of a
    command.
    """

    name: Annotated[
        HelpName, Param("A command, an alias, a topic, or a pattern. Without one: where to begin.", position=0)
    ] = ""
    examples_only: Annotated[bool, Param("Only the examples.", in_set="Examples", name="Examples")] = False
    full: Annotated[bool, Param("Everything, each parameter in detail.", in_set="Full", aliases=("Detailed",))] = False
    parameter: Annotated[str, Param("Only this parameter; wildcards allowed.", in_set="Parameter")] = ""

    examples = (
        Example("Get-Help Receive-Job", "What Receive-Job does and how it is written."),
        Example("Get-Help Stop-Job -Examples", "How it is used."),
        Example("Get-Help Wait-Job -Parameter Timeout", "One parameter."),
        Example("Get-Help about_Remote_Jobs", "A topic."),
        Example("Get-Help *session*", "What there is about sessions."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        name = self.name or "about_jobsh"
        if has_wildcard(name) and ctx.commands().resolve(name) is None:
            for info in _matching(name, ctx.commands()):
                yield info
            return
        topic = topics.topic(name)
        if topic is not None:
            yield topic.rstrip("\n")
            return
        found = self._of_command(name, ctx.commands())
        if found is not None:
            yield found
            return
        similar = _matching(f"*{name}*", ctx.commands())
        if not similar:
            raise NotFound(
                f"there is no help about {name}", hint="Get-Help * lists what there is", error_id="HelpNotFound"
            )
        if len(similar) == 1:
            yield topics.topic(similar[0].name) or self._of_command(similar[0].name, ctx.commands())
            return
        for info in similar:
            yield info

    def _of_command(self, name: str, commands: Commands) -> str | None:
        spec = commands.spec(name)
        if spec is None:
            resolved = commands.resolve(name)
            return _of_function(resolved, commands) if resolved is not None else None
        if self.parameter:
            found = parameter_text(spec, self.parameter)
            if not found:
                raise NotFound(f"{spec.name} has no parameter -{self.parameter}", error_id="HelpParameterNotFound")
            return found
        part = Part.EXAMPLES if self.examples_only else Part.FULL if self.full else Part.SHORT
        return help_text(spec, part)


def _of_function(name: str, commands: Commands) -> str | None:
    body = commands.function(name)
    return f"function {name}\n{{{body.text}}}" if body is not None else None


def _matching(pattern: str, commands: Commands) -> list[HelpInfo]:
    names = [name for name in commands.names() if matches(pattern, name)]
    specs = [(name, commands.spec(name)) for name in names]
    found = [HelpInfo(n, "Cmdlet" if s else "Function", s.synopsis if s else "") for n, s in specs]
    return found + [HelpInfo(n, "Topic", topics.title(n)) for n in topics.names() if matches(pattern, n)]

"""Get-Help: how commands are used, and the about_* topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh import help as topics
from jobsh.command.commands import Commands
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.help import Part, help_text, parameter_text
from jobsh.command.name_types import HelpName
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
    command. At a terminal, help that is longer than the screen is shown page by page.
    """

    name: Annotated[
        HelpName, Param("A command, an alias, a topic, or a pattern. Without one: where to begin.", position=0)
    ] = ""
    examples_only: Annotated[bool, Param("Only the examples.", in_set="Examples", name="Examples")] = False
    detailed: Annotated[bool, Param("With the common parameters and what to read next.", in_set="Detailed")] = False
    full: Annotated[bool, Param("Everything, each parameter in detail.", in_set="Full")] = False
    parameter: Annotated[str, Param("Only this parameter; wildcards allowed.", in_set="Parameter")] = ""
    category: Annotated[
        tuple[Literal["Alias", "Cmdlet", "Function", "Topic"], ...],
        Param("Of a pattern, only what is of these kinds."),
    ] = ()

    default_set = "Short"
    refused = (
        Refused("Online", "all help is on this machine", "Get-Help NAME -Full shows all of it"),
        Refused("ShowWindow", "a terminal has no windows", "Get-Help NAME -Full shows all of it"),
        Refused("Path", "help is in the commands themselves, not in files"),
        Refused("Component", "commands are not grouped in components", "Get-Help *WORD* finds names"),
        Refused("Functionality", "commands are not grouped by functionality", "Get-Help *WORD* finds names"),
        Refused("Role", "commands are not grouped by roles", "Get-Help *WORD* finds names"),
    )
    gives = "String: the text of the help. For a pattern, a HelpInfo for each thing there is help for."
    examples = (
        Example("Get-Help Receive-Job", "What Receive-Job does and how it is written."),
        Example("Get-Help Receive-Job -Full", "All there is to say of it."),
        Example("Get-Help Stop-Job -Examples", "How it is used."),
        Example("Get-Help Wait-Job -Parameter Timeout", "One parameter."),
        Example("Get-Help about_Remote_Jobs", "A topic."),
        Example("Get-Help *session*", "What there is about sessions."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        name, commands = self.name or "about_jobsh", ctx.commands()
        if has_wildcard(name) and commands.resolve(name) is None:
            for info in self._listed(name, commands):
                yield info
            return
        found = self._text_of(name, commands) or topics.topic_for(name)
        if found is not None:
            yield found
            return
        similar = self._listed(f"*{name}*", commands)
        if not similar:
            hint = "Get-Help * lists what there is"
            raise NotFound(f"there is no help about {name}", hint=hint, error_id="HelpNotFound")
        for info in similar if len(similar) > 1 else ():
            yield info
        if len(similar) == 1:
            yield self._text_of(similar[0].name, commands)

    def _text_of(self, name: str, commands: Commands) -> str | None:
        topic = topics.topic(name)
        return topic.rstrip("\n") if topic is not None else self._of_command(name, commands)

    def _of_command(self, name: str, commands: Commands) -> str | None:
        spec = commands.spec(name)
        if spec is None:
            resolved = commands.resolve(name)
            return _of_function(resolved, commands) if resolved is not None else None
        if not self.parameter:
            return help_text(spec, self._part(), _related(spec.name, commands))
        found = parameter_text(spec, self.parameter)
        if not found:
            hint = f"Get-Help {spec.name} -Full tells of all parameters"
            what = f"{spec.name} has no parameter -{self.parameter}"
            raise NotFound(what, hint=hint, error_id="HelpParameterNotFound")
        return found

    def _part(self) -> Part:
        chosen = ((self.examples_only, Part.EXAMPLES), (self.detailed, Part.DETAILED), (self.full, Part.FULL))
        return next((part for is_chosen, part in chosen if is_chosen), Part.SHORT)

    def _listed(self, pattern: str, commands: Commands) -> list[HelpInfo]:
        found = [*_commands_like(pattern, commands), *_topics_like(pattern)]
        return [info for info in found if not self.category or info.category in self.category]


def _of_function(name: str, commands: Commands) -> str | None:
    body = commands.function(name)
    return f"function {name}\n{{{body.text}}}" if body is not None else None


def _commands_like(pattern: str, commands: Commands) -> list[HelpInfo]:
    """Those of such a name, and PowerShell's names of those that jobsh calls otherwise."""
    names = [name for name in commands.names() if matches(pattern, name)]
    specs = [(name, commands.spec(name)) for name in names]
    found = [HelpInfo(n, "Cmdlet" if s else "Function", s.synopsis if s else "") for n, s in specs]
    for alias, name in commands.aliases().items():
        if "-" in alias and name not in names and matches(pattern, alias):
            found.append(HelpInfo(alias, "Alias", f"PowerShell's name of {name}."))
    return found


def _topics_like(pattern: str) -> list[HelpInfo]:
    return [HelpInfo(n, "Topic", topics.title(n)) for n in topics.names() if matches(pattern, n)]


_DIFFERENCES = "about_PowerShell_Differences"
"""Speaks of all commands."""
_MOST_TOPICS = 4


def _related(name: str, commands: Commands) -> list[str]:
    """The commands of the same noun, and the topics that speak most of this one."""
    noun = name.partition("-")[2]
    same = [n for n in commands.names() if n != name and n.partition("-")[2] == noun]
    spoken = {t: (topics.topic(t) or "").count(name) for t in topics.names() if t != _DIFFERENCES}
    most = sorted((t for t in spoken if spoken[t]), key=lambda t: -spoken[t])
    return same + sorted(most[:_MOST_TOPICS])

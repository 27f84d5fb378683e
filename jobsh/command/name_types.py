"""Parameter types of text that names something: a path, a program, a variable, a command, a property."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.given import Given
from jobsh.command.types import TextType


class PathType(TextType):
    """A path at the location."""

    word = "path"

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return await context.paths(prefix)

    def describe(self) -> str:
        return "a path; ~ is the home directory"


class InterpreterType(TextType):
    """A program that reads scripts, with its options."""

    word = "program"

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        from jobsh.model.interpreters import NAMES

        return [Candidate(name) for name in NAMES if name.startswith(prefix)]

    def describe(self) -> str:
        from jobsh.model.interpreters import NAMES

        return f"a program of the host that reads scripts: {', '.join(NAMES)}"


class VariableNameType(TextType):
    """The name of a variable, with or without its `$`."""

    word = "name"

    def convert(self, given: Given) -> object:
        return str(super().convert(given)).removeprefix("$")

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return [Candidate(n) for n in context.variables() if n.casefold().startswith(prefix.casefold())]


class CommandNameType(TextType):
    """The name of a command."""

    word = "command"

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return [Candidate(n) for n in context.commands() if n.casefold().startswith(prefix.casefold())]


class PropertyNameType(TextType):
    """The name of a property of the objects in the pipeline; completion knows which those are."""

    word = "property"


class HelpNameType(CommandNameType):
    """The name of a command or help topic."""

    word = "name"


Path = Annotated[str, PathType()]
"""A path at the location; relative to its current directory."""

Interpreter = Annotated[str, InterpreterType()]
"""The program that reads a script."""

VariableName = Annotated[str, VariableNameType()]
CommandName = Annotated[str, CommandNameType()]
PropertyName = Annotated[str, PropertyNameType()]
HelpName = Annotated[str, HelpNameType()]

"""Texts into trees, as this front end's commands, functions and variables have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobsh.language.ast import Block, BlockKind, Script, Vocabulary
from jobsh.runtime.scope import Scope

if TYPE_CHECKING:
    from jobsh.runtime.shell import Shell


def vocabulary(shell: Shell, scope: Scope) -> Vocabulary:
    """What the parser must know."""

    def is_switch(function: str, parameter: str) -> bool:
        params = shell.functions[function.casefold()].body.params or ()
        found = [p for p in params if p.name.casefold().startswith(parameter.casefold())]
        return len(found) == 1 and found[0].type is not None and found[0].type.name == "switch"

    return shell.registry.vocabulary(shell.functions, scope.has_exactly, is_switch, shell.aliases)


def read_script(text: str, shell: Shell, scope: Scope) -> Script:
    """A whole text; raises ParseError."""
    from jobsh.language.parser import parse

    return parse(text, vocabulary(shell, scope))


def read_block(source: str, kind: BlockKind, shell: Shell, scope: Scope) -> Script | None:
    """A block with its braces; None when it is a script for a shell."""
    from jobsh.language.deep import deep
    from jobsh.language.parser import Parser

    @deep
    def read() -> Block:
        parser = Parser(source, vocabulary(shell, scope))
        return parser.code_block() if kind is BlockKind.CODE else parser.host_block(False)

    return read().code

"""Values handed to a jobsh process: the variables that a job's code names, as data in one variable of its environment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from jobsh.command.packing import pack, unpack
from jobsh.command.script_block import NO_ITEM
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.model.messages import Environment
from jobsh.runtime.frame import Frame
from jobsh.runtime.scope import Scope
from jobsh.runtime.variables import using_entry

if TYPE_CHECKING:
    from jobsh.runtime.shell import Shell

VALUES_VARIABLE = "JOBSH_VALUES"
LOCATION_VARIABLE = "JOBSH_LOCATION"
"""The host that is the location of a job's code, as the engine says it: the wire form of a HostAddress."""
SSH_CONFIG_VARIABLE = "JOBSH_SSH_CONFIG"
"""The front end's `-F FILE`."""
_LONGEST = 128 * 1024 - len(VALUES_VARIABLE) - 2


class Handover:
    """`$using:` values, plain variables and `$args` for code that runs in another process."""

    def __init__(
        self, using: Mapping[str, object], variables: Mapping[str, object], arguments: Sequence[object]
    ) -> None:
        self.using = using
        self.variables = variables
        self.arguments = arguments

    @classmethod
    def of(cls, frame: Frame, using: Sequence[str], variables: Sequence[str], arguments: Sequence[object]) -> Handover:
        """What the caller's scope holds under these names."""
        scope = frame.using or frame.scope
        plain = {name: frame.scope.get(name) for name in variables if frame.scope.find(name)}
        if "_" in variables and frame.item is not NO_ITEM:
            plain["_"] = frame.item
        return cls({name: scope.get(name) for name in using if scope.find(name)}, plain, arguments)

    def environment(self) -> Environment:
        """As a variable of the job's environment; none where there is nothing to hand over."""
        if not (self.using or self.variables or self.arguments):
            return ()
        sent = {
            "using": {name: pack(value) for name, value in self.using.items()},
            "variables": {name: pack(value) for name, value in self.variables.items()},
            "arguments": [pack(value) for value in self.arguments],
        }
        text = json.dumps(sent, separators=(",", ":"))
        if len(text) > _LONGEST:
            raise OperationError(
                "the values for this job are larger than 128 KiB, which no environment holds",
                hint="write them to a file, or give them with -InputObject",
                error_id="ValueTooLong",
            )
        return ((VALUES_VARIABLE, text),)

    @classmethod
    def received(cls, text: str) -> Handover:
        """What the process that started us handed over."""
        sent = json.loads(text) if text else {}
        using = {name: unpack(value) for name, value in sent.get("using", {}).items()}
        variables = {name: unpack(value) for name, value in sent.get("variables", {}).items()}
        return cls(using, variables, [unpack(value) for value in sent.get("arguments", ())])

    def give_to(self, shell: Shell) -> Sequence[object]:
        """Let the values be this process's variables; gives the arguments."""
        shell.using = Scope()
        for name, value in self.using.items():
            shell.using.set(name, value)
        for name, value in self.variables.items():
            shell.global_scope.set(name, value)
        return self.arguments


def check_using(code: ast.Node, frame: Frame) -> None:
    """Raise OperationError when a `$using:name` of the code has no variable. Those in its blocks may mean its own variables."""
    for name in dict.fromkeys(_names(code, "using", into_blocks=False)):
        using_entry(name, frame)


def named_variables(node: object, scope: str) -> tuple[str, ...]:
    """The names of the variables of a scope (`using`, or none) that a piece of code speaks of."""
    return tuple(dict.fromkeys(_names(node, scope)))


def _names(node: object, scope: str, *, into_blocks: bool = True) -> Iterator[str]:
    if isinstance(node, ast.Block) and not into_blocks:
        return
    if isinstance(node, ast.Variable) and node.scope == scope:
        yield node.name
    elif isinstance(node, ast.ShellText):
        yield from (node.variables if not scope else (name for _, name in node.using))
        if not scope and any(name == "_" for _, name in node.using):
            yield "_"
    elif isinstance(node, ast.Block) and node.code is None and scope == "using":
        from jobsh.language.shell_text import using_references

        yield from (name for _, name in using_references(node.text))
    elif isinstance(node, tuple):
        for item in node:
            yield from _names(item, scope, into_blocks=into_blocks)
    elif isinstance(node, ast.Node):
        for item in node.astuple():
            yield from _names(item, scope, into_blocks=into_blocks)

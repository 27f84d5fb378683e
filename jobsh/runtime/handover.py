"""Values handed to a jobsh process: the variables that a job's code names, as data in one variable of its environment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jobsh.command.context import NO_ITEM
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.model.ids import JobId
from jobsh.model.messages import Environment
from jobsh.model.records import Chunk, Line
from jobsh.model.struct import Struct
from jobsh.model.wire import from_wire, to_wire
from jobsh.runtime.frame import Frame
from jobsh.runtime.scope import Scope

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
            "using": {name: _pack(value) for name, value in self.using.items()},
            "variables": {name: _pack(value) for name, value in self.variables.items()},
            "arguments": [_pack(value) for value in self.arguments],
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
        using = {name: _unpack(value) for name, value in sent.get("using", {}).items()}
        variables = {name: _unpack(value) for name, value in sent.get("variables", {}).items()}
        return cls(using, variables, [_unpack(value) for value in sent.get("arguments", ())])

    def give_to(self, shell: Shell) -> Sequence[object]:
        """Let the values be this process's variables; gives the arguments."""
        shell.using = Scope()
        for name, value in self.using.items():
            shell.using.set(name, value)
        for name, value in self.variables.items():
            shell.global_scope.set(name, value)
        return self.arguments


def named_variables(node: object, scope: str) -> tuple[str, ...]:
    """The names of the variables of a scope (`using`, or none) that a piece of code speaks of."""
    return tuple(dict.fromkeys(_names(node, scope)))


def _names(node: object, scope: str) -> Iterator[str]:
    if isinstance(node, ast.Variable) and node.scope == scope:
        yield node.name
    elif isinstance(node, ast.ShellText):
        yield from (node.variables if not scope else (name for _, name in node.using if name != "_"))
        if not scope and any(name == "_" for _, name in node.using):
            yield "_"
    elif isinstance(node, ast.Block) and node.code is None and scope == "using":
        from jobsh.language.shell_text import using_references

        yield from (name for _, name in using_references(node.text))
    elif isinstance(node, tuple):
        for item in node:
            yield from _names(item, scope)
    elif isinstance(node, ast.Node):
        for item in node.astuple():
            yield from _names(item, scope)


def _pack(value: object) -> Any:
    """A value as JSON. What is only text to others (lines, times, blocks) travels as its text."""
    match value:
        case Line():
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [_pack(item) for item in value]
        case HashTable():
            return {"hashtable": [[_pack(k), _pack(v)] for k, v in value.items()]}
        case PropertyBag():
            return {"bag": [[_pack(k), _pack(v)] for k, v in value.properties.items()], "type": value.type_name}
        case Struct() | JobId():
            return {"wire": to_wire(value)}
        case Chunk():
            return value.data.decode("utf-8", "surrogateescape")
    return _pack_time(value)


def _pack_time(value: object) -> Any:
    from datetime import datetime, timedelta

    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, timedelta):
        return {"timespan": value.total_seconds()}
    return to_text(value)


def _unpack(sent: Any) -> object:
    if isinstance(sent, list):
        return [_unpack(item) for item in sent]
    if not isinstance(sent, dict):
        return sent
    if "hashtable" in sent:
        return HashTable([(_unpack(k), _unpack(v)) for k, v in sent["hashtable"]])
    if "bag" in sent:
        return PropertyBag([(_unpack(k), _unpack(v)) for k, v in sent["bag"]], sent["type"])
    if "wire" in sent:
        return from_wire(sent["wire"])
    from datetime import datetime, timedelta

    return datetime.fromisoformat(sent["datetime"]) if "datetime" in sent else timedelta(seconds=sent["timespan"])

"""What comes through the pipe at a place in a half-typed text: kinds of objects and the names of their properties. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from jobsh.command.members import properties, property_names
from jobsh.command.spec import CmdletSpec
from jobsh.command.values import HashTable, PropertyBag
from jobsh.model.struct import Struct

_STAGE = re.compile(r"(^|[|;&\n({=])\s*(?:\$(\w+)|([A-Za-z%?][\w-]*))")
_ITEM = ("_", "psitem")


class Piped(Struct):
    """What one stage hands to the next."""

    kinds: tuple[type, ...] = ()
    """The types of the objects, as far as declarations tell."""
    names: tuple[str, ...] = ()
    """Their properties."""


_NOTHING = Piped()


def into(text: str, spec: Callable[[str], CmdletSpec | None], value: Callable[[str], object]) -> Piped:
    """What the last stage of the text gets. `spec` looks commands up, `value` variables."""
    return _given_by(_stages(text)[:-1], spec, value)


def out_of(text: str, spec: Callable[[str], CmdletSpec | None], value: Callable[[str], object]) -> Piped:
    """What the last stage of the text gives."""
    return _given_by(_stages(text), spec, value)


def _stages(text: str) -> list[tuple[str, str, str]]:
    """What stands before each stage, with the variable or command that it begins with; `$_` is no stage."""
    return [stage for stage in _STAGE.findall(text) if stage[1].casefold() not in _ITEM]


def _given_by(
    stages: Sequence[tuple[str, str, str]], spec: Callable[[str], CmdletSpec | None], value: Callable[[str], object]
) -> Piped:
    """What the last stage gives; one that hands on what it gets gives what the one before it gives."""
    for boundary, variable, command in reversed(stages):
        if variable:
            return _of_value(value(variable))
        found = spec(command)
        if found is None:
            return _NOTHING
        if kinds := found.cls.output_types:
            return Piped(kinds, tuple(name for kind in kinds for name in property_names(kind)))
        if not (found.cls.hands_on and boundary == "|"):
            return _NOTHING
    return _NOTHING


def _of_value(value: object) -> Piped:
    item = value[0] if isinstance(value, list) and value else value
    if isinstance(item, (HashTable, PropertyBag)):
        return Piped((type(item),), tuple(properties(item)))
    return _NOTHING if item is None else Piped((type(item),), property_names(type(item)))

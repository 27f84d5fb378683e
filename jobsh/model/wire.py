"""`Struct`s to JSON and back: the one encoding used on the socket and in the store's documents.

A Struct is `{"$": "Name", field: value, …}` without fields that have their default, an enum `{"$e": "Name", "v": value}`, bytes
`{"$b": base64}`, a JobId `{"$j": "12.1"}`; lists come back as tuples. Unknown fields are dropped and missing ones take their
default, so that a newer or older jobsh can read.
"""

from __future__ import annotations

import base64
import json
from enum import Enum
from functools import cache
from typing import Any

from jobsh.model.ids import JobId
from jobsh.model.struct import Struct

_PLAIN = frozenset((str, int, float, bool, type(None)))
"""What is its own JSON. Asked of the exact type, inside of lists too: an environment has a hundred strings."""


def to_wire(value: object) -> Any:
    """The JSON-able form of `value`."""
    if type(value) in _PLAIN:
        return value
    match value:
        case Enum():
            return {"$e": type(value).__name__, "v": value.value}
        case bool() | int() | float() | str():
            return value
        case Struct():
            return _struct_to_wire(value)
        case JobId():
            return {"$j": str(value)}
        case tuple() | list():
            return [item if type(item) in _PLAIN else to_wire(item) for item in value]
        case bytes():
            return {"$b": base64.b64encode(value).decode("ascii")}
        case dict():
            return {"$d": [[to_wire(k), to_wire(v)] for k, v in value.items()]}
    raise TypeError(f"{type(value).__name__} does not travel")


def _struct_to_wire(value: Struct) -> dict[str, Any]:
    kind = type(value)
    required = kind.__required__
    wire: dict[str, Any] = {"$": kind.__name__}
    for name, item in vars(value).items():  # what was not given is the class's
        if name in required or item != getattr(kind, name):
            wire[name] = item if type(item) in _PLAIN else to_wire(item)
    return wire


def from_wire(wire: Any) -> Any:
    """The value `to_wire` was given; raises ValueError for a name this version does not know."""
    if isinstance(wire, list):
        return tuple([item if type(item) in _PLAIN else from_wire(item) for item in wire])
    if not isinstance(wire, dict):
        return wire
    if "$" in wire:
        kind = _named(wire["$"], Struct)
        fields = kind.__names__
        return kind(**{k: v if type(v) in _PLAIN else from_wire(v) for k, v in wire.items() if k in fields})
    if "$e" in wire:
        return _named(wire["$e"], Enum)(wire["v"])
    if "$b" in wire:
        return base64.b64decode(wire["$b"])
    if "$j" in wire:
        return JobId.parse(wire["$j"])
    return {from_wire(k): from_wire(v) for k, v in wire["$d"]}


@cache
def _named(name: str, base: type[Any]) -> type[Any]:
    for kind in _subclasses(base):
        if kind.__name__ == name and kind.__module__.startswith("jobsh.model."):
            return kind
    raise ValueError(f"this jobsh does not know '{name}'")


def _subclasses(base: type[Any]) -> list[type[Any]]:
    direct = base.__subclasses__()
    return direct + [kind for parent in direct for kind in _subclasses(parent)]


def dumps(value: object) -> str:
    """`value` as JSON text, ASCII only (lone surrogates survive)."""
    return json.dumps(to_wire(value), separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """The value in a JSON text made by `dumps`."""
    return from_wire(json.loads(text))

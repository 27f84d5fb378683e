"""The names of types, as Get-Member, `-is` and errors know them."""

from __future__ import annotations

from enum import Enum

from jobsh.command.provenance import FloatFromHost, NumberFromHost
from jobsh.command.text import pascal
from jobsh.command.values import HashTable, PropertyBag, time_kind


def type_name(value: object) -> str:
    """The name of the value's type, as Get-Member and `-is` know it."""
    if isinstance(value, PropertyBag):
        return value.type_name
    if isinstance(value, Enum):
        return "String" if isinstance(value, str) else type(value).__name__
    return _TIME_NAMES.get(time_kind(value)) or name_of_type(type(value))


def name_of_type(kind: type) -> str:
    """The name of a type of values, by its class."""
    return _TYPE_NAMES.get(kind) or pascal(kind.__name__)


_TYPE_NAMES: dict[type, str] = {
    str: "String",
    bool: "Boolean",
    int: "Int",
    float: "Double",
    NumberFromHost: "Int",
    FloatFromHost: "Double",
    list: "List",
    HashTable: "Hashtable",
    type(None): "Null",
}
_TIME_NAMES = {"datetime": "DateTime", "timedelta": "TimeSpan"}

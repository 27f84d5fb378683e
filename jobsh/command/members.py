"""The members of values: reading one by its name, and which there are."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from jobsh.command.property_tables import BY_NAME_ONLY, Getter, hidden_of, listed_of
from jobsh.command.provenance import LISTED, came_from, has_note, note
from jobsh.command.text import enum_text
from jobsh.command.type_names import type_name
from jobsh.command.values import HashTable, PropertyBag, from_python


def get_member(value: object, name: str) -> object:
    """`value.name`: case-insensitive; over a list the members of its items; None where there is none."""
    if isinstance(value, (HashTable, PropertyBag)):
        return _get_entry(value, name)
    found = _folded(value).get(name.casefold())
    if found is not None:
        return _presentable(found[1](value))
    if isinstance(value, list):
        return _members_of_items(value, name)
    if (noted := note(value, name)) is not None:
        return noted
    if name.casefold() == "psobject":
        return _as_object(value)
    # every value counts as one, and nothing as none
    return _count(value) if name.casefold() in ("count", "length") else None


def _as_object(value: object) -> PropertyBag:
    """`$x.PSObject.Properties`: the names and values of all properties."""
    listed = [PropertyBag({"Name": name, "Value": item}, "PSNoteProperty") for name, item in properties(value).items()]
    return PropertyBag({"Properties": listed, "TypeNames": [type_name(value)], "BaseObject": value}, "PSObject")


def has_member(value: object, name: str) -> bool:
    """Whether the value itself has a property of this name."""
    if isinstance(value, HashTable):
        return name in value or name.casefold() in _folded(value) or has_note(value, name)
    if isinstance(value, PropertyBag):
        return name in value.properties or has_note(value, name)
    return name.casefold() in _folded(value) or has_note(value, name)


def properties(value: object) -> dict[str, object]:
    """The properties that lists, JSON and CSV show, in order: its own, then those of where it came from."""
    own = own_properties(value)
    return own if came_from(value) is None else {**own, **{name: note(value, name) for name in LISTED}}


def own_properties(value: object) -> dict[str, object]:
    """The properties of the object itself, in order."""
    if isinstance(value, HashTable):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, PropertyBag):
        return {str(key): item for key, item in value.properties.items()}
    return {name: _presentable(get(value)) for name, get in listed_of(type(value)).items()}


def property_names(kind: type) -> tuple[str, ...]:
    """The names of the properties that objects of this class have."""
    return tuple(listed_of(kind))


def members(value: object) -> tuple[tuple[str, str], ...]:
    """(name, `Property` or `Method`) of all members, as Get-Member lists them."""
    from jobsh.command.methods import method_names

    own: list[str] = [*listed_of(type(value)), *BY_NAME_ONLY.get(type(value), ())]
    if isinstance(value, (HashTable, PropertyBag)):
        own = [*properties(value), *own]
    listed = {name.casefold(): name for name in reversed(own)}
    found = [(name, "Property") for name in sorted(listed.values(), key=str.casefold)]
    return tuple(found + [(name, "Method") for name in method_names(value)])


def hidden_names(value: object) -> tuple[str, ...]:
    """The properties that scripts written for PowerShell use and that are not listed."""
    return tuple(sorted(hidden_of(type(value))))


def _get_entry(value: HashTable | PropertyBag, name: str) -> object:
    table = value if isinstance(value, HashTable) else value.properties
    if name in table:
        return table[name]
    found = _folded(value).get(name.casefold())
    if found is None and name.casefold() == "psobject":
        return _as_object(value)
    return _presentable(found[1](value)) if found is not None else note(value, name)


def _members_of_items(items: list[object], name: str) -> object:
    found: list[object] = []
    for item in items:
        if isinstance(item, list) or has_member(item, name):
            member = get_member(item, name)
            found.extend(member if isinstance(member, list) else [member])
    if len(found) > 1:
        return found
    return found[0] if found else None


def _count(value: object) -> int:
    return 0 if value is None else 1


def _presentable(value: object) -> object:
    """An enumeration's member as its word, a tuple as a list."""
    if isinstance(value, Enum):
        return enum_text(value)
    return from_python(value)


def _folded(value: object) -> Mapping[str, tuple[str, Getter]]:
    kind = type(value)
    if kind not in _FOLDED:
        table = {**listed_of(kind), **hidden_of(kind)}
        _FOLDED[kind] = {name.casefold(): (name, get) for name, get in table.items()}
    return _FOLDED[kind]


_FOLDED: dict[type, Mapping[str, tuple[str, Getter]]] = {}
"""What `_folded` found before."""

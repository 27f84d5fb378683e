"""The two containers of the language besides the list: hashtables and property bags."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from jobsh.model.ids import JobId


class HashTable(MutableMapping[object, object]):
    """An ordered dictionary that does not mind the case of its keys, unless it is to, and keeps their first spelling."""

    __slots__ = ("_entries", "_is_exact", "came_from")

    def __init__(
        self, entries: Mapping[Any, object] | Iterable[tuple[Any, object]] = (), *, case_sensitive: bool = False
    ) -> None:
        self._is_exact = case_sensitive
        self._entries: dict[object, tuple[object, object]] = {}
        for key, value in entries.items() if isinstance(entries, Mapping) else entries:
            self[key] = value

    def __getitem__(self, key: object) -> object:
        return self._entries[self._fold(key)][1]

    def _fold(self, key: object) -> object:
        """What two keys have in common that are the same."""
        if isinstance(key, str):
            return str(key) if self._is_exact else key.casefold()
        return key

    def __setitem__(self, key: object, value: object) -> None:
        folded = self._fold(key)
        spelling = self._entries[folded][0] if folded in self._entries else key
        self._entries[folded] = (spelling, value)

    def __delitem__(self, key: object) -> None:
        del self._entries[self._fold(key)]

    def __iter__(self) -> Iterator[object]:
        return (spelling for spelling, _ in self._entries.values())

    def items(self) -> ItemsView[object, object]:
        """Keys as they were first spelled, with their values: what is kept is just that."""
        return cast("ItemsView[object, object]", self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return self._fold(key) in self._entries

    def __eq__(self, other: object) -> bool:
        return self is other  # as in PowerShell: two hashtables are never equal

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"HashTable({dict(self.items())!r})"


class Char(str):
    """What `[char]` gives: text of one character, which as a number is its code."""

    __slots__ = ()


class PropertyBag:
    """An object made of named properties: what Select-Object -Property, ConvertFrom-Json and [pscustomobject] give."""

    __slots__ = ("came_from", "properties", "type_name")

    def __init__(
        self,
        properties: Mapping[Any, object] | Iterable[tuple[Any, object]] = (),
        type_name: str = "PropertyBag",
    ) -> None:
        self.properties = HashTable(properties)
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"PropertyBag({dict(self.properties.items())!r})"


def as_list(value: object) -> list[object]:
    """What `@(value)` holds: nothing for $null, the items of a list, else the value alone."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def copied(value: object, made: dict[int, object] | None = None) -> object:
    """The value with copies of the lists, tables and bags in it: changing them changes nothing elsewhere. One may hold itself."""
    made = {} if made is None else made
    if id(value) in made:
        return made[id(value)]
    if isinstance(value, list):
        items: list[object] = []
        made[id(value)] = items
        items += [copied(item, made) for item in value]
        return items
    if isinstance(value, PropertyBag):
        bag = PropertyBag((), value.type_name)
        made[id(value)] = bag
        bag.properties.update((key, copied(item, made)) for key, item in value.properties.items())
        return bag
    if isinstance(value, HashTable):
        table = HashTable()
        made[id(value)] = table
        table.update((key, copied(item, made)) for key, item in value.items())
        return table
    return value


def from_python(value: object) -> object:
    """A tuple of ours as a list of the language; everything else as it is."""
    if isinstance(value, tuple) and not isinstance(value, JobId) and not hasattr(value, "_fields"):
        return [from_python(item) for item in value]
    return value


def time_kind(value: object) -> str:
    """`datetime` or `timedelta` for a time, else empty; asks without importing `datetime`, which costs 2 ms."""
    kind = type(value)
    return kind.__name__ if kind.__module__ == "datetime" else ""

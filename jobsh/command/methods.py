"""The methods of values: a fixed table, so that no member of ours is ever reached by accident."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from jobsh.command.conversion import to_int
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag, as_list, time_kind
from jobsh.errors import OperationError

Method = Callable[..., object]
Methods = Mapping[str, Method]


def register(kind: type, own: Methods) -> None:
    """Give objects of a class their methods; for classes that few texts need, where they are loaded."""
    _OTHERS[kind] = {**_ANY, **own}


def call_method(value: object, name: str, arguments: Sequence[object]) -> object:
    """`value.name(arguments)`, over a list the items' method; raises OperationError for a method that is not in the table or arguments that do not fit."""
    if isinstance(value, list) and not _has(value, name) and value and all(_has(item, name) for item in value):
        return [call_method(item, name, arguments) for item in value]
    spelled, method = _find(value, name)
    try:
        return method(value, *arguments)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise OperationError(f"{spelled} does not take these arguments: {error}", error_id="MethodArguments") from error


def method_names(value: object) -> tuple[str, ...]:
    """The names of the value's methods, sorted."""
    return tuple(sorted(_methods_of(value)))


def _has(value: object, name: str) -> bool:
    return any(known.casefold() == name.casefold() for known in _methods_of(value))


def _find(value: object, name: str) -> tuple[str, Method]:
    table = _methods_of(value)
    for known, method in table.items():
        if known.casefold() == name.casefold():
            return known, method
    if value is None:
        raise OperationError(f"$null has no method {name}()", error_id="InvokeMethodOnNull")
    raise OperationError(
        f"{_kind(value)} has no method {name}()", hint=f"it has {', '.join(sorted(table))}", error_id="MethodNotFound"
    )


def _kind(value: object) -> str:
    from jobsh.command.type_names import type_name

    return type_name(value)


def _methods_of(value: object) -> Methods:
    if value is None:
        return {}
    if isinstance(value, str):
        return _merged("text")
    if isinstance(value, list):
        return _LIST
    if isinstance(value, HashTable):
        return _TABLE
    if isinstance(value, PropertyBag):
        return _BAGS.get(value.type_name, _ANY)
    return _merged(kind) if (kind := time_kind(value)) else _OTHERS.get(type(value), _ANY)


@cache
def _merged(kind: str) -> Methods:
    """The methods of text and times, each read when first needed."""
    if kind == "text":
        from jobsh.command.text_methods import TEXT

        return {**_ANY, **TEXT}
    from jobsh.command.time_methods import DATE, SPAN

    return {**_ANY, **(DATE if kind == "datetime" else SPAN)}


def _number_text(value: object, pattern: object = None) -> str:
    if pattern is None:
        return to_text(value)
    from jobsh.command.formatting import format_value

    return format_value(value, to_text(pattern))


def _add_entry(table: HashTable, key: object, value: object) -> None:
    if key in table:
        raise OperationError(f"the hashtable already has the key '{to_text(key)}'", error_id="DuplicateKey")
    table[key] = value


def _remove_entry(table: HashTable, key: object) -> None:
    table.pop(key, None)


def _contains(items: list[object], wanted: object) -> bool:
    return any(type(item) is type(wanted) and item == wanted for item in items)


def _index_of(items: list[object], wanted: object) -> int:
    return next((at for at, item in enumerate(items) if item == wanted), -1)


def _removed(items: list[object], wanted: object) -> bool:
    at = _index_of(items, wanted)
    if at >= 0:
        del items[at]
    return at >= 0


def _inserted(items: list[object], at: object, item: object) -> None:
    items.insert(_place(items, at, len(items)), item)


def _removed_at(items: list[object], at: object) -> None:
    del items[_place(items, at, len(items) - 1)]


def _place(items: list[object], at: object, most: int) -> int:
    if not 0 <= (place := to_int(at)) <= most:
        raise ValueError(f"the list has {len(items)} items, no item {place}")
    return place


def _sorted(items: list[object]) -> None:
    from jobsh.command.comparison import sort_key

    items.sort(key=sort_key())


def _part(items: list[object], at: object, count: object) -> list[object]:
    first = to_int(at)
    return items[first : first + to_int(count)]


def _bytes(_: PropertyBag, text: object) -> list[int]:
    return list(to_text(text).encode("utf-8", "surrogateescape"))


def _decoded(_: PropertyBag, numbers: object) -> str:
    return bytes(to_int(number) for number in as_list(numbers)).decode("utf-8", "surrogateescape")


def _compare(value: object, other: object) -> int:
    from jobsh.command.comparison import order

    return order(value, other)


_ANY: Methods = {
    "ToString": _number_text,
    "Equals": lambda value, other: value == other,
    "CompareTo": _compare,
    "GetType": lambda value: PropertyBag({"Name": _kind(value), "FullName": f"System.{_kind(value)}"}, "Type"),
}

_LIST: Methods = {
    **_ANY,
    "Contains": _contains,
    "IndexOf": _index_of,
    "Add": lambda items, item: items.append(item),
    "AddRange": lambda items, more: items.extend(as_list(more)),
    "Insert": _inserted,
    "Remove": _removed,
    "RemoveAt": _removed_at,
    "GetRange": _part,
    "Sort": _sorted,
    "ToArray": list,
    "Clone": list,
    "Clear": lambda items: items.clear(),
    "Reverse": lambda items: items.reverse(),
    "GetEnumerator": list,
}

_TABLE: Methods = {
    **_ANY,
    "ContainsKey": lambda table, key: key in table,
    "Contains": lambda table, key: key in table,
    "ContainsValue": lambda table, value: value in list(table.values()),
    "Add": _add_entry,
    "Remove": _remove_entry,
    "Item": lambda table, key: table.get(key),
    "Clone": HashTable,
    "Clear": lambda table: table.clear(),
    "GetEnumerator": lambda table: [
        PropertyBag({"Name": key, "Value": value}, "DictionaryEntry") for key, value in table.items()
    ],
}

_OTHERS: dict[type, Methods] = {}

_BAGS: Mapping[str, Methods] = {
    "Encoding": {**_ANY, "GetBytes": _bytes, "GetString": _decoded},
}
"""Of objects by their type's name."""

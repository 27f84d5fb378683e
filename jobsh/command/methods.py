"""The methods of values: a fixed table, so that no member of ours is ever reached by accident."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jobsh.command.conversion import to_int, to_number, to_timespan
from jobsh.command.text import datetime_text, to_text
from jobsh.command.values import HashTable, PropertyBag, time_kind
from jobsh.errors import OperationError

Method = Callable[..., object]
Methods = Mapping[str, Method]


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
    from jobsh.command.members import type_name

    return type_name(value)


def _methods_of(value: object) -> Methods:
    if value is None:
        return {}
    if isinstance(value, str):
        return _TEXT
    if isinstance(value, list):
        return _LIST
    if isinstance(value, HashTable):
        return _TABLE
    return {"datetime": _DATETIME, "timedelta": _TIMESPAN}.get(time_kind(value), _ANY)


def _characters(arguments: tuple[object, ...]) -> str | None:
    return "".join(to_text(a) for a in arguments) or None


def _split(text: str, *separators: object) -> object:
    if not separators:
        return list(text.split())
    import re

    pattern = "|".join(re.escape(to_text(s)) for s in separators)
    return list(re.split(pattern, text))


def _substring(text: str, start: object, length: object = None) -> str:
    at = to_int(start)
    end = len(text) if length is None else at + to_int(length)
    if not 0 <= at <= end <= len(text):
        raise ValueError(f"{at} to {end} is outside of a text of {len(text)} characters")
    return text[at:end]


def _number_text(value: object, pattern: object = None) -> str:
    return to_text(value) if pattern is None else _formatted(value, pattern)


def _formatted(value: object, pattern: object) -> str:
    from jobsh.command.formatting import format_value

    return format_value(value, to_text(pattern))


def _moved(unit: str) -> Method:
    def move(at: Any, count: object) -> object:
        from datetime import timedelta

        return at + timedelta(**{unit: to_number(count)})

    return move


def _months(count_per: int) -> Method:
    def move(at: Any, count: object) -> object:
        import calendar

        month = at.month - 1 + to_int(count) * count_per
        year, month = at.year + month // 12, month % 12 + 1
        return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))

    return move


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


def _any_text(value: object) -> str:
    return to_text(value)


def _datetime_text(at: Any, pattern: object = None) -> str:
    return datetime_text(at) if pattern is None else _formatted(at, pattern)


_ANY: Methods = {
    "ToString": _number_text,
    "Equals": lambda value, other: value == other,
    "GetType": lambda value: PropertyBag({"Name": _kind(value)}, "Type"),
}

_TEXT: Methods = {
    **_ANY,
    "ToString": _any_text,
    "Trim": lambda text, *characters: text.strip(_characters(characters)),
    "TrimStart": lambda text, *characters: text.lstrip(_characters(characters)),
    "TrimEnd": lambda text, *characters: text.rstrip(_characters(characters)),
    "Split": _split,
    "ToUpper": lambda text: text.upper(),
    "ToLower": lambda text: text.lower(),
    "Replace": lambda text, old, new: text.replace(to_text(old), to_text(new)),
    "StartsWith": lambda text, start: text.startswith(to_text(start)),
    "EndsWith": lambda text, end: text.endswith(to_text(end)),
    "Contains": lambda text, part: to_text(part) in text,
    "Substring": _substring,
    "IndexOf": lambda text, part, start=0: text.find(to_text(part), to_int(start)),
    "LastIndexOf": lambda text, part: text.rfind(to_text(part)),
    "PadLeft": lambda text, width, fill=" ": text.rjust(to_int(width), to_text(fill)),
    "PadRight": lambda text, width, fill=" ": text.ljust(to_int(width), to_text(fill)),
    "Insert": lambda text, at, part: _substring(text, 0, at) + to_text(part) + _substring(text, at),
    "Remove": lambda text, at, count=None: (
        _substring(text, 0, at) + ("" if count is None else _substring(text, to_int(at) + to_int(count)))
    ),
    "ToCharArray": list,
}

_LIST: Methods = {
    **_ANY,
    "Contains": _contains,
    "IndexOf": _index_of,
    "Add": lambda items, item: items.append(item),
    "Clear": lambda items: items.clear(),
    "Reverse": lambda items: items.reverse(),
}

_TABLE: Methods = {
    **_ANY,
    "ContainsKey": lambda table, key: key in table,
    "Contains": lambda table, key: key in table,
    "ContainsValue": lambda table, value: value in list(table.values()),
    "Add": _add_entry,
    "Remove": _remove_entry,
    "Clear": lambda table: table.clear(),
    "GetEnumerator": lambda table: [
        PropertyBag({"Name": key, "Value": value}, "DictionaryEntry") for key, value in table.items()
    ],
}

_DATETIME: Methods = {
    **_ANY,
    "ToString": _datetime_text,
    "AddMilliseconds": _moved("milliseconds"),
    "AddSeconds": _moved("seconds"),
    "AddMinutes": _moved("minutes"),
    "AddHours": _moved("hours"),
    "AddDays": _moved("days"),
    "AddMonths": _months(1),
    "AddYears": _months(12),
    "ToUniversalTime": lambda at: at.astimezone(_utc()),
    "ToLocalTime": lambda at: at.astimezone(),
}

_TIMESPAN: Methods = {
    **_ANY,
    "Add": lambda span, other: span + to_timespan(other),
    "Subtract": lambda span, other: span - to_timespan(other),
}


def _utc() -> Any:
    from datetime import UTC

    return UTC

"""`[type]::new(…)`: values of types that are made of several things, or of nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jobsh.command.conversion import convert, to_hashtable, to_int, to_timespan
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, as_list
from jobsh.errors import OperationError


def construct(type_name: str, arguments: Sequence[object]) -> object:
    """A value of the type; raises OperationError where it cannot be made of these."""
    name = plain_name(type_name)
    make = _MAKERS.get(name)
    try:
        if make is not None:
            return make(*arguments)
        if len(arguments) <= 1 or name.endswith("exception"):
            return convert(arguments[0] if arguments else "", type_name)
    except (TypeError, ValueError, OverflowError) as error:
        raise _unfit(type_name, str(error) if arguments else "not of nothing") from error
    raise _unfit(type_name, f"not of {len(arguments)} values")


def plain_name(type_name: str) -> str:
    """`System.Collections.Generic.List[string]` → `list`: namespaces, case and what a list holds do not count."""
    return type_name.partition("[")[0].rpartition(".")[2].lower()


def _unfit(type_name: str, why: str) -> OperationError:
    return OperationError(f"[{type_name}]::new cannot make a value of these: {why}", error_id="MethodArguments")


def _list(items: object = None) -> list[object]:
    return [] if isinstance(items, int) else list(as_list(items))


def _table(entries: object = None) -> HashTable:
    return HashTable() if entries is None or isinstance(entries, (int, str)) else HashTable(to_hashtable(entries))


def _date(*numbers: object) -> Any:
    from datetime import datetime

    if len(numbers) == 1:
        from jobsh.command.conversion import to_datetime

        return to_datetime(numbers[0])
    year, month, day, hour, minute, second, milli, *_ = (*map(to_int, numbers), 0, 0, 0, 0)
    return datetime(year, month, day, hour, minute, second, milli * 1000).astimezone()


def _span(*numbers: object) -> object:
    """Hours, minutes and seconds, with days before and milliseconds after them."""
    from datetime import timedelta

    counts = [to_int(number) for number in numbers]
    if len(counts) < 3:
        return to_timespan(numbers[0]) if counts else timedelta()
    days, hours, minutes, seconds, milli = (*([0] if len(counts) == 3 else []), *counts, 0, 0)[:5]
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milli)


def _string(text: object = "", count: object = 1) -> str:
    return "".join(map(to_text, as_list(text))) * to_int(count)


def _guid(text: object = None) -> str:
    from uuid import UUID

    return str(UUID(to_text(text))) if text is not None else str(UUID(int=0))


_MAKERS: dict[str, Callable[..., object]] = {
    "list": _list,
    "arraylist": _list,
    "hashset": lambda items=None: list(dict.fromkeys(_list(items))),
    "hashtable": _table,
    "ordereddictionary": _table,
    "dictionary": _table,
    "datetime": _date,
    "datetimeoffset": _date,
    "timespan": _span,
    "string": _string,
    "guid": _guid,
}

"""The methods of dates and timespans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jobsh.command.conversion import to_datetime, to_int, to_number, to_timespan
from jobsh.command.formatting import format_value
from jobsh.command.text import to_text
from jobsh.command.values import time_kind

Methods = Mapping[str, Callable[..., object]]


def _moved(unit: str, factor: float = 1) -> Callable[..., object]:
    def move(at: Any, count: object) -> object:
        from datetime import timedelta

        return at + timedelta(**{unit: to_number(count) * factor})

    return move


def _months(count_per: int) -> Callable[..., object]:
    def move(at: Any, count: object) -> object:
        import calendar

        month = at.month - 1 + to_int(count) * count_per
        year, month = at.year + month // 12, month % 12 + 1
        return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))

    return move


def _utc(at: Any) -> object:
    from datetime import UTC

    return at.astimezone(UTC)


def _text(value: object, pattern: object = None) -> str:
    return to_text(value) if pattern is None else format_value(value, to_text(pattern))


def _shown(pattern: str) -> Callable[..., object]:
    return lambda at: format_value(at, pattern)


def _less(at: Any, other: object) -> object:
    is_span = time_kind(other) == "timedelta" or isinstance(other, (int, float))
    return at - (to_timespan(other) if is_span else to_datetime(other))


def _order(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


DATE: Methods = {
    "ToString": _text,
    "AddMilliseconds": _moved("milliseconds"),
    "AddTicks": _moved("microseconds", 0.1),
    "AddSeconds": _moved("seconds"),
    "AddMinutes": _moved("minutes"),
    "AddHours": _moved("hours"),
    "AddDays": _moved("days"),
    "AddMonths": _months(1),
    "AddYears": _months(12),
    "Add": lambda at, span: at + to_timespan(span),
    "Subtract": _less,
    "CompareTo": lambda at, other: _order(at, to_datetime(other)),
    "ToUniversalTime": _utc,
    "ToLocalTime": lambda at: at.astimezone(),
    "ToShortDateString": _shown("d"),
    "ToShortTimeString": _shown("t"),
    "ToLongDateString": _shown("D"),
    "ToLongTimeString": _shown("T"),
    "ToUnixTimeSeconds": lambda at: int(at.timestamp()),
    "ToUnixTimeMilliseconds": lambda at: int(at.timestamp() * 1000),
    "IsDaylightSavingTime": lambda at: bool(at.dst()),
}

SPAN: Methods = {
    "ToString": _text,
    "Add": lambda span, other: span + to_timespan(other),
    "Subtract": lambda span, other: span - to_timespan(other),
    "Negate": lambda span: -span,
    "Duration": abs,
    "CompareTo": lambda span, other: _order(span, to_timespan(other)),
}

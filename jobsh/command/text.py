"""Values as text and as truth: what `"$x"` shows and what `if ($x)` finds."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, cast

from jobsh.command.provenance import FloatFromHost
from jobsh.command.values import HashTable, PropertyBag, time_kind
from jobsh.model.credential import Credential
from jobsh.model.ids import JobId
from jobsh.model.job import Job
from jobsh.model.records import ErrorRecord, StreamRecord
from jobsh.model.session import Session
from jobsh.model.struct import Struct

_MOST_LEVELS = 10
"""Lists and tables inside each other that are shown; one may hold itself."""


class Textual(Struct):
    """A value of ours with properties that people see as text of its own, not in a table."""

    def shown(self) -> str:
        """The text."""
        raise NotImplementedError


def to_text(value: object, level: int = 0) -> str:
    """The value as in `"$x"`: lists joined by blanks, jobs and sessions by their names, times as ISO 8601 with a blank."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    show = _SHOWN.get(type(value))
    if show is not None:
        return show(value)
    if level > _MOST_LEVELS:
        return "…"
    if isinstance(value, (HashTable, PropertyBag)):
        return _shown_fields((value if isinstance(value, HashTable) else value.properties).items(), level)
    if isinstance(value, Enum):
        return enum_text(value)
    if kind := time_kind(value):
        return datetime_text(value) if kind == "datetime" else timespan_text(value)
    if isinstance(value, (list, tuple)) and not isinstance(value, JobId):
        return " ".join(to_text(item, level + 1) for item in value)
    if isinstance(value, Textual):
        return value.shown()
    if isinstance(value, Struct):
        return _shown_fields(((pascal(n), getattr(value, n)) for n in value.__fields__), level)
    text = getattr(value, "text", None)  # a script block
    return text if isinstance(text, str) else str(value)


def enum_text(value: Enum) -> str:
    """The word for an enumeration's member: its value when that is text, else its name."""
    return value.value if isinstance(value.value, str) else pascal(value.name.lower())


def pascal(name: str) -> str:
    """`computer_name` → `ComputerName`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def number_text(value: float) -> str:
    """A float as people write it: 2.0 is `2`, 1e300 stays short, infinity is ∞."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "-∞"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def timespan_text(value: Any) -> str:
    """A timedelta as `[-][d.]hh:mm:ss[.ffffff]`."""
    sign = "-" if value.days < 0 else ""
    value = abs(value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = f"{value.days}." if value.days else ""
    fraction = f".{value.microseconds:06}" if value.microseconds else ""
    return f"{sign}{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}"


def datetime_text(value: Any) -> str:
    """A datetime as `2026-03-04 12:34:56`: local time, as people read it."""
    return cast(str, value.strftime("%Y-%m-%d %H:%M:%S"))


def _shown_fields(fields: Any, level: int) -> str:
    return "@{" + "; ".join(f"{name}={to_text(value, level + 1)}" for name, value in fields) + "}"


_SHOWN: dict[type, Callable[[Any], str]] = {
    bool: str,
    int: str,
    float: number_text,
    FloatFromHost: number_text,
    JobId: str,
    Job: lambda job: job.name,
    Session: lambda session: session.name,
    Credential: lambda credential: credential.user_name,
    ErrorRecord: lambda record: record.message,
    StreamRecord: lambda record: record.text,
    bytes: lambda data: data.decode("utf-8", "surrogateescape"),
}


def register(kind: type, text: Callable[[Any], str]) -> None:
    """Say what objects of a class are as text; for classes that few texts need, where they are loaded."""
    _SHOWN[kind] = text


def truth(value: object) -> bool:
    """Whether `if` takes the value: `$null`, 0, empty text and an empty list are false, a list of one is its item."""
    if isinstance(value, list):
        return truth(value[0]) if len(value) == 1 else bool(value)
    if isinstance(value, (str, int, float)):
        return len(value) > 0 if isinstance(value, str) else value != 0
    return value is not None

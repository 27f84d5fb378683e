"""Casts: `[int]'5'`, and what an operator makes of its right operand. One table of type names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from jobsh.command.text import to_text, truth
from jobsh.command.values import Char, HashTable, PropertyBag, as_list, time_kind
from jobsh.errors import OperationError
from jobsh.model.ids import JobId
from jobsh.model.records import Line

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_NUMBER = re.compile(
    r"[+-]?(?:0x[0-9a-f]+|0b[01]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(kb|mb|gb|tb|pb)?", re.IGNORECASE | re.ASCII
)
_SUFFIX = {"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[dhms]))+", re.ASCII)
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])", re.ASCII)
_CLOCK = re.compile(r"(-)?(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?", re.ASCII)
_OTHER_DATES = tuple(
    f"{day}{clock}"
    for day in ("%m/%d/%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%a, %d %b %Y")
    for clock in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S %Z")
)
"""What PowerShell reads besides ISO 8601, whatever the language of the machine."""
_UNIT = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def convert(value: object, type_name: str) -> object:
    """`[type_name]value`; raises OperationError where it cannot be done."""
    name = type_name.strip("[]").lower() + ("[]" if type_name.endswith("[]") else "")
    name = name.removeprefix("system.").removeprefix("management.automation.")
    if name.startswith("nullable["):
        return None if value is None else convert(value, name[len("nullable[") : -1])
    if "[" in name and not name.endswith("[]"):
        name = name.partition("[")[0].rpartition(".")[2]  # List[string]
    if name.endswith("[]"):
        if name == "char[]" and isinstance(value, str):
            return [Char(character) for character in value]
        return [convert(item, name[:-2]) for item in as_list(value)]
    caster = _CASTS.get(name)
    if caster is None and name.endswith("exception"):
        from jobsh.command.exceptions import exception

        return exception(type_name, value)
    if caster is None:
        hint = _INSTEAD.get(name) or f"known types: {', '.join(_MAIN_TYPES)}"
        raise OperationError(f"there is no type [{type_name}]", hint=hint, error_id="TypeNotFound")
    return caster(value)


def to_number(value: object) -> int | float:
    """The value as a number: text in any notation of the language, `$null` as 0, a timespan as its seconds."""
    number = _as_number(value)
    if number is None:
        raise cannot(value, "a number")
    return number


def to_int(value: object) -> int:
    """The value as a whole number; halves go to the even neighbour, as in PowerShell."""
    number = to_number(value)
    if number in (float("inf"), float("-inf")) or number != number:
        raise cannot(value, "a whole number")
    return round(number)


def to_float(value: object) -> float:
    """The value as a floating-point number."""
    return float(to_number(value))


def _as_number(value: object) -> int | float | None:
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, bool) else value
    if value is None:
        return 0
    if isinstance(value, str):
        return ord(value) if isinstance(value, Char) else parse_number(value)
    if isinstance(value, JobId):
        return value.number if not value.child else None
    return value.total_seconds() if time_kind(value) == "timedelta" else None  # type: ignore[attr-defined]


def parse_number(text: str) -> int | float | None:
    """`12`, `-1.5e3`, `0xff`, `4kb` (blanks around are ignored, nothing is 0); None for anything else."""
    text = text.strip()
    if not text:
        return 0
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    factor = _SUFFIX[found[1].lower()] if found[1] else 1
    digits = (text[: -len(found[1])] if found[1] else text).lower()
    try:
        return int(digits, 0 if "0x" in digits or "0b" in digits else 10) * factor
    except ValueError:
        return float(digits) * factor


def parse_duration(text: str) -> float | None:
    """Seconds in `90s`, `1h30m`, `250ms`, `01:30:00`, `2.00:00:00` or a plain number; None for anything else."""
    text = text.strip().lower()
    if _DURATION.fullmatch(text):
        return sum(float(number) * _UNIT[unit] for number, unit in _DURATION_PART.findall(text))
    found = _CLOCK.fullmatch(text)
    if found is None:
        return parse_number(text) if text else None
    seconds = int(found[2] or 0) * 86400 + int(found[3]) * 3600 + int(found[4]) * 60 + float(found[5] or 0)
    return -seconds if found[1] else seconds


def to_seconds(value: object) -> float:
    """A timespan in seconds: a number, `90s 15m 2h 1d`, a clock `hh:mm:ss`, a timespan."""
    seconds = parse_duration(value) if isinstance(value, str) else _as_number(value) if value is not None else None
    if seconds is None:
        raise cannot(value, "a timespan", "timespans look like 90s, 15m, 2h, 1d, 00:01:30 or a number of seconds")
    return seconds


def to_datetime(value: object) -> datetime:
    """A local time: ISO 8601, `2026-03-04 12:30`, `12:30` (today), seconds since the epoch."""
    from datetime import datetime

    if isinstance(value, datetime):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value).astimezone()
        except (OverflowError, ValueError, OSError):
            raise cannot(value, "a date", "it lies too far away") from None
    if isinstance(value, str) and (found := _parse_datetime(value.strip())) is not None:
        return found
    raise cannot(value, "a date", "dates look like 2026-03-04, '2026-03-04 12:30' or 12:30")


def _parse_datetime(text: str) -> datetime | None:
    from datetime import datetime, time

    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        pass
    for pattern in _OTHER_DATES:
        try:
            return datetime.strptime(text, pattern).astimezone()
        except ValueError:
            continue
    try:
        clock = time.fromisoformat(text if text[1:2] != ":" else "0" + text)
    except ValueError:
        return None
    return datetime.combine(datetime.now(), clock).astimezone()  # noqa: DTZ005  (local time is meant)


def to_timespan(value: object) -> timedelta:
    """The value as a timespan."""
    from datetime import timedelta

    return value if isinstance(value, timedelta) else timedelta(seconds=to_seconds(value))


def to_hashtable(value: object) -> HashTable:
    """The value as a hashtable; a property bag's properties."""
    if isinstance(value, HashTable):
        return value
    if isinstance(value, PropertyBag):
        return HashTable(value.properties)
    raise cannot(value, "a hashtable")


def _to_bag(value: object) -> object:
    return PropertyBag(value) if isinstance(value, HashTable) else value


def _to_char(value: object) -> str:
    if isinstance(value, str) and len(value) == 1:
        return Char(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 0x110000:
        return Char(chr(value))
    raise cannot(value, "a single character")


def _to_string(value: object) -> str:
    return value if isinstance(value, Line) else to_text(value)


def cannot(value: object, what: str, hint: str = "") -> OperationError:
    """The error for a value that does not convert."""
    shown = f"'{to_text(value)}'" if isinstance(value, str) else to_text(value) or "$null"
    if len(shown) > 60:
        shown = shown[:59] + "…"
    return OperationError(f"{shown} is not {what}", hint=hint, error_id="InvalidCast")


def _to_version(value: object) -> object:
    from jobsh.command.version import Version, parse_version

    version = value if isinstance(value, Version) else parse_version(to_text(value))
    if version is None:
        raise cannot(value, "a version", "versions look like 7.2 or 7.2.10")
    return version


def _to_address(value: object) -> str:
    from ipaddress import ip_address

    try:
        return str(ip_address(to_text(value)))
    except ValueError:
        raise cannot(value, "an IP address") from None


def _to_guid(value: object) -> str:
    from uuid import UUID

    try:
        return str(UUID(to_text(value)))
    except ValueError:
        raise cannot(value, "a guid") from None


_MAIN_TYPES = [
    "string",
    "int",
    "long",
    "double",
    "decimal",
    "bool",
    "char",
    "datetime",
    "timespan",
    "array",
    "hashtable",
    "ordered",
    "pscustomobject",
    "regex",
    "guid",
    "scriptblock",
]
_INSTEAD = {
    "xml": "a program reads XML: xmllint --xpath '//name' file",
    "securestring": "Get-Credential asks for a password",
}

_CASTS: dict[str, Callable[[object], object]] = {
    "string": _to_string,
    "char": _to_char,
    "int": to_int,
    "int32": to_int,
    "long": to_int,
    "int64": to_int,
    "double": to_float,
    "float": to_float,
    "decimal": to_number,
    "bool": truth,
    "switch": truth,
    "datetime": to_datetime,
    "timespan": to_timespan,
    "array": as_list,
    "list": as_list,
    "arraylist": as_list,
    "collections.arraylist": as_list,
    "byte": to_int,
    "int16": to_int,
    "uint32": to_int,
    "uint64": to_int,
    "single": to_float,
    "boolean": truth,
    "datetimeoffset": to_datetime,
    "guid": _to_guid,
    "version": _to_version,
    "ipaddress": _to_address,
    "net.ipaddress": _to_address,
    "pscredential": lambda value: value,
    "io.fileinfo": to_text,
    "io.directoryinfo": to_text,
    "cultureinfo": to_text,
    "uri": to_text,
    "object": lambda value: value,
    "psobject": lambda value: value,
    "scriptblock": lambda value: value,
    "hashtable": to_hashtable,
    "ordered": to_hashtable,
    "pscustomobject": _to_bag,
    "regex": to_text,
    "void": lambda _: None,
}

"""`-f`: composite formats such as `'{0,-8}|{1:N2}'`, and .NET's format strings for numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from jobsh.command.conversion import to_number
from jobsh.command.text import to_text
from jobsh.command.values import time_kind
from jobsh.errors import OperationError

_ITEM = re.compile(r"\{\{|\}\}|\{(\d+)(?:,(-?\d+))?(?::([^{}]*))?\}|[{}]")
_STANDARD = re.compile(r"([BCDEFGNPRX])(\d{0,2})", re.IGNORECASE | re.ASCII)
_DATE_PART = re.compile(r"(y+|M+|d+|H+|h+|m+|s+|f+|t+|z+|'[^']*'|\\.)", re.ASCII)

_STANDARD_DATES = {
    "o": "yyyy-MM-ddTHH:mm:ss.ffffffzzz",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss",
    "d": "yyyy-MM-dd",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "g": "yyyy-MM-dd HH:mm",
    "G": "yyyy-MM-dd HH:mm:ss",
    "O": "yyyy-MM-ddTHH:mm:ss.ffffffzzz",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
_DATE = {
    "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "dddd": "%A", "ddd": "%a", "dd": "%d",
    "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "tt": "%p",
}  # fmt: skip


def composite(pattern: str, values: Sequence[object]) -> str:
    """`pattern -f values`; `{{` and `}}` are braces."""

    def replace(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found[1] is None:
            raise OperationError(
                f"'{pattern}' has a lone {found[0]}", hint="write {{ or }} for a brace", error_id="FormatError"
            )
        return _aligned(_item(pattern, values, int(found[1]), found[3] or ""), int(found[2] or 0))

    return _ITEM.sub(replace, pattern)


def _item(pattern: str, values: Sequence[object], index: int, item_format: str) -> str:
    if index >= len(values):
        there = f"there {'is' if len(values) == 1 else 'are'} {len(values)} value{'s'[: len(values) != 1]}"
        raise OperationError(f"'{pattern}' asks for {{{index}}}, but {there}", error_id="FormatError")
    return format_value(values[index], item_format)


def _aligned(text: str, width: int) -> str:
    return text.rjust(width) if width >= 0 else text.ljust(-width)


def format_value(value: object, pattern: str) -> str:
    """One value by a format such as `N2`, `X`, `0.00` or `yyyy-MM-dd`; text ignores it."""
    if not pattern or isinstance(value, (str, bool)) or value is None:
        return to_text(value)
    if time_kind(value) == "datetime":
        return format_date(value, pattern)
    if time_kind(value) == "timedelta":
        return format_span(value, pattern)
    return format_number(to_number(value), pattern) if isinstance(value, (int, float)) else to_text(value)


def format_number(value: int | float, pattern: str) -> str:
    """A number by a standard (`N2`, `D3`, `P1`) or custom (`#,##0.00`) format."""
    found = _STANDARD.fullmatch(pattern)
    if found is None:
        return _custom_number(value, pattern)
    places = int(found[2]) if found[2] else None
    match found[1].upper():
        case "D":
            return f"{'-' if value < 0 else ''}{abs(round(value)):0{places or 1}d}"
        case "B":
            return f"{round(value) & 0xFFFFFFFFFFFFFFFF:0{places or 1}b}"
        case "R":
            return to_text(value)
        case "X":
            return f"{round(value) & 0xFFFFFFFFFFFFFFFF:0{places or 1}{'x' if found[1] == 'x' else 'X'}}"
        case "P":
            return f"{value * 100:,.{2 if places is None else places}f}%"
        case "E":
            return f"{value:.{6 if places is None else places}{found[1]}}"
        case "G":
            return to_text(value) if places is None else f"{value:.{places or 1}g}"
        case "F":
            return f"{value:.{2 if places is None else places}f}"
    return f"{value:,.{2 if places is None else places}f}"


def _custom_number(value: int | float, pattern: str) -> str:
    """Up to three sections: for positive numbers, negative ones and zero."""
    sections = pattern.split(";")
    if len(sections) > 2 and value == 0:
        return _section(value, sections[2])
    if len(sections) > 1 and value < 0:
        return _section(-value, sections[1])
    return _section(value, sections[0])


def _section(value: int | float, pattern: str) -> str:
    found = re.search(r"[#0][#0,]*(?:\.([#0]+))?%?", pattern)
    if found is None:
        return pattern
    percent = found[0].endswith("%")
    fraction = found[1] or ""
    text = f"{value * (100 if percent else 1):{',' if ',' in found[0] else ''}.{len(fraction)}f}"
    if optional := len(fraction) - len(fraction.rstrip("#")):
        kept = len(text) - optional
        text = (text[:kept] + text[kept:].rstrip("0")).rstrip(".")
    whole = found[0].split(".")[0].count("0")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    head, dot, tail = digits.partition(".")
    number = sign + head.rjust(whole, "0") + dot + tail + ("%" if percent else "")
    return pattern[: found.start()] + number + pattern[found.end() :]


def format_date(at: Any, pattern: str) -> str:
    """A datetime by .NET's letters (`yyyy-MM-dd HH:mm:ss`, `o`) or, with a `%` in it, by strftime's."""
    if pattern in ("r", "R"):
        from datetime import UTC

        return str(at.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"))
    if "%" in pattern:
        return str(at.strftime(pattern))
    return _DATE_PART.sub(lambda found: _date_part(at, found[0]), _STANDARD_DATES.get(pattern, pattern))


_SPAN_PART = re.compile(r"(d+|h+|m+|s+|f+|'[^']*'|\\.)", re.ASCII)


def format_span(span: Any, pattern: str) -> str:
    r"""A timespan by .NET's letters: `hh\:mm\:ss`, `c`, `g`."""
    if pattern in ("c", "t", "T", "g", "G"):
        return to_text(span)
    size = abs(span)
    minutes, seconds = divmod(size.seconds, 60)
    counts = {"d": size.days, "h": minutes // 60, "m": minutes % 60, "s": seconds}

    def part(found: re.Match[str]) -> str:
        letters = found[0]
        if letters[0] in "'\\":
            return letters[1:].rstrip("'") if letters[0] == "'" else letters[1:]
        if letters[0] == "f":
            return f"{size.microseconds:06}"[: len(letters)]
        return str(counts[letters[0]]).rjust(len(letters), "0")

    return _SPAN_PART.sub(part, pattern.removeprefix("%"))


def strptime_pattern(pattern: str) -> str:
    """A format of .NET's for dates as Python reads dates with."""
    parts = {**_DATE, "M": "%m", "d": "%d", "H": "%H", "h": "%I", "m": "%M", "s": "%S", "zzz": "%z"}

    def part(found: re.Match[str]) -> str:
        letters = found[0]
        if letters[0] in "'\\":
            return letters.strip("'").removeprefix("\\")
        return "%f" if letters[0] == "f" else parts.get(letters, letters)

    return _DATE_PART.sub(part, _STANDARD_DATES.get(pattern, pattern))


def _date_part(at: Any, part: str) -> str:
    if part in _DATE:
        return str(at.strftime(_DATE[part]))
    match part[0]:
        case "'":
            return part[1:-1]
        case "\\":
            return part[1:]
        case "f":
            return f"{at.microsecond:06}"[: len(part)]
        case "z":
            offset = str(at.strftime("%z"))
            return f"{offset[:3]}:{offset[3:]}" if len(part) > 2 else offset[:3]
    number = {"y": at.year % 100, "M": at.month, "d": at.day, "H": at.hour, "h": at.hour % 12 or 12, "m": at.minute}
    return str(number.get(part[0], at.second if part[0] == "s" else part))

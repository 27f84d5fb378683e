"""The static members of types that the language knows: `[math]::Round`, `[datetime]::Now`, …, in two tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from jobsh.command.conversion import to_datetime, to_float, to_int, to_number, to_timespan
from jobsh.command.methods import call_method
from jobsh.command.text import to_text
from jobsh.command.values import PropertyBag, as_list

# ── numbers, truth, text ─────────────────────────────────────────────────────────────────────────────────────


def _round(value: object, *more: object) -> int | float:
    """To the even neighbour, as .NET does, unless told `AwayFromZero`."""
    digits = next((to_int(m) for m in more if isinstance(m, int)), 0)
    number = to_number(value)
    if any("away" in to_text(m).lower() for m in more):
        scaled = math.floor(abs(number) * 10**digits + 0.5) / 10**digits
        rounded = math.copysign(scaled, number)
    else:
        rounded = round(float(number), digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _extreme(choose: Callable[[Any, Any], Any]) -> Callable[..., object]:
    return lambda one, other: choose(to_number(one), to_number(other))


def _real(function: Callable[[float], float]) -> Callable[..., object]:
    return lambda x: function(to_float(x))


def _sign(x: object) -> int:
    number = to_number(x)
    return (number > 0) - (number < 0)


def _flat(items: Sequence[object]) -> Sequence[object]:
    return items[0] if len(items) == 1 and isinstance(items[0], list) else items


def _format(pattern: object, *values: object) -> str:
    from jobsh.command.formatting import composite

    return composite(to_text(pattern), _flat(values))


def _character(test: Callable[[str], bool]) -> Callable[..., object]:
    return lambda character, at=0: test(to_text(character)[to_int(at) : to_int(at) + 1])


def _parse_int(text: object, style: object = None) -> int:
    is_hex = style is not None and "hex" in to_text(style).lower()
    return int(to_text(text), 16) if is_hex else to_int(text)


def _from_base(text: object, base: object = 10) -> int:
    return int(to_text(text), to_int(base)) if to_int(base) != 10 else to_int(text)


def _to_base(number: object, base: object = 10) -> str:
    formats = {2: "b", 8: "o", 10: "d", 16: "x"}
    if to_int(base) not in formats:
        raise ValueError("the base is 2, 8, 10 or 16")
    return format(to_int(number), formats[to_int(base)])


def _to_base64(numbers: object) -> str:
    import base64

    return base64.b64encode(bytes(to_int(number) for number in as_list(numbers))).decode()


def _from_base64(text: object) -> list[int]:
    import base64

    return list(base64.b64decode(to_text(text), validate=True))


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────


def _datetime() -> Any:
    from datetime import datetime

    return datetime


def _utc_now() -> object:
    from datetime import UTC

    return _datetime().now(UTC)


def _of_utc(at: Any) -> object:
    from datetime import UTC

    return at.replace(tzinfo=UTC)


def _today() -> object:
    return _datetime().now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)


def _from_unix(factor: float) -> Callable[..., object]:
    return lambda count: to_datetime(to_number(count) * factor)


def _parse_exact(text: object, pattern: object, *_: object) -> object:
    from jobsh.command.formatting import strptime_pattern

    return _datetime().strptime(to_text(text), strptime_pattern(to_text(pattern))).astimezone()


def _days_in_month(year: object, month: object) -> int:
    import calendar

    return calendar.monthrange(to_int(year), to_int(month))[1]


def _is_leap_year(year: object) -> bool:
    import calendar

    return calendar.isleap(to_int(year))


def _span(seconds: float) -> Callable[..., object]:
    return lambda count: to_timespan(to_number(count) * seconds)


# ── identifiers, patterns, paths ─────────────────────────────────────────────────────────────────────────────


def _start_watch() -> object:
    from jobsh.command.stopwatch import start_new

    return start_new()


def _new_guid() -> str:
    from uuid import uuid4

    return str(uuid4())


def _regex(name: str) -> Callable[..., object]:
    def call(*arguments: object) -> object:
        from jobsh.command import regexes

        return getattr(regexes, name)(*arguments)

    return call


def _path(function: str) -> Callable[..., object]:
    def call(*parts: object) -> object:
        import posixpath

        texts = [to_text(part) for part in parts]
        match function:
            case "stem":
                return posixpath.splitext(posixpath.basename(texts[0]))[0]
            case "extension":
                return posixpath.splitext(texts[0])[1]
            case "change":
                return posixpath.splitext(texts[0])[0] + "." + texts[1].removeprefix(".")
        return getattr(posixpath, function)(*texts)

    return call


def _encoding() -> PropertyBag:
    return PropertyBag({"EncodingName": "Unicode (UTF-8)", "WebName": "utf-8"}, "Encoding")


MEMBERS: dict[str, dict[str, Callable[..., object]]] = {
    "datetime": {
        "Now": lambda: _datetime().now().astimezone(),
        "UtcNow": _utc_now,
        "Today": _today,
        "UnixEpoch": lambda: to_datetime(0),
        "MinValue": lambda: _of_utc(_datetime().min),
        "MaxValue": lambda: _of_utc(_datetime().max),
    },
    "timespan": {"Zero": lambda: to_timespan(0)},
    "math": {"PI": lambda: math.pi, "E": lambda: math.e, "Tau": lambda: math.tau},
    "byte": {"MaxValue": lambda: 255, "MinValue": lambda: 0},
    "int16": {"MaxValue": lambda: 2**15 - 1, "MinValue": lambda: -(2**15)},
    "int": {"MaxValue": lambda: 2**31 - 1, "MinValue": lambda: -(2**31)},
    "uint32": {"MaxValue": lambda: 2**32 - 1, "MinValue": lambda: 0},
    "long": {"MaxValue": lambda: 2**63 - 1, "MinValue": lambda: -(2**63)},
    "uint64": {"MaxValue": lambda: 2**64 - 1, "MinValue": lambda: 0},
    "double": {
        "MaxValue": lambda: 1.7976931348623157e308,
        "MinValue": lambda: -1.7976931348623157e308,
        "Epsilon": lambda: 5e-324,
        "NaN": lambda: math.nan,
        "PositiveInfinity": lambda: math.inf,
        "NegativeInfinity": lambda: -math.inf,
    },
    "string": {"Empty": lambda: ""},
    "cultureinfo": {"InvariantCulture": lambda: "", "CurrentCulture": lambda: ""},
    "guid": {"Empty": lambda: "00000000-0000-0000-0000-000000000000"},
    "io.path": {"DirectorySeparatorChar": lambda: "/", "PathSeparator": lambda: ":"},
    "text.encoding": {"UTF8": _encoding, "Default": _encoding},
}

CALLS: dict[str, dict[str, Callable[..., object]]] = {
    "string": {
        "IsNullOrEmpty": lambda text: text is None or to_text(text) == "",
        "IsNullOrWhiteSpace": lambda text: text is None or not to_text(text).strip(),
        "Join": lambda separator, *items: to_text(separator).join(map(to_text, _flat(items))),
        "Concat": lambda *items: "".join(map(to_text, _flat(items))),
        "Format": _format,
        "Equals": lambda one, other, *_: to_text(one) == to_text(other),
        "Compare": lambda one, other, *_: (to_text(one) > to_text(other)) - (to_text(one) < to_text(other)),
    },
    "char": {
        "IsDigit": _character(str.isdigit),
        "IsLetter": _character(str.isalpha),
        "IsLetterOrDigit": _character(str.isalnum),
        "IsWhiteSpace": _character(str.isspace),
        "IsUpper": _character(str.isupper),
        "IsLower": _character(str.islower),
        "ToUpper": lambda character: to_text(character).upper(),
        "ToLower": lambda character: to_text(character).lower(),
    },
    "int": {"Parse": _parse_int},
    "long": {"Parse": _parse_int},
    "double": {"IsNaN": _real(math.isnan), "IsInfinity": _real(math.isinf)},
    "convert": {
        "ToInt32": _from_base,
        "ToInt64": _from_base,
        "ToString": _to_base,
        "ToBase64String": _to_base64,
        "FromBase64String": _from_base64,
    },
    "math": {
        "Abs": lambda x: abs(to_number(x)),
        "Ceiling": lambda x: math.ceil(to_number(x)),
        "Floor": lambda x: math.floor(to_number(x)),
        "Truncate": lambda x: math.trunc(to_number(x)),
        "Round": _round,
        "Max": _extreme(max),
        "Min": _extreme(min),
        "Clamp": lambda x, low, high: max(to_number(low), min(to_number(x), to_number(high))),
        "Sign": _sign,
        "Pow": lambda a, b: to_float(a) ** to_float(b),
        "Sqrt": _real(math.sqrt),
        "Cbrt": _real(math.cbrt),
        "Exp": _real(math.exp),
        "Log": lambda x, base=math.e: math.log(to_float(x), to_float(base)),
        "Log10": _real(math.log10),
        "Log2": _real(math.log2),
        "Sin": _real(math.sin),
        "Cos": _real(math.cos),
        "Tan": _real(math.tan),
        "Asin": _real(math.asin),
        "Acos": _real(math.acos),
        "Atan": _real(math.atan),
        "Atan2": lambda y, x: math.atan2(to_float(y), to_float(x)),
    },
    "datetime": {
        "ParseExact": _parse_exact,
        "DaysInMonth": _days_in_month,
        "IsLeapYear": _is_leap_year,
        "FromUnixTimeSeconds": _from_unix(1),
        "FromUnixTimeMilliseconds": _from_unix(0.001),
        "Compare": lambda one, other: (to_datetime(one) > to_datetime(other)) - (to_datetime(one) < to_datetime(other)),
    },
    "timespan": {
        "FromDays": _span(86400),
        "FromHours": _span(3600),
        "FromMinutes": _span(60),
        "FromSeconds": _span(1),
        "FromMilliseconds": _span(0.001),
        "FromTicks": _span(1e-7),
    },
    "guid": {"NewGuid": _new_guid},
    "diagnostics.stopwatch": {"StartNew": _start_watch},
    "array": {
        "Sort": lambda items: call_method(items, "Sort", ()),
        "Reverse": lambda items: items.reverse(),
        "IndexOf": lambda items, item: call_method(items, "IndexOf", (item,)),
    },
    "regex": {
        "Escape": _regex("escape"),
        "IsMatch": _regex("is_match"),
        "Match": _regex("first_match"),
        "Matches": _regex("all_matches"),
        "Replace": _regex("replaced"),
        "Split": _regex("parts"),
    },
    "io.path": {
        "Combine": _path("join"),
        "GetFileName": _path("basename"),
        "GetFileNameWithoutExtension": _path("stem"),
        "GetExtension": _path("extension"),
        "GetDirectoryName": _path("dirname"),
        "ChangeExtension": _path("change"),
        "IsPathRooted": _path("isabs"),
    },
}

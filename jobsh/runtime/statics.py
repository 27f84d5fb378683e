"""`[type]::Member`: the few static members the language knows."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from jobsh.command.conversion import convert, to_float, to_int, to_number, to_timespan
from jobsh.command.text import to_text
from jobsh.errors import OperationError


def _datetime() -> Any:
    from datetime import datetime

    return datetime


def _now() -> object:
    return _datetime().now().astimezone()


def _utc_now() -> object:
    from datetime import UTC

    return _datetime().now(UTC)


def _today() -> object:
    return _datetime().now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)


def _new_guid() -> str:
    from uuid import uuid4

    return str(uuid4())


_MEMBERS: dict[tuple[str, str], Callable[[], object]] = {
    ("datetime", "now"): _now,
    ("datetime", "utcnow"): _utc_now,
    ("datetime", "today"): _today,
    ("math", "pi"): lambda: math.pi,
    ("math", "e"): lambda: math.e,
    ("int", "maxvalue"): lambda: 2**31 - 1,
    ("int", "minvalue"): lambda: -(2**31),
    ("long", "maxvalue"): lambda: 2**63 - 1,
    ("long", "minvalue"): lambda: -(2**63),
    ("string", "empty"): lambda: "",
    ("environment", "newline"): lambda: os.linesep,
    ("environment", "machinename"): lambda: os.uname().nodename,
}

_CALLS: dict[tuple[str, str], Callable[..., object]] = {
    ("string", "isnullorempty"): lambda text: text is None or to_text(text) == "",
    ("string", "isnullorwhitespace"): lambda text: text is None or not to_text(text).strip(),
    ("string", "join"): lambda separator, *items: to_text(separator).join(map(to_text, _flat(items))),
    ("math", "abs"): lambda x: abs(to_number(x)),
    ("math", "ceiling"): lambda x: math.ceil(to_number(x)),
    ("math", "floor"): lambda x: math.floor(to_number(x)),
    ("math", "max"): lambda a, b: max(to_number(a), to_number(b)),
    ("math", "min"): lambda a, b: min(to_number(a), to_number(b)),
    ("math", "pow"): lambda a, b: to_float(a) ** to_float(b),
    ("math", "round"): lambda x, digits=0: round(to_float(x), to_int(digits)),
    ("math", "sqrt"): lambda x: math.sqrt(to_float(x)),
    ("math", "truncate"): lambda x: math.trunc(to_number(x)),
    ("guid", "newguid"): _new_guid,
    ("timespan", "fromdays"): lambda n: to_timespan(to_number(n) * 86400),
    ("timespan", "fromhours"): lambda n: to_timespan(to_number(n) * 3600),
    ("timespan", "fromminutes"): lambda n: to_timespan(to_number(n) * 60),
    ("timespan", "fromseconds"): lambda n: to_timespan(to_number(n)),
}


def static_member(type_name: str, name: str) -> object:
    """`[type]::Name`."""
    found = _MEMBERS.get((_short(type_name), name.lower()))
    if found is None:
        raise _unknown(type_name, name)
    return found()


def static_call(type_name: str, name: str, arguments: Sequence[object]) -> object:
    """`[type]::Name(…)`; `Parse` of any type is its cast, `new` too."""
    kind, method = _short(type_name), name.lower()
    if method in ("parse", "new") and len(arguments) == 1:
        return convert(arguments[0], kind)
    found = _CALLS.get((kind, method))
    if found is None:
        raise _unknown(type_name, f"{name}()")
    try:
        return found(*arguments)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise OperationError(
            f"[{type_name}]::{name} does not take these: {error}", error_id="MethodArguments"
        ) from error


def _short(type_name: str) -> str:
    return type_name.lower().removeprefix("system.")


def _flat(items: Sequence[object]) -> Sequence[object]:
    return items[0] if len(items) == 1 and isinstance(items[0], list) else items


def _unknown(type_name: str, name: str) -> OperationError:
    known = sorted(f"[{kind}]::{member}" for kind, member in (*_MEMBERS, *_CALLS) if kind == _short(type_name))
    hint = f"known: {', '.join(known)}" if known else ""
    return OperationError(f"there is no [{type_name}]::{name}", hint=hint, error_id="MemberNotFound")

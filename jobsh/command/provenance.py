"""Where an object came from: the host on PowerShell's note properties, beside the object and no part of what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from jobsh.command.values import HashTable, PropertyBag, time_kind
from jobsh.model.records import Line, Origin
from jobsh.model.struct import Struct

NOTES: dict[str, tuple[str, Callable[[Origin], object]]] = {
    "pscomputername": ("PSComputerName", lambda origin: origin.computer_name),
    "runspaceid": ("RunspaceId", lambda origin: origin.runspace_id or None),
    "psshowcomputername": ("PSShowComputerName", lambda origin: origin.show_computer_name),
}
"""By folded name."""

LISTED = ("PSComputerName", "RunspaceId")
"""Those that lists, JSON and CSV show."""


class NumberFromHost(int):
    """A whole number that knows where it came from."""

    came_from: Origin


class FloatFromHost(float):
    """A number that knows where it came from."""

    came_from: Origin


def came_from(value: object) -> Origin | None:
    """Where the object came from; None for what was made here."""
    return cast("Origin | None", getattr(value, "came_from", None))


def note(value: object, name: str) -> object:
    """A note property by its name, any case; None where there is none."""
    found = NOTES.get(name.casefold())
    origin = came_from(value) if found else None
    return found[1](origin) if found and origin is not None else None


def has_note(value: object, name: str) -> bool:
    """Whether the object has a note property of this name."""
    return name.casefold() in NOTES and came_from(value) is not None


def coming_from(value: object, origin: Origin) -> object:
    """The same object as one that came from there; one that came from another host through that one stays as it is."""
    inner = came_from(value)
    if inner is not None and inner.computer_name not in ("", origin.computer_name):
        return value
    copy = _copy(value)
    if copy is not None:
        object.__setattr__(copy, "came_from", origin)
    return value if copy is None else copy


def as_before(value: object, before: object) -> object:
    """A newer snapshot of an object, coming from where the older one came from."""
    origin = came_from(before)
    return value if origin is None else coming_from(value, origin)


def _copy(value: Any) -> object:
    """What can carry a note; None for what cannot: nothing, truths, lists."""
    if isinstance(value, Struct):
        return value.replace()
    if isinstance(value, PropertyBag):
        return PropertyBag(value.properties, value.type_name)
    if isinstance(value, HashTable):
        return HashTable(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return NumberFromHost(value)
    if isinstance(value, float):
        return FloatFromHost(value)
    return _time_from_host(value) if time_kind(value) else None


def _time_from_host(value: Any) -> object:
    """A time of a class of its own, which must be taken for the one it is: who asks for it does so by its name."""
    kind = type(time_kind(value), (type(value),), {"__module__": "datetime"})
    if time_kind(value) == "timedelta":
        return kind(value.days, value.seconds, value.microseconds)
    return kind.combine(value.date(), value.timetz())  # type: ignore[attr-defined]


def text_from(text: str, origin: Origin) -> Line:
    """Text that came from there."""
    return Line.of(text.encode("utf-8", "surrogateescape"), origin)

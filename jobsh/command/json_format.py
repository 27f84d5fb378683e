"""Objects to JSON and back, as ConvertTo-Json, ConvertFrom-Json and `-o json` give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from jobsh.command.members import properties
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag, as_list, time_kind
from jobsh.errors import OperationError
from jobsh.model.ids import JobId
from jobsh.model.records import Chunk, Line
from jobsh.model.struct import Struct

DEFAULT_DEPTH = 4


def to_json(value: object, *, depth: int = DEFAULT_DEPTH, compress: bool = False, ascii_only: bool = False) -> str:
    """The value as JSON; below `depth` levels objects are shown as text. Undecodable bytes become replacement characters."""
    plain = to_plain(value, depth)
    if compress:
        return json.dumps(plain, ensure_ascii=ascii_only, separators=(",", ":"))
    return json.dumps(plain, ensure_ascii=ascii_only, indent=2)


def to_plain(value: object, depth: int = DEFAULT_DEPTH, *, is_inside: bool = False) -> Any:
    """The value in the terms of JSON: objects as their properties, times as ISO 8601, timespans as seconds."""
    if value is None or isinstance(value, (bool, int)):
        return value if not isinstance(value, int) or isinstance(value, bool) else int(value)
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Line) and value.origin.computer_name and not is_inside:
        return {"ComputerName": value.origin.computer_name, "Text": _clean(value)}
    if isinstance(value, str):
        return _clean(value)
    if kind := time_kind(value):
        return value.isoformat() if kind == "datetime" else value.total_seconds()  # type: ignore[attr-defined]
    if isinstance(value, (list, tuple)) and not isinstance(value, JobId):
        if depth <= 0:
            return _clean(to_text(list(value)))
        return [to_plain(item, depth - 1, is_inside=is_inside) for item in value]
    return _object_to_plain(value, depth)


def _object_to_plain(value: object, depth: int) -> Any:
    if not isinstance(value, (HashTable, PropertyBag, Struct)) or isinstance(value, Chunk) or depth <= 0:
        return _clean(to_text(value))
    return {_clean(name): to_plain(item, depth - 1, is_inside=True) for name, item in properties(value).items()}


def _clean(text: str) -> str:
    """The text without the lone surrogates that stand for undecodable bytes: they are not JSON."""
    text = str(text)
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def from_json(text: str, *, as_hashtable: bool = False) -> object:
    """The value in a JSON text: objects as property bags, or as hashtables."""
    try:
        return json.loads(text, object_pairs_hook=_as_table if as_hashtable else _as_bag)
    except ValueError as error:
        raise OperationError(f"this is not JSON: {error}", error_id="InvalidJson") from None
    except RecursionError:
        raise OperationError("this JSON is nested too deeply", error_id="InvalidJson") from None


def _as_bag(pairs: list[tuple[str, object]]) -> PropertyBag:
    if _collide(pairs):
        names = ", ".join(name for name, _ in pairs)
        hint = "-AsHashtable keeps them apart"
        raise OperationError(f"some of {names} differ in case only", hint=hint, error_id="KeysWithDifferentCasing")
    return PropertyBag(pairs)


def _as_table(pairs: list[tuple[str, object]]) -> HashTable:
    return HashTable(pairs, case_sensitive=_collide(pairs))


def _collide(pairs: list[tuple[str, object]]) -> bool:
    """Whether some names differ in case only."""
    names = {name for name, _ in pairs}
    return len({name.casefold() for name in names}) < len(names)


def levels_of(value: object) -> int:
    """How many lists and objects lie inside each other, the value itself counted."""
    levels, layer = 0, [value]
    while holders := [parts for item in layer if (parts := _parts(item)) is not None]:
        levels += 1
        layer = [item for parts in holders for item in parts]
    return levels


def _parts(value: object) -> list[object] | None:
    held = value.properties if isinstance(value, PropertyBag) else value
    if isinstance(held, HashTable):
        return list(held.values())
    return held if isinstance(held, list) else None


def with_dates(value: object, read: Callable[[str], object]) -> object:
    """The value with `read` done to every text in it."""
    if isinstance(value, str):
        return read(value)
    if isinstance(value, list):
        return [with_dates(item, read) for item in value]
    if isinstance(value, HashTable):
        return HashTable([(name, with_dates(item, read)) for name, item in value.items()])
    if isinstance(value, PropertyBag):
        return PropertyBag([(name, with_dates(item, read)) for name, item in value.properties.items()])
    return value


def json_lines(value: object, *, depth: int = DEFAULT_DEPTH) -> str:
    """One line of JSON for each item of a list, or for the value."""
    return "".join(to_json(item, depth=depth, compress=True) + "\n" for item in as_list(value))

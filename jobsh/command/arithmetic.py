"""`+ - * / %`, `..` and the bitwise operators: the left operand's type decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from jobsh.command.conversion import cannot, to_int, to_number, to_timespan
from jobsh.command.text import to_text
from jobsh.command.type_names import type_name
from jobsh.command.values import HashTable, as_list, time_kind
from jobsh.errors import OperationError

_LONGEST_RANGE = 10_000_000
_LARGEST_TEXT = 100_000_000


def add(left: object, right: object) -> object:
    """Numbers add, text and lists are joined, hashtables are merged, times move."""
    if isinstance(left, list):
        return left + as_list(right) if right is not None else [*left, None]
    if isinstance(left, HashTable):
        return _merged(left, right)
    if isinstance(left, str):
        return str(left) + to_text(right)
    if time_kind(left):
        return cast(Any, left) + to_timespan(right)
    return right if left is None else to_number(left) + to_number(right)


def subtract(left: object, right: object) -> object:
    """Numbers, or times: two dates give a timespan."""
    kind = time_kind(left)
    if kind:
        same = kind == "datetime" and time_kind(right) == "datetime"
        return cast(Any, left) - (right if same else to_timespan(right))
    return to_number(left) - to_number(right)


def multiply(left: object, right: object) -> object:
    """Numbers; text and lists are repeated."""
    if isinstance(left, (str, list)):
        count = to_int(right)
        if count < 0 or len(left) * count > _LARGEST_TEXT:
            raise OperationError(f"cannot repeat something {count} times", error_id="BadOperand")
        return str(left) * count if isinstance(left, str) else left * count
    if time_kind(left) == "timedelta":
        return cast(Any, left) * to_number(right)
    return to_number(left) * to_number(right)


def divide(left: object, right: object) -> object:
    """A whole number where it comes out even, else a float."""
    if time_kind(left) == "timedelta":
        return cast(Any, left) / to_number(right)
    one, other = to_number(left), to_number(right)
    if other == 0 and isinstance(one, int) and isinstance(other, int):
        raise OperationError("cannot divide by zero", error_id="DivideByZero")
    if isinstance(one, int) and isinstance(other, int) and one % other == 0:
        return one // other
    if other == 0:
        return float("nan") if one == 0 or one != one else float("inf") if one > 0 else float("-inf")
    return one / other


def remainder(left: object, right: object) -> object:
    """With the sign of the left operand, as in C and PowerShell."""
    import math

    one, other = to_number(left), to_number(right)
    if other == 0:
        raise OperationError("cannot divide by zero", error_id="DivideByZero")
    if isinstance(one, int) and isinstance(other, int):
        return int(abs(one) % abs(other) * (-1 if one < 0 else 1))
    return math.fmod(one, other)


def make_range(left: object, right: object) -> list[object]:
    """`1..5`, `5..1`, `'a'..'e'`."""
    if isinstance(left, str) and isinstance(right, str) and len(left) == len(right) == 1 and not left.isdigit():
        return [chr(code) for code in _between(ord(left), ord(right))]
    return list(_between(to_int(left), to_int(right)))


def _between(first: int, last: int) -> range:
    if abs(last - first) > _LONGEST_RANGE:
        raise OperationError(f"{first}..{last} is longer than {_LONGEST_RANGE} items", error_id="RangeTooLong")
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def _merged(left: HashTable, right: object) -> HashTable:
    if not isinstance(right, HashTable):
        raise cannot(right, "a hashtable")
    merged = HashTable(left)
    for key, value in right.items():
        if key in merged:
            raise OperationError(f"both hashtables have the key '{to_text(key)}'", error_id="DuplicateKey")
        merged[key] = value
    return merged


def negate(value: object) -> object:
    """`-value`."""
    return -cast(Any, value) if time_kind(value) == "timedelta" else -to_number(value)


def plus(value: object) -> object:
    """`+value`: the value as a number."""
    return to_number(value)


def _shift(left: object, right: object, sign: int) -> int:
    count = to_int(right) % 64
    return to_int(left) << count if sign > 0 else to_int(left) >> count


def _guarded(apply: Callable[[object, object], object]) -> Callable[[object, object], object]:
    """Python's own complaints (overflow, times out of range) as errors of ours."""

    def guarded(left: object, right: object) -> object:
        try:
            return apply(left, right)
        except (TypeError, OverflowError, ValueError) as error:
            raise OperationError(
                f"cannot calculate with {type_name(left)} and {type_name(right)}: {error}", error_id="BadOperand"
            ) from None

    return guarded


ARITHMETIC: Mapping[str, Callable[[object, object], object]] = {
    "+": _guarded(add),
    "-": _guarded(subtract),
    "*": _guarded(multiply),
    "/": _guarded(divide),
    "%": _guarded(remainder),
    "..": make_range,
    "band": lambda a, b: to_int(a) & to_int(b),
    "bor": lambda a, b: to_int(a) | to_int(b),
    "bxor": lambda a, b: to_int(a) ^ to_int(b),
    "shl": lambda a, b: _shift(a, b, 1),
    "shr": lambda a, b: _shift(a, b, -1),
}

"""Which values are equal, which come first: the rules every operator and cmdlet that compares shares."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any, cast

from jobsh.command.conversion import convert, parse_number, to_datetime, to_timespan
from jobsh.command.text import to_text, truth
from jobsh.command.values import PropertyBag, time_kind
from jobsh.errors import OperationError
from jobsh.model.ids import JobId
from jobsh.model.job import Job
from jobsh.model.session import Session


def equal(left: object, right: object, *, case_sensitive: bool = False) -> bool:
    """`left -eq right`: the right side becomes the left's type; what cannot is not equal."""
    if left is None or right is None:
        return left is right
    if isinstance(left, Job) and isinstance(right, Job):
        return left.instance_id == right.instance_id  # snapshots of the same job
    if isinstance(left, Session) and isinstance(right, Session):
        return left.instance_id == right.instance_id
    try:
        one, other = _alike(left, right, case_sensitive)
    except OperationError:
        return False
    return bool(one == other)


def order(left: object, right: object, *, case_sensitive: bool = False) -> int:
    """Less than, equal to or greater than 0; `$null` is before everything. Raises OperationError when they cannot be compared."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    one, other = _alike(left, right, case_sensitive)
    if case_sensitive and isinstance(one, str):
        # letters first, then lower before upper case: as people sort, not as bytes do
        one, other = (one.casefold(), one.swapcase()), (other.casefold(), other.swapcase())
    try:
        return int(one > other) - int(one < other)
    except TypeError:
        raise OperationError(
            f"'{to_text(left)}' and '{to_text(right)}' cannot be put in order", error_id="NotIcomparable"
        ) from None


def _alike(left: object, right: object, case_sensitive: bool) -> tuple[Any, Any]:
    """Both sides as Python values of one type: the left's."""
    if isinstance(left, bool):
        return left, truth(right)
    if isinstance(left, str):
        one, other = str(left), to_text(right)
        return (one, other) if case_sensitive else (one.casefold(), other.casefold())
    if isinstance(left, (int, float)):
        return left, _number(right)
    if type(left).__name__ == "Version":
        return left, convert(right, "version")
    if isinstance(left, JobId) or isinstance(right, JobId):
        return _job_id(left), _job_id(right)
    if kind := time_kind(left):
        return left, to_datetime(right) if kind == "datetime" else to_timespan(right)
    return left, right


def _number(value: object) -> int | float:
    if isinstance(value, (int, float)):
        return value
    number = parse_number(value) if isinstance(value, str) else None
    if time_kind(value) == "timedelta":
        number = cast(float, cast(Any, value).total_seconds())
    if isinstance(value, JobId):
        number = value.number + 0.5 if value.child else value.number
    if number is None:
        raise OperationError(f"'{to_text(value)}' is not a number", error_id="BadOperand")
    return number


def _job_id(value: object) -> JobId:
    if isinstance(value, JobId):
        return value
    if isinstance(value, int):
        return JobId(value)
    found = JobId.parse(to_text(value))
    if found is None:
        raise OperationError(f"'{to_text(value)}' is not a job id", error_id="BadOperand")
    return found


def sameness(value: object, *, case_sensitive: bool = False) -> object:
    """What is the same for values that count as one where objects are grouped, compared or told apart: their text, a job's or
    session's identity, the properties of a bag."""
    if isinstance(value, (Job, Session)):
        return value.instance_id
    if isinstance(value, PropertyBag):
        return tuple((n, sameness(v, case_sensitive=case_sensitive)) for n, v in value.properties.items())
    text = to_text(value)
    return str(text) if case_sensitive else text.casefold()


def _rank(value: object) -> int:
    """Kinds that have no common order are kept apart: nothing, truth, numbers, text, times, the rest."""
    if value is None or isinstance(value, bool):
        return 0 if value is None else 1
    if isinstance(value, (int, float, JobId)):
        return 2
    return 3 if isinstance(value, str) else 4 if time_kind(value) else 5


def total_order(left: object, right: object, case_sensitive: bool) -> int:
    """An order for Sort-Object and Group-Object that never fails, whatever is mixed."""
    difference = _rank(left) - _rank(right)
    if difference:
        return difference
    try:
        return order(left, right, case_sensitive=case_sensitive)
    except OperationError:
        return order(to_text(left), to_text(right), case_sensitive=case_sensitive)


def sort_key(*, case_sensitive: bool = False) -> Any:
    """A key function for `sorted` over values of any kind."""
    return cmp_to_key(lambda left, right: total_order(left, right, case_sensitive))


def sort_keys(values: Sequence[object], *, case_sensitive: bool = False) -> list[Any]:
    """What to sort values of any kind by: where all are numbers or all are text, without a call for each comparison."""
    if all(type(value) in (int, float) for value in values):
        return list(values)
    if all(isinstance(value, str) for value in values):
        texts = [str(value) for value in values]
        return [(t.casefold(), t.swapcase()) for t in texts] if case_sensitive else [t.casefold() for t in texts]
    key = sort_key(case_sensitive=case_sensitive)
    return [key(value) for value in values]

"""`[ref]$x`: a variable that is handed to `TryParse` to be assigned."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.command.conversion import convert
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.runtime.assignment import assign_to
from jobsh.runtime.frame import Frame


class Reference:
    """Where a value is to be put."""

    def __init__(self, target: ast.Expression, frame: Frame) -> None:
        self._target = target
        self._frame = frame

    async def assign(self, value: object) -> None:
        """Put it there."""
        await assign_to(self._target, value, self._frame)


async def try_parse(kind: str, arguments: Sequence[object]) -> bool:
    """`[int]::TryParse($text, [ref]$n)`: whether it is one; 0 or nothing is assigned where it is none."""
    text, goal = arguments[0], arguments[-1]
    value: object = 0 if kind in ("int", "long", "double", "decimal") else None
    is_one = isinstance(text, str) and text.strip() != ""
    try:
        value = convert(text, kind) if is_one else value
    except OperationError:
        is_one = False
    if isinstance(goal, Reference):
        await goal.assign(value)
    return is_one

"""Room on Python's stack for 200 levels of nesting, which take more frames than it allows by default."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

FRAMES = 20_000
"""Beyond what 200 levels take; each level counts itself, so this many are never in use."""


def deep(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run `function` with a recursion limit that its own nesting limit keeps it far from."""

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, FRAMES))
        try:
            return function(*args, **kwargs)
        finally:
            sys.setrecursionlimit(limit)

    return call

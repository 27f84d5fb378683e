"""Looks for patterns in a line: what Select-String finds. Reads nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobsh.command.operators import regex
from jobsh.command.values import PropertyBag


class LineMatcher:
    """Several patterns, of which one is enough."""

    def __init__(self, patterns: Sequence[str], *, is_simple: bool, case_sensitive: bool, finds_all: bool) -> None:
        self._expressions = [
            (
                p,
                re.compile(re.escape(p), 0 if case_sensitive else re.IGNORECASE)
                if is_simple
                else regex(p, case_sensitive),
            )
            for p in patterns
        ]
        self._finds_all = finds_all

    def match(self, text: str) -> tuple[str | None, tuple[object, ...]]:
        """The pattern that matches, or None, with what it found."""
        for pattern, expression in self._expressions:
            first = expression.search(text)
            if first is not None:
                found = expression.finditer(text) if self._finds_all else (first,)
                return pattern, tuple(_as_object(match) for match in found)
        return None, ()


def _as_object(match: re.Match[str]) -> PropertyBag:
    """A match with its groups, as .NET has it."""
    names = {number: name for name, number in match.re.groupindex.items()}
    groups: list[object] = [
        PropertyBag(
            {
                "Name": names.get(n, str(n)),
                "Value": match[n] or "",
                "Index": match.start(n),
                "Success": match[n] is not None,
            }
        )
        for n in range(1 + match.re.groups)
    ]
    place = {"Index": match.start(), "Length": match.end() - match.start(), "Value": match[0]}
    return PropertyBag({**place, "Groups": groups, "Success": True}, "Match")

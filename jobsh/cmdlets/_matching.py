"""Looks for patterns in lines that come one by one: what Select-String finds. Reads nothing."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from jobsh.command.operators import regex
from jobsh.command.results import MatchContext, MatchInfo
from jobsh.command.text import to_text
from jobsh.command.values import PropertyBag
from jobsh.model.records import Line


class Wanted:
    """What is looked for: several patterns, of which one is enough, and how many lines around it are shown."""

    def __init__(
        self,
        patterns: Sequence[str],
        *,
        is_simple: bool,
        case_sensitive: bool,
        inverted: bool,
        finds_all: bool,
        context: tuple[int, ...],
    ) -> None:
        self.patterns = tuple(patterns)
        self.case_sensitive = case_sensitive
        self.inverted = inverted
        self.shows_context = bool(context)
        self.before, self.after = (*context, *context[-1:], 0, 0)[:2]
        flags = 0 if case_sensitive else re.IGNORECASE
        self._expressions = [
            re.compile(re.escape(p), flags) if is_simple else regex(p, case_sensitive) for p in self.patterns
        ]
        self._finds_all = finds_all

    def match(self, text: str) -> tuple[str | None, tuple[object, ...]]:
        """The pattern that matches, or None, with what it found."""
        for pattern, expression in zip(self.patterns, self._expressions, strict=True):
            first = expression.search(text)
            if first is not None:
                found = expression.finditer(text) if self._finds_all else (first,)
                return pattern, tuple(_as_object(match) for match in found)
        return None, ()


class Search:
    """One file, or what comes through the pipeline: lines go in, what is found comes out when its context is known."""

    def __init__(self, wanted: Wanted, path: str = "", shown_path: str = "") -> None:
        self._wanted = wanted
        self._path = path
        self._shown_path = shown_path
        self._number = 0
        self._passed: deque[str] = deque(maxlen=wanted.before)
        self._waiting: deque[tuple[MatchInfo, list[str]]] = deque()

    def add(self, value: object) -> Iterator[MatchInfo]:
        """What is found now that `value` came."""
        self._number += 1
        text = to_text(value)
        for _, following in self._waiting:
            following.append(text)
        while self._waiting and len(self._waiting[0][1]) == self._wanted.after:
            yield _whole(*self._waiting.popleft())
        pattern, matches = self._wanted.match(text)
        if (pattern is None) is self._wanted.inverted:
            info = self._found(value, text, pattern or self._wanted.patterns[0], matches)
            if self._wanted.after:
                self._waiting.append((info, []))
            else:
                yield info
        self._passed.append(text)

    def end(self) -> Iterator[MatchInfo]:
        """What waits for lines that do not come."""
        for info, following in self._waiting:
            yield _whole(info, following)

    def _found(self, value: object, text: str, pattern: str, matches: tuple[object, ...]) -> MatchInfo:
        context = MatchContext(tuple(self._passed), ()) if self._wanted.shows_context else None
        place = self._path, self._shown_path
        return MatchInfo(
            self._number, text, *place, pattern, matches, not self._wanted.case_sensitive, _host(value), context
        )


def _whole(info: MatchInfo, following: list[str]) -> MatchInfo:
    assert info.context is not None
    return info.replace(context=info.context.replace(post_context=tuple(following)))


def _host(value: object) -> str:
    return value.origin.computer_name if isinstance(value, Line) and value.origin.show_computer_name else ""


def _as_object(match: re.Match[str]) -> PropertyBag:
    """A match with its groups, as .NET has it."""
    names = {number: name for name, number in match.re.groupindex.items()}
    groups: list[object] = [_group(match, n, names.get(n, str(n))) for n in range(1 + match.re.groups)]
    place = {"Index": match.start(), "Length": match.end() - match.start(), "Value": match[0]}
    return PropertyBag({**place, "Groups": groups, "Success": True}, "Match")


def _group(match: re.Match[str], number: int, name: str) -> PropertyBag:
    is_there = match[number] is not None
    return PropertyBag({"Name": name, "Value": match[number] or "", "Index": match.start(number), "Success": is_there})

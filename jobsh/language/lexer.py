"""`tokens`: what each stretch of a possibly broken or half-typed text is, for colours. Never raises."""

from __future__ import annotations

from jobsh.errors import Span
from jobsh.language.ast import Token, TokenKind, Vocabulary
from jobsh.language.parser import read_tolerantly
from jobsh.language.trace import Trace


def tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    """The tokens in source order; they do not overlap, and blanks between them have none."""
    trace = Trace()
    read_tolerantly(text, vocabulary, trace)
    return flat(trace.marks, len(text))


def flat(marks: list[tuple[int, int, TokenKind]], length: int) -> list[Token]:
    """Marks as tokens side by side: an inner mark takes its place out of the outer one, of two equal ones the later wins."""
    chosen = {(start, min(end, length)): kind for start, end, kind in marks if start < length}
    found: list[Token] = []
    outer: list[tuple[int, TokenKind]] = []
    pos = 0
    for (start, end), kind in sorted(chosen.items(), key=lambda mark: (mark[0][0], -mark[0][1])):
        pos = _close(found, outer, pos, start)
        _emit(found, pos, start, outer)
        pos = max(pos, start)
        outer.append((min(end, outer[-1][0]) if outer else end, kind))
    _close(found, outer, pos, length)
    return found


def _close(found: list[Token], outer: list[tuple[int, TokenKind]], pos: int, until: int) -> int:
    """Finish the marks that end before `until`."""
    while outer and outer[-1][0] <= until:
        _emit(found, pos, outer[-1][0], outer)
        pos = max(pos, outer.pop()[0])
    return pos


def _emit(found: list[Token], start: int, end: int, outer: list[tuple[int, TokenKind]]) -> None:
    if outer and end > start:
        found.append(Token(Span(start, end), outer[-1][1]))

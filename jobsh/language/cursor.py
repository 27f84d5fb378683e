"""`at_cursor`: what may come at the cursor of a half-typed text, for completion. Never raises; knows no cmdlet."""

from __future__ import annotations

from jobsh.errors import Span
from jobsh.language.ast import TokenKind, Vocabulary
from jobsh.language.parser import read_tolerantly
from jobsh.language.shell_words import unquoted
from jobsh.language.trace import Cursor, CursorKind, Given, Trace

__all__ = ["Cursor", "CursorKind", "Given", "at_cursor"]

_INNER = (CursorKind.VARIABLE, CursorKind.MEMBER)
_SHELL = (CursorKind.SHELL_COMMAND, CursorKind.SHELL_WORD)


def at_cursor(text: str, position: int, vocabulary: Vocabulary) -> Cursor:
    """What may come at `position`; what stands after it is not looked at."""
    position = max(0, min(position, len(text)))
    trace = Trace()
    read_tolerantly(text[:position], vocabulary, trace)
    if _in_comment(trace, text, position):
        return Cursor(CursorKind.NONE, Span(position, position))
    slot = trace.at(position)
    return slot if slot.kind in _INNER else _plain_prefix(slot, text)


def _in_comment(trace: Trace, text: str, position: int) -> bool:
    """Whether the text before the cursor ends within a comment."""
    for start, end, kind in trace.marks:
        if kind is TokenKind.COMMENT and end == position and start < end and not text[start:end].endswith("#>"):
            return True
    return False


def _plain_prefix(slot: Cursor, text: str) -> Cursor:
    """The slot with the text so far, its quotes and escapes taken away."""
    written = text[slot.span.start : slot.span.end]
    quote = written[0] if written[:1] in ("'", '"') else ""
    return slot.replace(prefix=_plain(written, quote, slot.kind in _SHELL), quote=quote)


def _plain(written: str, quote: str, shell: bool) -> str:
    """The text without quotes and escapes."""
    if quote:
        inner = written[1:]
        return inner[:-1] if inner.endswith(quote) else inner
    if shell:
        return unquoted(written)
    return written.replace("`", "")

"""Strings, variables and numbers: the values that are one token."""

from __future__ import annotations

import re

from jobsh.errors import Span
from jobsh.language.ast import (
    Expandable,
    Expression,
    Number,
    Script,
    String,
    SubExpr,
    TokenKind,
    Variable,
)
from jobsh.language.patterns import Pattern
from jobsh.language.skim import NUMBER, SINGLE_QUOTED, VARIABLE
from jobsh.language.starts import Starts
from jobsh.language.trace import Cursor, CursorKind

_DOUBLE_QUOTED = Pattern(r'[^"`$]+')
_HERE_STRING = Pattern(r"[^`$]+")
_HERE_END = {"'": Pattern(r"(?:^|\n)'@", re.MULTILINE), '"': Pattern(r'(?:^|\n)"@', re.MULTILINE)}
_UNICODE = Pattern(r"u\{([0-9a-fA-F]{1,6})\}")
_SCOPED = Pattern(r"(?i:(env|script|global|local|private|using|variable|function):)")
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}


class Strings(Starts):
    """Reads one-token values. `$( … )` in a string is jobsh code, read by the subclass that knows statements."""

    # ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────

    def number(self) -> Number:
        """The number here."""
        start = self.pos
        self.pos = NUMBER.span_end(self.text, start)
        self.mark(TokenKind.NUMBER, start, self.pos)
        return Number(Span(start, self.pos), number_value(self.text[start : self.pos]))

    # ── variables ────────────────────────────────────────────────────────────────────────────────────────────

    def variable(self) -> Variable:
        """`$x`, `$env:X`, `${odd name}`, `$?`."""
        start = self.pos
        found = VARIABLE.match(self.text, start)
        if not found:
            self._offer_variable(start, self.end)
            if self.text.startswith("${", start) and self.text.find("}", start) < 0:
                self.incomplete("the bracket ${ is not closed", start)
            self.pos = start + 1
            self.unexpected("the name of a variable", "a $ that is meant as itself is written `$ or stands in '…'")
        self.pos = found.end()
        self._offer_variable(start, self.pos)
        self.mark(TokenKind.VARIABLE, start, self.pos)
        scope, name = self._split_scope(found.group()[1:])
        return Variable(Span(start, self.pos), name, scope)

    def _split_scope(self, written: str) -> tuple[str, str]:
        braced = written.startswith("{")
        name = written[1:-1] if braced else written
        scoped = _SCOPED.match(name)
        return (scoped.group(1).lower(), name[scoped.end() :]) if scoped else ("", name)

    def _offer_variable(self, start: int, end: int) -> None:
        if self.trace is not None:
            self.offer(
                Cursor(CursorKind.VARIABLE, Span(start, end), self.text[start + 1 : end].lstrip("{").rstrip("}"))
            )

    # ── strings ──────────────────────────────────────────────────────────────────────────────────────────────

    def string(self) -> Expression:
        """`'…'`, `"…"`, or a here-string."""
        if self.at("@"):
            return self._here_string()
        return self._double_quoted() if self.at('"') else self._single_quoted()

    def _single_quoted(self) -> String:
        start = self.pos
        found = SINGLE_QUOTED.match(self.text, start)
        if not found:
            self.mark(TokenKind.STRING, start, self.end)
            self.incomplete("the quote ' is not closed", start)
        self.pos = found.end()
        self.mark(TokenKind.STRING, start, self.pos)
        return String(Span(start, self.pos), found.group()[1:-1].replace("''", "'"))

    def _double_quoted(self) -> Expression:
        start = self.pos
        self.enter(start)
        self.pos += 1
        parts = self._parts(self.end, _DOUBLE_QUOTED, '"')
        if self.pos >= self.end:
            self.mark(TokenKind.STRING, start, self.end)
            self.incomplete('the quote " is not closed', start)
        self.pos += 1
        self.leave()
        self.mark(TokenKind.STRING, start, self.pos)
        return expandable(Span(start, self.pos), parts)

    def _here_string(self) -> Expression:
        start, quote = self.pos, self.text[self.pos + 1]
        body = self.text.find("\n", start) + 1 or self.end
        found = _HERE_END[quote].search(self.text, body - 1)
        if not found:
            self.mark(TokenKind.STRING, start, self.end)
            self.incomplete(f"the here-string @{quote} is not closed by a line that begins with {quote}@", start)
        close = max(found.start(), body)
        self.mark(TokenKind.STRING, start, found.end())
        if quote == "'":
            self.pos = found.end()
            return String(Span(start, self.pos), self.text[body:close])
        return self._expandable_here_string(start, body, close, found.end())

    def _expandable_here_string(self, start: int, body: int, close: int, end: int) -> Expression:
        self.pos = body
        self.enter(start)
        parts = self._parts(close, _HERE_STRING, "")
        self.leave()
        self.pos = max(self.pos, end)
        return expandable(Span(start, self.pos), parts)

    def _parts(self, end: int, plain: Pattern, quote: str) -> list[str | Expression]:
        """Text and expansions up to `end` or to a `quote` that is not doubled."""
        parts: list[str | Expression] = []
        while self.pos < end:
            after = plain.span_end(self.text, self.pos, end)
            if after > self.pos:
                parts.append(self.text[self.pos : after])
                self.pos = after
            elif self.char() == "`":
                parts.append(self.escape())
            elif self.char() == "$":
                parts.append(self.expansion())
            elif self.char(1) == quote:
                parts.append(quote)
                self.pos += 2
            else:
                break
        return parts

    def escape(self) -> str:
        """What the backtick and the character after it stand for."""
        if self.pos + 1 >= self.end:
            self.incomplete("a backtick escapes the character after it, but nothing follows", self.pos)
        char = self.text[self.pos + 1]
        code = _UNICODE.match(self.text, self.pos + 1) if char == "u" else None
        if code:
            return self._unicode(code)
        self.pos += 2
        return _ESCAPES.get(char, char)

    def _unicode(self, code: re.Match[str]) -> str:
        start, self.pos = self.pos, code.end()
        number = int(code.group(1), 16)
        if number > 0x10FFFF:
            self.fail("no character has this number", start, self.pos, "the largest is 10FFFF")
        return chr(number)

    def expansion(self) -> str | Expression:
        """What `$` begins in a string or a word; a `$` that begins nothing is itself."""
        if self.at("$("):
            return self.sub_expression()
        following = self.char(1)
        if following.isalpha() or following in ("_", "{") or (following == "?" and not self.char(2).isalnum()):
            return self.variable()
        if self.pos + 1 >= self.end and self.trace is not None:
            self._offer_variable(self.pos, self.end)
        self.pos += 1
        return "$"

    def sub_expression(self) -> SubExpr:
        """`$( statements )`."""
        start = self.pos
        body = self.bracketed_script(start, 2, ")", "the bracket $(")
        return SubExpr(Span(start, self.pos), body)

    def bracketed_script(self, start: int, skip: int, closing: str, what: str) -> Script:
        """The statements between brackets, and the closing one."""
        raise NotImplementedError


def expandable(span: Span, parts: list[str | Expression]) -> Expression:
    """A string of these parts: a literal when nothing in it must be expanded."""
    merged = merge(parts)
    if all(isinstance(part, str) for part in merged):
        return String(span, "".join(part for part in merged if isinstance(part, str)))
    return Expandable(span, merged)


def merge(parts: list[str | Expression]) -> tuple[str | Expression, ...]:
    """Neighbouring pieces of text as one."""
    merged: list[str | Expression] = []
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        if texts:
            merged.append("".join(texts))
            texts = []
        merged.append(part)
    if texts:
        merged.append("".join(texts))
    return tuple(merged)


def number_value(written: str) -> int | float:
    """The value of a number as it is written."""
    unit = 1
    written = written.lower()
    if written[-1] == "b" and len(written) > 2 and written[-2] in "kmgtp":
        unit = _UNITS[written[-2]]
        written = written[:-2]
    written = written.rstrip("lu")  # numbers know no width here
    if written[:2] in ("0x", "0b"):
        return int(written, 0) * unit
    if written.isdigit():
        return int(written) * unit
    return float(written.rstrip("d")) * unit

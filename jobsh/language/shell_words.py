"""The words of the POSIX shells and bash: where a quote or an expansion ends. Knows no jobsh."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from jobsh.errors import IncompleteInput, ParseError, Span
from jobsh.language.ast import TokenKind
from jobsh.language.patterns import Pattern
from jobsh.language.trace import Cursor, CursorKind, Trace

MAX_DEPTH = 200

PLAIN = Pattern(r"[^ \t-\r;&|<>(){}'\"\\$`]+")
BLANKS = Pattern(r"(?:[ \t\r]|\\\n)+")
_DOUBLE_QUOTED = Pattern(r'[^"\\$`]+')
_ANSI_QUOTED = Pattern(r"(?:[^'\\]|\\.)*'", re.DOTALL)
_BACKTICKED = Pattern(r"(?:[^`\\]|\\.)*`", re.DOTALL)
_PARAMETER = Pattern(r"[^}'\"\\$`]+")
_ARITHMETIC = Pattern(r"[^()'\"\\$`]+")
_NAME = Pattern(r"(?:[uU][sS][iI][nN][gG]:)?[A-Za-z_]\w*", re.ASCII)
_BRACED_NAME = Pattern(r"[#!]?((?:[uU][sS][iI][nN][gG]:)?(?:[A-Za-z_]\w*|[0-9]+|[@*#?$!-]))?(?:\[[^]]*\])?", re.ASCII)
_SPECIAL = frozenset("0123456789@*#?$!-")


class Reference(NamedTuple):
    """`$name`, `${name}` or `$using:name` outside single quotes."""

    start: int
    end: int
    name: str


class ShellWords:
    """Reads forward through `text` up to `end`. Commands inside `$( … )` are read by the subclass that knows commands."""

    def __init__(self, text: str, pos: int = 0, end: int | None = None, *, trace: Trace | None = None) -> None:
        self.text = text
        self.pos = pos
        self.end = len(text) if end is None else end
        self.trace = trace
        self.depth = 0
        self.references: dict[int, Reference] = {}
        self._ends: dict[int, int] = {}
        self._parts = {
            "'": self.single_quoted,
            '"': self.double_quoted,
            "\\": self._escaped,
            "$": self.dollar,
            "`": self.backticked,
        }

    # ── what is said about the text ──────────────────────────────────────────────────────────────────────────

    def incomplete(self, what: str, start: int, hint: str = "") -> NoReturn:
        """The text ends while something is open."""
        self.too_early(f"{what} is not closed", start, hint)

    def too_early(self, message: str, start: int, hint: str = "") -> NoReturn:
        """The text ends where more must come."""
        raise IncompleteInput(message, Span(start, min(start + 1, len(self.text))), hint=hint, source=self.text)

    def fail(self, message: str, start: int, end: int, hint: str = "") -> NoReturn:
        """No shell reads this."""
        raise ParseError(message, Span(start, end), hint=hint, source=self.text)

    def enter(self, start: int) -> None:
        """One level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested more than {MAX_DEPTH} deep", start, start + 1, "split the command into smaller ones")

    def leave(self) -> None:
        """One level up again."""
        self.depth -= 1

    def mark(self, kind: TokenKind, start: int, end: int) -> None:
        """Tell the trace, if there is one."""
        if self.trace is not None:
            self.trace.mark(kind, start, end)

    # ── parts of words; each takes the position of its first character and gives the one after its last ────────

    def part(self, pos: int) -> int:
        """A quote, escape or expansion at `pos`; `pos` itself when there is none."""
        read = self._parts.get(self.text[pos])
        return read(pos) if read else pos

    def _escaped(self, pos: int) -> int:
        if pos + 1 >= self.end:
            self.too_early("the line is continued, but nothing follows", pos)
        return pos + 2

    def single_quoted(self, pos: int) -> int:
        """`'…'`."""
        close = self.text.find("'", pos + 1, self.end)
        if close < 0:
            self.mark(TokenKind.STRING, pos, self.end)
            self.incomplete("the quote '", pos)
        self.mark(TokenKind.STRING, pos, close + 1)
        return close + 1

    def double_quoted(self, pos: int) -> int:
        """`"…"` with expansions inside."""
        start, text = pos, self.text
        self.mark(TokenKind.STRING, start, self.end)
        index = len(self.trace.marks) if self.trace else 0
        pos += 1
        while pos < self.end:
            pos = _DOUBLE_QUOTED.span_end(text, pos, self.end)
            if pos >= self.end:
                break
            if text[pos] == '"':
                if self.trace:
                    self.trace.marks[index - 1] = (start, pos + 1, TokenKind.STRING)
                return pos + 1
            pos = self.quoted_part(pos)
        return self.incomplete('the quote "', start)

    def quoted_part(self, pos: int) -> int:
        """An escape or expansion within double quotes or a here-document."""
        char = self.text[pos]
        if char == "\\":
            return min(pos + 2, self.end)
        return self.dollar(pos, quoted=True) if char == "$" else self.backticked(pos)

    def backticked(self, pos: int) -> int:
        """A command in backticks; what is inside is read for the variables it names."""
        known = self._ends.get(pos)
        if known is not None:
            return known
        found = _BACKTICKED.match(self.text, pos + 1, self.end)
        if not found:
            self.incomplete("the backtick", pos)
        self.enter(pos)
        self.inner_commands(pos + 1, found.end() - 1)
        self.leave()
        self._ends[pos] = found.end()
        return found.end()

    def dollar(self, pos: int, quoted: bool = False) -> int:
        """Whatever begins with `$`."""
        char = self.text[pos + 1] if pos + 1 < self.end else ""
        if char == "(" or char == "{":
            return self._bracketed(pos, quoted)
        if char == "'" and not quoted:
            return self._ansi_quoted(pos)
        name = _NAME.match(self.text, pos + 1, self.end)
        if self.trace is not None:
            end = name.end() if name else pos + 1
            self.trace.offer(Cursor(CursorKind.VARIABLE, Span(pos, end), self.text[pos + 1 : end]))
        if name:
            self.refer(pos, name.end(), name.group())
            return name.end()
        return pos + 2 if char in _SPECIAL and char else pos + 1

    def refer(self, start: int, end: int, name: str) -> None:
        """A variable is named here."""
        self.references[start] = Reference(start, end, name)
        self.mark(TokenKind.VARIABLE, start, end)

    def _ansi_quoted(self, pos: int) -> int:
        found = _ANSI_QUOTED.match(self.text, pos + 2, self.end)
        if not found:
            self.incomplete("the quote $'", pos)
        self.mark(TokenKind.STRING, pos, found.end())
        return found.end()

    def _bracketed(self, pos: int, quoted: bool) -> int:
        known = self._ends.get(pos)
        if known is not None:
            return known
        end = self._parameter(pos, quoted) if self.text[pos + 1] == "{" else self._parenthesised(pos)
        self._ends[pos] = end
        return end

    def _parenthesised(self, pos: int) -> int:
        if self.text.startswith("((", pos + 1):
            end = self.arithmetic(pos + 3, pos)
            if end >= 0:
                return end
        return self.substitution(pos + 2, pos)

    def _parameter(self, start: int, quoted: bool) -> int:
        """`${…}`. In double quotes a `'` quotes only in patterns (`${x#'}'}`), not in words (`${x:-it's}`)."""
        text, pos = self.text, start + 2
        name = _BRACED_NAME.match(text, pos, self.end)
        assert name is not None
        pos = name.end()
        if self.trace is not None:
            self.trace.offer(Cursor(CursorKind.VARIABLE, Span(start, pos), self.text[start + 2 : pos]))
        if name.group(1):
            self._refer_braced(start, pos, name.group(1))
        quotes = not quoted or (pos < self.end and text[pos] in "#%/^,")
        self.enter(start)
        while pos < self.end:
            pos = _PARAMETER.span_end(text, pos, self.end)
            if pos >= self.end:
                break
            if text[pos] == "}":
                self.leave()
                return pos + 1
            pos = pos + 1 if text[pos] == "'" and not quotes else self.part(pos)
        return self.incomplete("the bracket ${", start)

    def _refer_braced(self, start: int, pos: int, name: str) -> None:
        whole = pos < self.end and self.text[pos] == "}"
        if name[0].isalpha() or name[0] == "_":
            self.refer(start, pos + 1 if whole else pos, name)

    def arithmetic(self, pos: int, start: int) -> int:
        """The end of the arithmetic whose `((` ends at `pos`; -1 when it turns out to be a subshell in a subshell."""
        self.enter(start)
        opened = 0
        while pos < self.end:
            pos = _ARITHMETIC.span_end(self.text, pos, self.end)
            char = self.text[pos : min(pos + 1, self.end)]
            if char == ")" and not opened:
                self.leave()
                return pos + 2 if self.text.startswith("))", pos) else -1
            opened += (char == "(") - (char == ")")
            pos = pos + 1 if char in ("(", ")", "") else self.part(pos)
        return self.incomplete("the bracket ((", start)

    # ── commands, which the subclass knows ───────────────────────────────────────────────────────────────────

    def substitution(self, pos: int, start: int) -> int:
        """The commands of `$( … )` from `pos` on, and its `)`."""
        raise NotImplementedError

    def inner_commands(self, pos: int, end: int) -> None:
        """The commands between two backticks."""
        raise NotImplementedError


REFUSED = "JobshCommandInShellText"


def reraise_refusal(error: ParseError) -> None:
    """What is not closed in a part that has a known end is the shell's to say; a jobsh command in it is ours."""
    if error.error_id == REFUSED:
        raise error


def unquoted(word: str) -> str:
    """A word with the shell's quotes taken away."""
    if not any(quote in word for quote in "'\"\\"):
        return word
    return re.sub(r"""'([^']*)'|\$?"((?:[^"\\]|\\.)*)"|\\(.)""", _inside, word, flags=re.DOTALL)


def _inside(quoted: re.Match[str]) -> str:
    literal, expandable, escaped = quoted.groups()
    return literal if literal is not None else expandable if expandable is not None else escaped

"""The reader under the parser: position, blanks, comments, errors, depth, and the names that are known so far."""

from __future__ import annotations

from typing import NoReturn

from jobsh.errors import IncompleteInput, ParseError, Span
from jobsh.language.ast import ParamDeclaration, TokenKind, Vocabulary
from jobsh.language.patterns import Pattern
from jobsh.language.shell_documents import Bodies
from jobsh.language.shell_words import MAX_DEPTH
from jobsh.language.trace import Cursor, CursorKind, Trace

BLANKS = Pattern(r"(?:[ \t\f\v\r]|[`\\]\n)+")
COMMENT = Pattern(r"#[^\n]*")
WORD_ENDS = frozenset(" \t\f\v\r\n;|&(){}<>")


class Scope:
    """The variables, functions and aliases that the text has made so far in one function or block."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.functions: dict[str, tuple[str, tuple[ParamDeclaration, ...]]] = {}
        self.aliases: dict[str, str] = {}


class Reader:
    """A position in `text`, and what every part of the parser needs around it."""

    def __init__(
        self, text: str, vocabulary: Vocabulary, *, interactive: bool = False, trace: Trace | None = None
    ) -> None:
        self.text = text
        self.pos = 0
        self.end = len(text)
        self.vocabulary = vocabulary
        self.interactive = interactive
        self.trace = trace
        self.closing = ""
        """the bracket that ends the jobsh code being read."""
        self.in_code = False
        """whether this is a code block or a keyword's body, where `$_` in shell text is jobsh's."""
        self.depth = 0
        self.scopes = [Scope()]
        self.bodies = Bodies()
        """the here-documents of shell texts that ended before their line did."""

    # ── errors ───────────────────────────────────────────────────────────────────────────────────────────────

    def fail(self, message: str, start: int, end: int | None = None, hint: str = "") -> NoReturn:
        """The text is wrong at `start`."""
        stop = min(start + 1, self.end) if end is None else end
        raise ParseError(message, Span(start, max(start, stop)), hint=hint, source=self.text)

    def incomplete(self, message: str, start: int) -> NoReturn:
        """The text ends too early."""
        start = min(start, self.end)
        raise IncompleteInput(message, Span(start, min(start + 1, self.end)), source=self.text)

    def unexpected(self, wanted: str, hint: str = "") -> NoReturn:
        """Something else stands here; at the end of the text, more may come."""
        if self.pos >= self.end:
            self.incomplete(f"{wanted} is missing at the end", max(self.end - 1, 0))
        self.fail(f"{wanted} was expected here, not {self.seen()}", self.pos, hint=hint)

    def seen(self) -> str:
        """What stands here, for a message."""
        char = self.text[self.pos]
        return "the end of the line" if char == "\n" else f"`{char}`"

    def enter(self, start: int) -> None:
        """One level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested more than {MAX_DEPTH} deep", start, hint="put parts of it into variables or functions")

    def leave(self) -> None:
        """One level up again."""
        self.depth -= 1

    # ── trace ────────────────────────────────────────────────────────────────────────────────────────────────

    def mark(self, kind: TokenKind, start: int, end: int) -> None:
        """Tell the trace, if there is one, what this stretch is."""
        if self.trace is not None:
            self.trace.mark(kind, start, end)

    def offer(self, slot: Cursor) -> None:
        """Tell the trace, if there is one, what may come here."""
        if self.trace is not None:
            self.trace.offer(slot)

    # ── position ─────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, token: str) -> bool:
        """Whether `token` stands here."""
        return self.text.startswith(token, self.pos)

    def char(self, ahead: int = 0) -> str:
        """The character here, empty at the end."""
        return self.text[self.pos + ahead : self.pos + ahead + 1]

    def blanks(self) -> None:
        """Past blanks, continued lines and comments; not past a newline."""
        self.pos = self.after_blanks(self.pos, marked=True)

    def lines(self) -> None:
        """Past blanks, comments and newlines."""
        self.pos = self.after_lines(self.pos, marked=True)

    def after_blanks(self, pos: int, marked: bool = False) -> int:
        """Where blanks, continued lines and comments from `pos` on end."""
        text = self.text
        while True:
            pos = BLANKS.span_end(text, pos)
            if text.startswith("#", pos):
                start, pos = pos, COMMENT.span_end(text, pos)
            elif text.startswith("<#", pos):
                start, pos = pos, self._block_comment_end(pos)
            else:
                break
            if marked:
                self.mark(TokenKind.COMMENT, start, pos)
        if pos == self.end - 1 and text[pos] in "`\\":
            self.incomplete("the line is continued, but nothing follows", pos)
        return pos

    def _block_comment_end(self, pos: int) -> int:
        end = self.text.find("#>", pos + 2)
        if end < 0:
            self.mark(TokenKind.COMMENT, pos, self.end)
            self.incomplete("the comment <# is not closed", pos)
        return end + 2

    def after_lines(self, pos: int, marked: bool = False) -> int:
        """Where blanks, comments and newlines from `pos` on end."""
        pos = self.after_blanks(pos, marked)
        while self.text.startswith("\n", pos):
            pos = self.after_blanks(self.bodies.ends.get(pos, pos + 1), marked)
        return pos

    def take(self, token: str, kind: TokenKind | None = None) -> bool:
        """Go past `token` if it stands here."""
        if not self.text.startswith(token, self.pos):
            return False
        if kind:
            self.mark(kind, self.pos, self.pos + len(token))
        self.pos += len(token)
        return True

    def expect(self, token: str, start: int, what: str) -> None:
        """Go past the closing `token` of what began at `start`."""
        if self.pos >= self.end:
            self.incomplete(f"{what} is not closed", start)
        if not self.take(token, TokenKind.BRACKET):
            self.fail(f"`{token}` was expected here, not {self.seen()}", self.pos, hint=f"it closes {what}")
        if self.trace is not None:
            self.offer(Cursor(CursorKind.NONE, Span(self.pos, self.pos)))

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────

    def lookup(self, name: str) -> str | None:
        """The command that a name stands for: a function of this text, or one that the vocabulary knows."""
        function = self.function(name)
        return function[0] if function else self.vocabulary.canonical(self._meant(name))

    def function(self, name: str) -> tuple[str, tuple[ParamDeclaration, ...]] | None:
        """A function that the text has defined before this point."""
        lowered = self._meant(name).lower()
        for scope in reversed(self.scopes):
            if lowered in scope.functions:
                return scope.functions[lowered]
        return None

    def _meant(self, name: str) -> str:
        """What an alias that the text has made stands for; every other name itself."""
        lowered = name.lower()
        return next((scope.aliases[lowered] for scope in reversed(self.scopes) if lowered in scope.aliases), name)

    def assign(self, name: str) -> None:
        """From here on the variable is jobsh's."""
        self.scopes[-1].variables.add(name)

    def is_assigned(self, name: str) -> bool:
        """Whether jobsh has a variable of exactly this name here."""
        return any(name in scope.variables for scope in self.scopes) or self.vocabulary.is_assigned(name)

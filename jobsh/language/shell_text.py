"""Where shell text and shell blocks end. Follows the commands of POSIX sh and bash closely enough to know a command position."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import NoReturn

from jobsh.errors import ParseError, Span
from jobsh.language.ast import TokenKind
from jobsh.language.deep import deep
from jobsh.language.patterns import Pattern
from jobsh.language.shell_compounds import COMMENT, NAMES, ShellCompounds
from jobsh.language.shell_words import BLANKS, PLAIN, Reference, reraise_refusal
from jobsh.language.trace import Trace

_REDIRECTION = Pattern(r"&>>?|<<<|<>|[<>]&|>>|>\||[<>]")
_DESCRIPTOR = Pattern(r"(?:\d+|\{\w+\})(?=[<>])")


_HINTS = {
    "{": "this } is the shell's, which wants it after a ; or in a line of its own; for jobsh code write & { … }, "
    "and a function with param(…), (…) or a Verb-Noun name"
}
_STATE = ("pos", "last", "closing", "_frames", "_braces", "_start", "_dangling", "_inside", "_command")
"""what belongs to the text around a `$( … )`."""


class Stop(Enum):
    """Why a stretch of shell text ends; the value is the token's text."""

    END = ""
    NEWLINE = "\n"
    SEMICOLON = ";"
    AND = "&&"
    OR = "||"
    BACKGROUND = "&"
    PIPE = "|"
    CLOSE = ")"


class ShellScanner(ShellCompounds):
    """Reads shell text up to where it ends. `piped` says whether a stage of jobsh begins at a position after a `|`."""

    def __init__(
        self,
        text: str,
        pos: int = 0,
        end: int | None = None,
        *,
        closing: str = "",
        trace: Trace | None = None,
        on_command: Callable[[str, int], None] | None = None,
        piped: Callable[[int], bool] | None = None,
    ) -> None:
        super().__init__(text, pos, end, closing=closing, trace=trace, on_command=on_command)
        self.of_jobsh = closing != "" or piped is not None
        self._piped = piped
        self._tokens = {
            "\n": self._at_newline,
            ";": self._at_semicolon,
            "&": self._at_ampersand,
            "|": self._at_pipe,
            "(": self._at_open,
            ")": self._at_close,
            "<": self._at_redirection,
            ">": self._at_redirection,
        }

    # ── stretches ────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> Stop:
        """Read up to the first token that ends shell text at its own top level; `pos` is then at that token."""
        while True:
            self._skip()
            if self.pos >= self.end:
                return self._at_end()
            read = self._tokens.get(self.text[self.pos])
            stop = read() if read else self._at_word()
            if stop is not None:
                return stop

    def advance(self, stop: Stop) -> None:
        """Go past what `run` stopped at, to where the next command of this text begins."""
        if stop is Stop.NEWLINE:
            self.pos = self.newline(self.pos)
        else:
            self.mark(TokenKind.OPERATOR, self.pos, self.pos + len(stop.value))
            self.pos += len(stop.value)
        self.skip_lines()
        self._start, self._dangling, self._braces = True, -1, 0

    def skip_lines(self) -> None:
        """Pass over blanks, comments, newlines and semicolons."""
        while True:
            self._skip()
            if self.pos >= self.end or self.text[self.pos] not in "\n;":
                return
            self.pos = self.newline(self.pos) if self.text[self.pos] == "\n" else self.pos + 1

    def run_all(self) -> None:
        """Read to the end, past all separators."""
        while (stop := self.run()) is not Stop.END:
            self.advance(stop)

    def find_bodies(self) -> None:
        """Find the here-documents of a text that ended before its line did: they begin after that line."""
        if self.documents:
            line = self.text.find("\n", self.pos, self.end)
            if line < 0:
                self.missing_body(self.documents[0])
            self.newline(line)

    def _skip(self) -> None:
        """Blanks, and a comment: this is only called where a word may begin."""
        self.pos = BLANKS.span_end(self.text, self.pos, self.end)
        if self.text.startswith("#", self.pos) and self.pos < self.end:
            start, self.pos = self.pos, COMMENT.span_end(self.text, self.pos, self.end)
            self.mark(TokenKind.COMMENT, start, self.pos)

    def _at_end(self) -> Stop:
        if self.trace is not None and (self._start or self.text[self.pos - 1 : self.pos] in (" ", "\t")):
            self._offer(self.pos)
        if self._frames:
            frame = self._frames[-1]
            self.incomplete(NAMES.get(frame.kind, f"`{frame.kind}`"), frame.start, _HINTS.get(frame.kind, ""))
        if self._dangling >= 0:
            self._missing_command()
        if self.documents:
            self.missing_body(self.documents[0])
        return Stop.END

    def _missing_command(self) -> NoReturn:
        """After `|`, `&&`, `||`, or the name of a function."""
        operator = self.text[self._dangling : self._dangling + 2]
        if operator[0] in "f(":
            self.too_early("the body of the function is missing", self._dangling)
        self.too_early(f"a command is missing after {operator if operator in ('&&', '||') else '|'}", self._dangling)

    # ── tokens between words ─────────────────────────────────────────────────────────────────────────────────

    def _at_newline(self) -> Stop | None:
        if not self._frames and self._dangling < 0 and not self._inside:
            return Stop.NEWLINE
        self.pos = self.newline(self.pos)
        self._separate()
        return None

    def _separate(self) -> None:
        """A newline or semicolon within a compound command."""
        frame = self._frames[-1] if self._frames else None
        if frame and frame.kind == "case" and frame.state in ("word", "in", "pattern"):
            return
        self._start = True
        if frame and frame.kind == "loop" and frame.state in ("in", "words"):
            frame.state = "do"

    def _at_semicolon(self) -> Stop | None:
        frame = self._frames[-1] if self._frames else None
        following = self.text[self.pos + 1 : self.pos + 3]
        if frame and frame.kind == "case" and following[:1] in (";", "&") and following:
            self._passed(self.pos + (3 if following == ";&" else 2))
            frame.state = "pattern"
            return None
        if not self._frames and not self._inside:
            return Stop.SEMICOLON
        self._next_command(self.pos + 1)
        self._separate()
        return None

    def _at_ampersand(self) -> Stop | None:
        if self.text.startswith("&>", self.pos):
            return self._at_redirection()
        double = self.text.startswith("&&", self.pos)
        if not self._frames and not self._inside:
            return Stop.AND if double else Stop.BACKGROUND
        self._next_command(self.pos + 1 + double, dangling=double)
        return None

    def _at_pipe(self) -> Stop | None:
        if self._frames and self._frames[-1].kind == "case" and self._frames[-1].state == "pattern":
            self._passed(self.pos + 1)
            return None
        top = not self._frames and not self._inside
        if self.text.startswith("||", self.pos):
            if top:
                return Stop.OR
            self._next_command(self.pos + 2, dangling=True)
            return None
        errors_too = self.text.startswith("|&", self.pos)
        if top and not errors_too and self._piped and self._piped(self._after_pipe()):
            return Stop.PIPE
        self._next_command(self.pos + 1 + errors_too, dangling=True)
        return None

    def _after_pipe(self) -> int:
        """Where the next stage begins; `cat <<EOF |` has its document before it."""
        after = BLANKS.span_end(self.text, self.pos + 1, self.end)
        if self.documents and self.text.startswith("\n", after):
            documents = self.documents
            self.newline(after)
            self.documents = documents
        return after

    def _at_open(self) -> Stop | None:
        frame = self._frames[-1] if self._frames else None
        if frame and frame.kind == "case" and frame.state == "pattern":
            self._passed(self.pos + 1)
        elif self.text.startswith("((", self.pos) and (self._start or (frame and frame.state == "name")):
            self._arithmetic_command(frame)
        elif not self._start and self.text[self.pos + 1 : self.end].lstrip(" \t")[:1] == ")":
            # The `()` of a function's definition; its body may stand on the next line.
            self._next_command(self.text.index(")", self.pos) + 1, dangling=True)
        else:
            self._open("(")
        return None

    def _at_close(self) -> Stop | None:
        frame = self._frames[-1] if self._frames else None
        if frame and frame.kind == "(":
            self._passed(self.pos + 1)
            self._close()
        elif frame and frame.kind == "case" and frame.state == "pattern":
            frame.state = "body"
            self._next_command(self.pos + 1)
        elif not frame and self.closing == ")":
            if self._dangling >= 0:
                self.fail("a command is missing here", self.pos, self.pos + 1)
            return Stop.CLOSE
        elif frame and self._inside:
            name = NAMES.get(frame.kind, f"`{frame.kind}`")
            self.fail(f"a ) closes what {name} left open", self.pos, self.pos + 1)
        else:
            self._passed(self.pos + 1)  # nobody's bracket: the shell will say so
        return None

    def _at_redirection(self) -> Stop | None:
        text = self.text
        if text.startswith("<<", self.pos) and not text.startswith("<<<", self.pos):
            start, end = self.pos, self.document(self.pos)
            self.mark(TokenKind.OPERATOR, start, end)
        elif text[self.pos + 1 : self.pos + 2] == "(":
            end = self._word(self.pos)
        else:
            end = _REDIRECTION.span_end(text, self.pos, self.end)
            self.mark(TokenKind.OPERATOR, self.pos, end)
            end = BLANKS.span_end(text, end, self.end)
            self._offer(end, word=True)
            end = self._word(end) if text[end : end + 1] not in ("", "\n") else end
        self.pos = self.last = max(end, self.pos + 1)
        self._dangling = -1
        return None

    def _at_word(self) -> Stop | None:
        start = self.pos
        if self._closes_block(start):
            if self._dangling >= 0:
                self.fail("a command is missing here", start, start + 1)
            return Stop.CLOSE
        if _DESCRIPTOR.match(self.text, start, self.end):
            self.pos = _DESCRIPTOR.span_end(self.text, start, self.end)
            return None
        plain = PLAIN.span_end(self.text, start, self.end)
        if self._start and self.text[start] in "{}":
            plain = start + 1
            if self._at_brace():
                return None
        self._offer(start)
        end = self._word(start)
        word = self.text[start:end] if end == plain else ""
        self.pos = self.last = end
        self._dangling = -1
        self._accept(word, start)
        return None

    # ── commands inside words ────────────────────────────────────────────────────────────────────────────────

    def substitution(self, pos: int, start: int) -> int:
        """The commands of `$( … )`, `<( … )` from `pos` on, and the `)`."""
        outer = self._save()
        self.enter(start)
        self.pos, self.closing, self._frames, self._braces = pos, ")", [], 0
        self._start, self._dangling, self._inside = True, -1, True
        stop = self.run()
        end = self.pos
        self.leave()
        self._restore(outer)
        if stop is not Stop.CLOSE:
            self.incomplete("the bracket $(", start)
        return end + 1

    def inner_commands(self, pos: int, end: int) -> None:
        """The commands between backticks. That they end is already known: what is wrong in them is the shell's to say."""
        outer, outer_end, depth = self._save(), self.end, self.depth
        self.pos, self.end, self.closing, self._frames, self._braces = pos, end, "", [], 0
        self._start, self._dangling, self._inside = True, -1, True
        try:
            self.run()
        except ParseError as error:
            reraise_refusal(error)
        finally:
            self.end, self.depth = outer_end, depth
            self._restore(outer)

    def _save(self) -> list[object]:
        return [getattr(self, name) for name in _STATE]

    def _restore(self, saved: list[object]) -> None:
        for name, value in zip(_STATE, saved, strict=True):
            setattr(self, name, value)

    # ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────

    def balance(self) -> int:
        """The first `}` that no `{` before it opened, outside quotes, comments, here-documents and expansions; else -1."""
        depth, begins = 0, True
        while self.pos < self.end:
            char = self.text[self.pos]
            if char in "{}":
                if char == "}" and not depth:
                    return self.pos
                depth += 1 if char == "{" else -1
                self.pos += 1
                begins = False
            else:
                begins = self._balance_part(char, begins)
        return -1

    def _balance_part(self, char: str, begins: bool) -> bool:
        """Go past one piece; true when a word may begin after it."""
        pos, text = self.pos, self.text
        if char == "\n":
            self.pos = self.newline(pos)
        elif char in " \t\r;&|)>":
            self.pos += 1
        elif char == "#" and begins:
            self.pos = COMMENT.span_end(text, pos, self.end)
        elif char == "(":
            arithmetic = self.arithmetic(pos + 2, pos) if begins and text.startswith("((", pos) else -1
            self.pos = arithmetic if arithmetic >= 0 else pos + 1
        elif char == "<":
            document = text.startswith("<<", pos) and not text.startswith("<<<", pos)
            self.pos = self.document(pos) if document else pos + (3 if text.startswith("<<<", pos) else 1)
        else:
            after = PLAIN.span_end(text, pos, self.end)
            self.pos = after if after > pos else max(self.part(pos), pos + 1)
            return False
        return True


@deep
def block_end(text: str, start: int) -> int:
    """The `}` that balances the `{` at `start` of a shell block."""
    scanner = ShellScanner(text, start + 1)
    end = scanner.balance()
    if end < 0:
        scanner.incomplete("the bracket {", start)
    return end


@deep
def using_references(text: str) -> tuple[tuple[Span, str], ...]:
    """Where a shell script names `$using:name` or `${using:name}` outside its single quotes, and the names."""
    scanner = ShellScanner(text)
    try:
        while scanner.pos < scanner.end:
            scanner.pos = scanner.pos + 1 if scanner.balance() >= 0 else scanner.end
    except ParseError:
        pass  # what is not closed is the shell's to say; the names before it are known
    return tuple(using_of(scanner.references.values()))


def using_of(references: Iterable[Reference]) -> list[tuple[Span, str]]:
    """The `$using:name` among references, in order."""
    return [(Span(r.start, r.end), r.name[6:]) for r in sorted(references) if r.name[:6].lower() == "using:"]

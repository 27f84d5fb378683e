"""Shell commands: their words, the compound commands that are open, and where a command may stand. Knows no jobsh."""

from __future__ import annotations

from collections.abc import Callable

from jobsh.errors import Span
from jobsh.language.ast import TokenKind
from jobsh.language.patterns import Pattern
from jobsh.language.shell_documents import ShellDocuments
from jobsh.language.shell_words import BLANKS, PLAIN
from jobsh.language.trace import Cursor, CursorKind, Trace

COMMENT = Pattern(r"#[^\n]*")
_ASSIGNED = Pattern(r"[A-Za-z_]\w*(?:\[[^]]*\])?\+?=")
_CONDITIONAL = Pattern(r"[^ \t-\r'\"\\$`]+")

_OPENERS = frozenset(("if", "while", "until", "for", "select", "case"))
_MIDDLE = frozenset(("then", "else", "elif", "do"))
_CLOSERS = {"fi": "if", "done": "loop", "esac": "case", "}": "{"}
_HEADERS = frozenset(("name", "in", "words", "word", "pattern"))
_PREFIXES = frozenset(("!", "time", "coproc"))
NAMES = {"(": "the bracket (", "{": "the bracket {", "loop": "the loop"}


class Frame:
    """A compound command that is open. `state` says which part of a `for` or `case` is being read."""

    __slots__ = ("kind", "start", "state")

    def __init__(self, kind: str, start: int, state: str = "") -> None:
        self.kind = kind
        self.start = start
        self.state = state


class ShellCompounds(ShellDocuments):
    """Reads words and knows what is open. `closing` is the bracket of the jobsh code around, empty when there is none."""

    def __init__(
        self,
        text: str,
        pos: int = 0,
        end: int | None = None,
        *,
        closing: str = "",
        trace: Trace | None = None,
        on_command: Callable[[str, int], None] | None = None,
    ) -> None:
        super().__init__(text, pos, end, trace=trace)
        self.closing = closing
        self.last = pos
        """the end of what was read, blanks and comments behind it left out."""
        self.of_jobsh = closing != ""
        """whether a jobsh command may stand where a statement of this text begins; in a script, only at its very start."""
        self.earlier = ""
        """the command of the stage before this text."""
        self._begin = BLANKS.span_end(text, pos, self.end)
        self._on_command = on_command
        self._frames: list[Frame] = []
        self._braces = 0
        """how many `{` of words such as `{a,b}` are open."""
        self._start = True
        """whether a command may stand here."""
        self._dangling = -1
        """where the `|`, `&&` or `||` is after which a command must come."""
        self._inside = False
        """whether this reads `$( … )`, where newlines and semicolons end nothing."""
        self._command = ""

    # ── what is open ─────────────────────────────────────────────────────────────────────────────────────────

    def _passed(self, end: int, kind: TokenKind = TokenKind.OPERATOR) -> None:
        self.mark(kind, self.pos, end)
        self.pos = self.last = end
        self._dangling = -1

    def _next_command(self, end: int, dangling: bool = False) -> None:
        start = self.pos
        self._passed(end)
        self._start = True
        self._command = ""
        if dangling:
            self._dangling = start

    def _arithmetic_command(self, frame: Frame | None) -> None:
        end = self.arithmetic(self.pos + 2, self.pos)
        if end < 0:
            self._open("(")
            return
        self._passed(end, TokenKind.WORD)
        if frame and frame.state == "name":
            frame.state = "do"
        self._start = True

    def _open(self, kind: str, state: str = "") -> None:
        self.enter(self.pos)
        self._frames.append(Frame(kind, self.pos, state))
        if kind == "(":
            self._next_command(self.pos + 1)

    def _close(self) -> None:
        self.leave()
        self._frames.pop()
        # After a compound command a reserved word may follow without a separator: `if (a) then`.
        self._start = True

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────

    def _closes_block(self, pos: int) -> bool:
        return self.text[pos] == "}" and self.closing == "}" and not self._frames and not self._braces

    def _at_brace(self) -> bool:
        """`{` and `}` as commands."""
        if self.text[self.pos] == "}":
            if not (self._frames and self._frames[-1].kind == "{"):
                return False
            self._passed(self.pos + 1, TokenKind.BRACKET)
            self._close()
            return True
        if self.text[self.pos + 1 : self.pos + 2] not in ("", " ", "\t", "\n"):
            return False
        frame = self._frames[-1] if self._frames else None
        if frame and frame.kind == "loop" and frame.state == "do":
            frame.kind, frame.state = "{", ""  # `for x in a; { …; }`
        else:
            self._open("{")
        self._passed(self.pos + 1, TokenKind.BRACKET)
        self._start = True
        return True

    def _word(self, pos: int) -> int:
        """The end of the word at `pos`; brackets that belong to it (arrays, extended globs, `{a,b}`) included."""
        text, start = self.text, pos
        while pos < self.end:
            after = PLAIN.span_end(text, pos, self.end)
            if after == pos:
                after = self._word_part(start, pos)
            if after == pos:
                break
            pos = after
        # A character that belongs to no word must not stop the reader.
        return pos if pos > start else start + 1

    def _word_part(self, start: int, pos: int) -> int:
        char = self.text[pos]
        if char == "{":
            self._braces += 1
            return pos + 1
        if char == "}":
            if self._closes_block(pos):
                return pos
            self._braces -= self._braces > 0
            return pos + 1
        if char == "(":
            return self._word_bracket(start, pos)
        if char in "<>" and pos == start and self.text.startswith("(", pos + 1):
            return self.substitution(pos + 2, pos)
        return self.part(pos)

    def _word_bracket(self, start: int, pos: int) -> int:
        before = self.text[pos - 1] if pos > start else ""
        if before and before == "=" and _ASSIGNED.span_end(self.text, start, self.end) == pos:
            return self._balanced(pos)
        in_pattern = bool(self._frames) and self._frames[-1].state == "pattern"
        if before and before in "?*+@!~" and not (self._start and in_pattern):
            return self._balanced(pos)
        return pos

    def _balanced(self, start: int) -> int:
        """The words of an array or the alternatives of an extended glob, up to the `)`."""
        outer = self.closing, self._frames, self._braces, self._start, self._dangling, self.pos, self.last
        self.enter(start)
        pos = start + 1
        while pos < self.end and self.text[pos] != ")":
            pos = self._balanced_part(pos)
        self.leave()
        self.closing, self._frames, self._braces, self._start, self._dangling, self.pos, self.last = outer
        if pos >= self.end:
            self.incomplete("the bracket (", start)
        return pos + 1

    def _balanced_part(self, pos: int) -> int:
        char = self.text[pos]
        if char == "\n":
            return self.newline(pos)
        if char == "#" and self.text[pos - 1] in " \t\n(":
            return COMMENT.span_end(self.text, pos, self.end)
        if char == "(":
            return self._balanced(pos)
        if char == "#":
            return pos + 1
        after = PLAIN.span_end(self.text, pos, self.end)
        return after if after > pos else max(self.part(pos), pos + 1)

    def _accept(self, word: str, start: int) -> None:
        """What the word that was just read means for what follows."""
        frame = self._frames[-1] if self._frames else None
        if frame and frame.state in _HEADERS and self._in_header(frame, word, start):
            return
        if not self._start:
            self.mark(TokenKind.WORD, start, self.pos) if word else None
        elif word and self._reserved(word, start, frame):
            self.mark(TokenKind.KEYWORD, start, self.pos)
        elif _ASSIGNED.match(self.text, start, self.pos):
            self.mark(TokenKind.WORD, start, self.pos)
        else:
            self._command_word(word, start)

    def _command_word(self, word: str, start: int) -> None:
        self._start = False
        self._command = word
        self.mark(TokenKind.SHELL, start, self.pos)
        if word and self._on_command:
            self._on_command(word, start)
        if word == "function":
            self.mark(TokenKind.KEYWORD, start, self.pos)
            self._function_name(start)

    def _function_name(self, start: int) -> None:
        """`function name`, after which a command begins even without `()`."""
        self.pos = BLANKS.span_end(self.text, self.pos, self.end)
        self.pos = PLAIN.span_end(self.text, self.pos, self.end)
        after = BLANKS.span_end(self.text, self.pos, self.end)
        if self.text.startswith("(", after):
            close = BLANKS.span_end(self.text, after + 1, self.end)
            if self.text.startswith(")", close):
                self.pos = close + 1
        self.last = self.pos
        self._start = True
        # The body may stand on the next line.
        self._dangling = start

    def _in_header(self, frame: Frame, word: str, start: int) -> bool:
        """Words between `for` and `do`, or between `case` and the `)` of a pattern."""
        if frame.kind == "case":
            if frame.state == "pattern" and word == "esac":
                self.mark(TokenKind.KEYWORD, start, self.pos)
                self._close()
            elif frame.state != "pattern":
                frame.state = "in" if frame.state == "word" else "pattern"
            self._start = self._start and word == "esac"
            return True
        if frame.state == "name":
            frame.state = "in"
        elif frame.state == "in" and word == "in":
            frame.state = "words"
        elif frame.state == "in" and word == "do":
            frame.state = "do"
            return False
        self.mark(TokenKind.KEYWORD if word == "in" else TokenKind.WORD, start, self.pos)
        return True

    def _reserved(self, word: str, start: int, frame: Frame | None) -> bool:
        if word in _OPENERS and word != "{":
            self._open_word(word, start)
        elif word in _MIDDLE and frame:
            if frame.kind == "loop" and word == "do":
                frame.state = "body"
        elif word == "in" and frame and frame.state == "do":
            frame.state = "words"
            self._start = False
        elif word == "[[":
            self.pos = self.last = self._conditional(self.pos, start)
            return True
        elif word in _CLOSERS and frame:
            self._close_word(word, start, frame)
        elif word not in _PREFIXES:
            return False
        return True

    def _open_word(self, word: str, start: int) -> None:
        end, self.pos = self.pos, start
        if word == "case":
            self._open("case", "word")
        elif word == "if":
            self._open("if")
        else:
            self._open("loop", "name" if word in ("for", "select") else "condition")
        self.pos = end
        self._start = word in ("if", "while", "until")

    def _close_word(self, word: str, start: int, frame: Frame) -> None:
        if frame.kind != _CLOSERS[word]:
            name = NAMES.get(frame.kind, f"`{frame.kind}`")
            self.fail(f"`{word}` closes nothing here: {name} is still open", start, start + len(word))
        self._close()

    def _conditional(self, pos: int, start: int) -> int:
        """Up to the `]]` word; `(`, `<`, `&&` and regular expressions inside are no shell operators."""
        while pos < self.end:
            char = self.text[pos]
            if char in " \t\r\n":
                pos += 1
                if self.text.startswith("]]", pos) and self._ends_word(pos + 2):
                    self._start = True
                    return pos + 2
                continue
            after = _CONDITIONAL.span_end(self.text, pos, self.end)
            pos = after if after > pos else self.part(pos)
        return self.incomplete("the bracket [[", start)

    def _ends_word(self, pos: int) -> bool:
        return pos >= self.end or self.text[pos] in " \t\r\n;&|)<>}"

    # ── completion ───────────────────────────────────────────────────────────────────────────────────────────

    def _offer(self, start: int, word: bool = False) -> None:
        """A word may begin here."""
        if self.trace is not None:
            kind = self._cursor_kind(start, word)
            command = self._command if kind is CursorKind.SHELL_WORD else ""
            earlier = self.earlier if start == self._begin else ""
            self.trace.offer(Cursor(kind, Span(start, start), command=command, earlier=earlier))

    def _cursor_kind(self, start: int, word: bool) -> CursorKind:
        if word or not self._start:
            return CursorKind.SHELL_WORD
        outside = not self._inside and (not self._frames or self._may_be_condition())
        of_jobsh = outside and (self.of_jobsh or start == self._begin)
        return CursorKind.COMMAND if of_jobsh else CursorKind.SHELL_COMMAND

    def _may_be_condition(self) -> bool:
        """`if (` and `(` at the start of a statement may still become jobsh's."""
        kinds = [frame.kind for frame in self._frames]
        return kinds in (["("], ["if", "("], ["loop", "("]) and self.last == self._frames[-1].start + 1

"""LANGUAGE section 1: does a statement start like jobsh? Looks ahead without reading, so that nothing must be taken back."""

from __future__ import annotations

from enum import Enum

from jobsh.errors import ParseError
from jobsh.language.ast import Vocabulary
from jobsh.language.patterns import Pattern
from jobsh.language.reader import WORD_ENDS
from jobsh.language.shell_text import ShellScanner
from jobsh.language.skim import HERE_STRING, Skim
from jobsh.language.trace import Trace

NAME = Pattern(r"[A-Za-z_][\w-]*|[%?]")
UNKNOWN = Pattern(r"[A-Z][A-Za-z]*-[A-Z][A-Za-z0-9]*(?![\w-])")
_JOB_NUMBER = Pattern(r"%\d[\d.]*(?=[ \t-\r;|&)}<>]|$)")
_KILL_JOB = Pattern(r"kill[ \t]+(?:-\w+[ \t]+(?:[A-Z]\w+[ \t]+|\d+[ \t]+)?)*%\d")
_SHELL_FUNCTION = Pattern(r"\([ \t]*\)")
_SCRIPT_FILE = Pattern(r"""\.[ \t]+(?:"[^"\n]*\.jsh"|'[^'\n]*\.jsh'|[^ \t-\r;|&"'()]*\.jsh)(?=[ \t-\r;|&)}<>]|$)""")
_SHELL_VALUE = Pattern(r'"\$(?:[0-9@*#!-]|\{(?:[#!]|[0-9@*]|\w+(?:\[|:?[-=+?]|[#%/^,@])))')
_FUNCTION = Pattern(r"(?i:function|filter)[ \t]+([A-Za-z_][\w:-]*)[ \t]*(\()?")
_LABEL = Pattern(r":[A-Za-z_]\w*\s*(?i:(for|foreach|while|do|switch)(?!\w))")
_TRAP = Pattern(r"(?:\[[\w.]+\]\s*)?\{")
ATTRIBUTE = Pattern(r"\[[A-Za-z_]\w*[ \t]*\(")
_VERB_NOUN = Pattern(r"[A-Za-z]+-[A-Za-z]\w*$")

_CONDITIONAL = frozenset(("if", "while", "for"))
_BRACKETED = frozenset(("foreach", "switch", "param"))
_BRACED = frozenset(("do", "try"))
LEAVING = frozenset(("return", "break", "continue"))
PARTS = frozenset(("begin", "process", "end", "clean", "dynamicparam"))
_PART_STARTS = frozenset("bpecdBPECD")


class Start(Enum):
    """What a statement starts with."""

    SHELL = 0
    COMMAND = 1
    UNKNOWN_COMMAND = 2
    KEYWORD = 3
    VALUE = 4
    CALL = 5

    @property
    def is_jobsh(self) -> bool:
        """Whether the statement is jobsh's."""
        return self is not Start.SHELL


class Starts(Skim):
    """The rules of section 1, in order of the first character."""

    def __init__(
        self, text: str, vocabulary: Vocabulary, *, interactive: bool = False, trace: Trace | None = None
    ) -> None:
        super().__init__(text, vocabulary, interactive=interactive, trace=trace)
        self._known: dict[tuple[int, bool, bool], Start] = {}
        self._shell_brackets: dict[int, int] = {}

    def starts(self, pos: int, *, shared: bool = True, value: bool = False) -> Start:
        """What the statement at `pos` starts with. Without `shared`, names that are also the shell's do not count;
        with `value`, a value is wanted here (after a `=`), so `{` and `((` are jobsh's."""
        key = (pos, shared, value)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._starts(pos, shared, value)
        return known

    def starts_piped(self, pos: int) -> Start:
        """What the stage at `pos` after a `|` starts with. A value cannot stand there: `| $PAGER` is the shell's."""
        char = self.text[pos : pos + 1]
        if char in ("&", "."):
            return self._call(pos)
        name = NAME.match(self.text, pos)
        if not name or not self._ends_name(name.end()):
            return Start.SHELL
        if self.vocabulary.after_pipe(name.group()):
            return Start.COMMAND
        return self._command_start(name.group(), pos, True)

    def _starts(self, pos: int, shared: bool, value: bool) -> Start:
        char = self.text[pos : pos + 1]
        if char.isalpha() or char == "_":
            return self._named(pos, shared)
        if char == "%":
            return Start.COMMAND if shared and _JOB_NUMBER.match(self.text, pos) else Start.SHELL
        if char in ("(", "$") and self._is_bracket(pos):
            return self._bracketed(pos, value)
        if char in ("&", "."):
            call = self._call(pos)
            if call.is_jobsh or char == "&":
                return call
        if char == "{" and value:
            return Start.VALUE
        if char == ":" and (label := _LABEL.match(self.text, pos)):
            is_loop = self._is_keyword(label.group(1).lower(), label.start(1), label.end(), shared)
            return Start.KEYWORD if is_loop else Start.SHELL
        return Start.VALUE if char and self._is_value(pos) else Start.SHELL

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────

    def _named(self, pos: int, shared: bool) -> Start:
        found = NAME.match(self.text, pos)
        if not found:
            return Start.SHELL
        name, end = found.group(), found.end()
        if self._is_keyword(name.lower(), pos, end, shared):
            return Start.KEYWORD
        return self._command_start(name, pos, shared) if self._ends_name(end) else Start.SHELL

    def _ends_name(self, end: int) -> bool:
        if self.text.startswith("(", end):
            return not _SHELL_FUNCTION.match(self.text, end)
        return end >= self.end or self.text[end] in WORD_ENDS

    def _command_start(self, name: str, pos: int, shared: bool) -> Start:
        if self.lookup(name):
            if not self.vocabulary.is_shared(name) or self.function(name):
                return Start.COMMAND
            if name.lower() == "kill" and not _KILL_JOB.match(self.text, pos):
                return Start.SHELL
            return Start.COMMAND if shared else Start.SHELL
        return Start.UNKNOWN_COMMAND if UNKNOWN.match(name) else Start.SHELL

    def _is_keyword(self, name: str, pos: int, end: int, shared: bool) -> bool:
        if name in _CONDITIONAL:
            return self._has_body(name, end)
        if name in _BRACKETED:
            after = self.peek_lines(end)
            return self.text.startswith("(", after) or (name == "switch" and self.text.startswith("-", after))
        if name in _BRACED:
            return self.text.startswith("{", self.peek_lines(end))
        if name in ("function", "filter"):
            return self._is_function(pos)
        if name == "trap":
            return _TRAP.match(self.text, self.peek_lines(end)) is not None
        return (name == "throw" or (shared and name in LEAVING)) and self._ends_name(end)

    def _has_body(self, name: str, end: int) -> bool:
        """`if (…)` is jobsh's when a `{` stands after the closing bracket."""
        start = self.peek_lines(end)
        if not self.text.startswith("(", start) or (name == "for" and self.text.startswith("((", start)):
            return False
        close = self.skim_bracket(start)
        return close >= 0 and self.text.startswith("{", self.peek_lines(close))

    def _is_function(self, pos: int) -> bool:
        found = _FUNCTION.match(self.text, pos)
        if not found:
            return False
        if _VERB_NOUN.match(found.group(1).rpartition(":")[2]):
            return True
        brackets = _SHELL_FUNCTION.match(self.text, found.end() - 1) if found.group(2) else None
        if found.group(2) and not brackets:
            return True
        body = self.peek_lines(brackets.end() if brackets else found.end())
        is_empty = self.text.startswith("}", self.peek_lines(body + 1))  # which no shell allows
        return self.text.startswith("{", body) and (is_empty or self.is_code(body + 1))

    def is_code(self, pos: int) -> bool:
        """Section 3: is a block whose text begins at `pos` jobsh code?"""
        if self.text.startswith("#!", self._first_word(pos)):
            return False
        first = self.after_attributes(self.peek_lines(pos))
        return self.part_end(first) > first or self.starts(first, shared=False).is_jobsh

    def part_end(self, pos: int) -> int:
        """After the `begin`, `process` or `end` that has a block after it; `pos` itself when none stands there."""
        if self.text[pos : pos + 1] not in _PART_STARTS:
            return pos
        end = NAME.span_end(self.text, pos)
        is_part = self.text[pos:end].lower() in PARTS and self.text.startswith("{", self.peek_lines(end))
        return end if is_part else pos

    def after_attributes(self, pos: int) -> int:
        """Past `[CmdletBinding()]` before `param`: it says what holds for every function here."""
        after = pos
        while ATTRIBUTE.match(self.text, after) and (end := self.skim_bracket(after)) > 0:
            after = self.peek_lines(end)
        return after if self.text[after : after + 5].lower() == "param" else pos

    def _first_word(self, pos: int) -> int:
        while pos < self.end and self.text[pos] in " \t\r\n":
            pos += 1
        return pos

    def peek_lines(self, pos: int) -> int:
        """Where something stands after blanks, comments and newlines; does not mind an open comment."""
        try:
            return self.after_lines(pos)
        except ParseError:
            return self.end

    # ── brackets and calls ───────────────────────────────────────────────────────────────────────────────────

    def _is_bracket(self, pos: int) -> bool:
        return self.text.startswith("(", pos) or self.text.startswith("$(", pos)

    def _bracketed(self, pos: int, value: bool) -> Start:
        opening = pos + self.text.startswith("$", pos)
        self.enter(pos)
        inside = self.starts(self.peek_lines(opening + 1), shared=False)
        self.leave()
        if not value and self._is_arithmetic(pos, inside):
            return Start.SHELL
        if inside.is_jobsh:
            return Start.VALUE
        close = self._shell_bracket(opening)
        if close < 0:
            return Start.SHELL
        is_value = self._fits(pos, close) if value else self._no_shell_allows(close, pos != opening)
        return Start.VALUE if is_value else Start.SHELL

    def _is_arithmetic(self, pos: int, inside: Start) -> bool:
        """`(( $i < 5 ))`: two brackets that open and close together are the shell's, unless a command stands in them."""
        if not self.text.startswith("((", pos):
            return False
        deepest = self.starts(self.peek_lines(pos + 2), shared=False)
        if inside is not Start.VALUE or deepest in (Start.COMMAND, Start.UNKNOWN_COMMAND, Start.CALL, Start.KEYWORD):
            return False
        outer, inner = self.skim_bracket(pos), self.skim_bracket(pos + 1)
        return outer >= 0 and outer == inner + 1 and self._ends_shell_bracket(outer)

    def _shell_bracket(self, opening: int) -> int:
        """The end of a bracket whose inside is the shell's; -1 when it has none."""
        known = self._shell_brackets.get(opening)
        if known is None:
            scanner = ShellScanner(self.text, opening + 1)
            scanner.depth = self.depth
            try:
                known = scanner.substitution(opening + 1, opening)
            except ParseError:
                known = -1
            self._shell_brackets[opening] = known
        return known

    def _no_shell_allows(self, close: int, substitution: bool) -> bool:
        if not substitution:
            return not self._ends_shell_bracket(close)
        # After `$( … )` a shell takes any word: only a call's bracket cannot stand there.
        after = self.skim_name(close)
        return after > close and self.text.startswith("(", after)

    def _ends_shell_bracket(self, close: int) -> bool:
        if close >= self.end or self.text[close] in ";&|<>)}\n#":
            return True
        after = self.after_blank_characters(close)
        if after >= self.end or self.text[after] in ";&|<>)}\n#":
            return True
        digits = after
        while self.text[digits : digits + 1].isdigit():
            digits += 1
        return after > close and digits > after and self.text[digits : digits + 1] in ("<", ">")

    def _call(self, pos: int) -> Start:
        if self.text.startswith("&", pos):
            following = self.text[pos + 1 : pos + 2]
            return Start.CALL if following not in ("&", ">", "", "\n", ";") else Start.SHELL
        after = self.after_blank_characters(pos + 1)
        if self.text.startswith("{", after) or _SCRIPT_FILE.match(self.text, pos):
            return Start.CALL
        return Start.SHELL

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────────

    def _is_value(self, pos: int) -> bool:
        """Rule 3: a value that is the whole stage, or is followed by what only jobsh has."""
        if self.text[pos] == '"' and _SHELL_VALUE.match(self.text, pos):
            return False
        if self.text.startswith(("@(", "@{"), pos) or (self.text[pos] == "@" and HERE_STRING.match(self.text, pos)):
            return True
        start = self.after_unary(pos)
        if start > pos and self.text.startswith(("@(", "@{"), start):
            return True
        if start > pos and self._is_bracket(start):
            return self._unary_bracket(pos, start)
        end = self.skim_first(start)
        return end >= 0 and self._fits(start, end)

    def _unary_bracket(self, pos: int, start: int) -> bool:
        """`-not (…)`, `-(…)` are jobsh's; `! ( … )` negates a shell's group as well."""
        return self.text[pos] != "!" or self._bracketed(start, False).is_jobsh

    def _fits(self, start: int, end: int) -> bool:
        """Whether what follows the value is jobsh's."""
        first, operand = True, start
        while True:
            decided = self._decides(start, end) if first else None
            if decided is not None:
                return decided
            end = self._after_step(operand, end)
            after = self.after_blank_characters(end)
            if self.ends_stage(after, end):
                return True
            if not first and (self.is_redirection(after) or self.text.startswith(",", after)):
                return True
            if self.text.startswith("?", after) and not self.text.startswith("??", after):
                return not first or self.skim_ternary(after) >= 0
            operator = self.skim_operator(after, end, start, first)
            if operator < 0:
                return False
            if operator >= self.end or self.text.startswith("{", operator):
                return True
            end = self.skim_operand(operator)
            if end < 0:
                return False
            end = self.skim_postfix(end)
            first, operand = False, operator

    def _after_step(self, start: int, end: int) -> int:
        """After the `++` of `$i++ -lt 3`, where the value is a variable."""
        return end + 2 if self.text[start] == "$" and self.text.startswith(("++", "--"), end) else end

    def _decides(self, start: int, end: int) -> bool | None:
        """What settles it at once: `.Name`, `[`, `,`, `..`, `=`, `++`, a redirection."""
        text = self.text
        if self.trace is not None and text.startswith(".", end) and end + 1 == self.end:
            return True  # a member is being typed
        if self.skim_member(end) > end or text.startswith(("[", "..", "?["), end):
            return True
        if text.startswith(("++", "--"), end) and self.ends_stage(self.after_blank_characters(end + 2), end + 2):
            return True
        after = self.after_blank_characters(end)
        if text.startswith((",", "..", "=", "+=", "-=", "*=", "/=", "%=", "??="), after):
            return True
        return True if self.is_redirection(after) else None

"""Looking ahead over a value without building it: where it ends, by jobsh's quotes and brackets. Linear: brackets are remembered."""

from __future__ import annotations

from jobsh.language.ast import Vocabulary
from jobsh.language.patterns import Pattern
from jobsh.language.reader import Reader
from jobsh.language.shell_words import MAX_DEPTH
from jobsh.language.trace import Trace

SCOPES = "env|script|global|local|private|using|variable|function"
VARIABLE = Pattern(rf"(?i:\$(?:(?:{SCOPES}):\w+|[a-z_]\w*|[?$^]|\{{[^}}`\n]*\}}))")
NUMBER = Pattern(
    r"(?i:(?:0x[0-9a-f]+|0b[01]+)(?:ul|[lu])?|\d+(?:ul|[lu])|(?:\d+\.\d+|\.\d+)d|(?:\d+\.\d+|\d+|\.\d+)(?:e[+-]?\d+)?)(?i:[kmgtp]b)?(?![\w])"
)
SINGLE_QUOTED = Pattern(r"'(?:[^']|'')*'")
TYPE = Pattern(r"\[([A-Za-z_][\w.]*(?:\[[\w., ]*\])?)\]")
DASH = r"-(?i:[ci]?(?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|notcontains|in|notin|replace|split)"
OPERATOR = Pattern(
    rf"\.\.|\?\?(?!=)|[+/%]|\*(?!>)|{DASH}|is|isnot|as|join|f|and|or|xor|band|bor|bxor|shl|shr)(?![\w-])|-(?![A-Za-z_-])"
)
UNARY = Pattern(r"(?:-(?i:not|bnot|join|split)(?![\w-])|!(?!=)|,|\+\+(?=[$])|--(?=[$])|[+-](?=[\d$('\"@.\[]))[ \t]*")
MEMBER = Pattern(r"(?:\??\.|::)(?:[A-Za-z_]\w*|(?=[\"'$(]))")
HERE_STRING = Pattern(r"@['\"][ \t]*(?:\n|\Z)")
REDIRECTION = Pattern(r"[1-6*]?>>?|<(?![<(])")
_CONTINUES = Pattern(
    r"\+|-(?i:[ci]?(?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|notcontains|notin|replace)|and|or|xor)"
)
_SHELL_PARAMETER = Pattern(r"\$\{(?:[#!]|[0-9@*]|(?!(?i:" + SCOPES + r"):\w)\w+(?:\[|:?[-=+?]|[#%/^,@:]))")
_BLANKS = Pattern(r"(?:[ \t\f\v\r]|[`\\]\n)+")
_NAMES = Pattern(r"(?:\.[A-Za-z_]\w*|\[[^] \t-\r]*\])+")
_PLAIN = Pattern(r"[^()\[\]{}'\"`#<\\@$]+")
_DOUBLE_QUOTED = Pattern(r"(?:[^\"`$]|`.|\"\"|\$(?!\())+", 16)
_FORMAT = Pattern(r"(?:[^{]|\{\{)*\{\d")
# Most texts have none of these: a glance at one character saves the pattern, and at the start its compilation.
OPERATOR_STARTS = frozenset("+-*/%.?")
UNARY_STARTS = frozenset("-!,+")
_MEMBER_STARTS = frozenset(".:?")
REDIRECTION_STARTS = frozenset("<>*123456")
_OPENERS = {"(": ")", "[": "]", "{": "}"}


class Skim(Reader):
    """Ends of values, each a position or -1. What they say is only used to tell jobsh from shell text."""

    def __init__(
        self, text: str, vocabulary: Vocabulary, *, interactive: bool = False, trace: Trace | None = None
    ) -> None:
        super().__init__(text, vocabulary, interactive=interactive, trace=trace)
        self._brackets: dict[int, int] = {}
        self._skims = 0

    def after_blank_characters(self, pos: int) -> int:
        """Past blanks and continued lines, not past comments."""
        return _BLANKS.span_end(self.text, pos)

    # ── brackets and strings ─────────────────────────────────────────────────────────────────────────────────

    def skim_bracket(self, start: int) -> int:
        """After the bracket that closes the one at `start`; only its own kind and quotes are looked at."""
        known = self._brackets.get(start)
        if known is not None:
            return known
        opener, closer = self.text[start], _OPENERS[self.text[start]]
        pos, opened = start, []
        while 0 <= pos < self.end:
            char = self.text[pos]
            if char == opener:
                opened.append(pos)
            elif char == closer:
                self._brackets[opened.pop()] = pos + 1
                if not opened:
                    return pos + 1
            pos = self._skim_part(pos)
        for open_start in opened:
            self._brackets[open_start] = -1
        return -1

    def _skim_part(self, pos: int) -> int:
        """One piece of what stands in brackets."""
        text, char = self.text, self.text[pos]
        after = _PLAIN.span_end(text, pos)
        if after > pos:
            return after
        if char == "'":
            return self._single_quoted_end(pos)
        if char == '"':
            return self.skim_double_quoted(pos)
        if char in "`\\":
            return pos + 2
        if char == "#" and (pos == 0 or text[pos - 1] in " \t\n;|&(){}"):
            return self._find("\n", pos)
        if text.startswith("<#", pos):
            return self._find("#>", pos)
        if HERE_STRING.match(text, pos):
            return self._find("\n" + text[pos + 1] + "@", pos + 2) + 3
        return pos + 1

    def _find(self, what: str, pos: int) -> int:
        found = self.text.find(what, pos)
        return self.end if found < 0 else found

    def _single_quoted_end(self, pos: int) -> int:
        close = self.text.find("'", pos + 1)
        return -1 if close < 0 else close + 1

    def skim_double_quoted(self, start: int) -> int:
        """After the `"` that closes the one at `start`, by jobsh's rules: a backtick escapes, `$( … )` nests."""
        known = self._brackets.get(start)
        if known is not None:
            return known
        self._skims += 1
        pos = start + 1 if self._skims <= MAX_DEPTH else self.end
        end = -1
        while 0 <= pos < self.end:
            pos = _DOUBLE_QUOTED.span_end(self.text, pos)
            if self.text.startswith('"', pos):
                end = pos + 1
                break
            pos = self.skim_bracket(pos + 1) if self.text.startswith("$(", pos) else self.end
        self._skims -= 1
        self._brackets[start] = end
        return end

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────────

    def after_unary(self, pos: int) -> int:
        """Past `-not`, `!`, `-`, `,` … before a value."""
        while True:
            after = UNARY.span_end(self.text, pos) if self.text[pos : pos + 1] in UNARY_STARTS else pos
            if after == pos:
                return pos
            pos = after

    def skim_first(self, pos: int) -> int:
        """The end of a variable, number, string or type with its value."""
        text, char = self.text, self.text[pos : pos + 1]
        if char == "$":
            return (
                -1 if _SHELL_PARAMETER.match(text, pos) else VARIABLE.span_end(text, pos) if self._named_at(pos) else -1
            )
        if char == "'":
            return SINGLE_QUOTED.span_end(text, pos) if SINGLE_QUOTED.match(text, pos) else -1
        if char == '"':
            return self.skim_double_quoted(pos)
        if char.isdigit() or char == ".":
            number = NUMBER.match(text, pos)
            # `2>err make`: a digit at a redirection is a stream.
            return number.end() if number and text[number.end() : number.end() + 1] not in ("<", ">") else -1
        return self._skim_type(pos) if char == "[" else -1

    def _named_at(self, pos: int) -> bool:
        return VARIABLE.match(self.text, pos) is not None

    def _skim_type(self, pos: int) -> int:
        """`[int]$x`, `[datetime]::Now`, `[int]`."""
        end = TYPE.span_end(self.text, pos)
        while end > pos and self.text.startswith("[", end):
            pos, end = end, TYPE.span_end(self.text, end)
        if end == pos:
            return -1
        if MEMBER.match(self.text, end):
            return end
        value = self.skim_operand(self.after_blank_characters(end))
        return end if value < 0 else value

    def skim_operand(self, pos: int) -> int:
        """The end of any value, brackets included."""
        pos = self.after_unary(pos)
        for opener in ("(", "$(", "@(", "@{"):
            if self.text.startswith(opener, pos):
                return self.skim_bracket(pos + len(opener) - 1)
        return self.skim_first(pos)

    def skim_member(self, pos: int) -> int:
        """After `.Name` or `::Name`; `pos` itself when there is none."""
        return MEMBER.span_end(self.text, pos) if self.text[pos : pos + 1] in _MEMBER_STARTS else pos

    def skim_name(self, pos: int) -> int:
        """After the `.a.b[0]` that may follow a bracket."""
        return _NAMES.span_end(self.text, pos)

    def skim_postfix(self, pos: int) -> int:
        """After members, calls and indexes."""
        while 0 <= pos < self.end:
            member = MEMBER.span_end(self.text, pos)
            if member > pos and self.text[member : member + 1] in ("'", '"', "$"):
                member = self.skim_first(member)
            elif member == pos and self.text.startswith(("[", "?["), pos):
                member = self.skim_bracket(pos + (self.text[pos] == "?"))
            elif member == pos:
                return pos
            if member >= 0 and self.text.startswith("(", member):
                member = self.skim_bracket(member)
            pos = member
        return pos

    def skim_ternary(self, pos: int) -> int:
        """The end of `? yes : no` at `pos`; -1 when it is none."""
        if self._skims >= MAX_DEPTH:
            return -1
        self._skims += 1
        yes = self._skim_expression(self.after_lines(pos + 1))
        colon = self.after_lines(yes) if yes >= 0 else self.end
        end = self._skim_expression(self.after_lines(colon + 1)) if self.text.startswith(":", colon) else -1
        self._skims -= 1
        return end

    def _skim_expression(self, pos: int) -> int:
        """The end of values with operators between them."""
        start, end = pos, self.skim_operand(pos)
        while end >= 0:
            end = self.skim_postfix(end)
            after = self.after_blank_characters(end) if end >= 0 else self.end
            operator = self.skim_operator(after, end, start, False) if after < self.end else -1
            if not 0 <= operator < self.end:
                is_nested = self.text.startswith("?", after) and not self.text.startswith("?=", after)
                return self.skim_ternary(after) if end >= 0 and is_nested else end
            start, end = operator, self.skim_operand(operator)
        return -1

    def skim_operator(self, pos: int, end: int, start: int, first: bool) -> int:
        """Where the operand of the operator at `pos` begins; -1 when there is no operator. `start`…`end` is the value before."""
        found = OPERATOR.match(self.text, pos) if self.text[pos] in OPERATOR_STARTS else None
        if not found:
            return -1
        if first and found.group().lower() == "-f" and not self._is_format(start, end):
            return -1
        after = self.after_blank_characters(found.end())
        if after < self.end and self.text[after] not in "\n#":
            return after
        # At the end of a line only operators continue that are no program's argument: `$LS *`, `$OPENSSL -in`.
        if self.text[start].isdigit() or _CONTINUES.match(self.text, pos):
            return min(self._after_newlines(after), self.end)
        return -1

    def _after_newlines(self, pos: int) -> int:
        while pos < self.end and self.text[pos] in " \t\r\n":
            pos += 1
        return pos

    def _is_format(self, start: int, end: int) -> bool:
        return self.text[start] in "'\"" and _FORMAT.match(self.text, start, end) is not None

    def ends_stage(self, pos: int, end: int) -> bool:
        """Whether the stage whose last value ended at `end` is over at `pos`."""
        if pos >= self.end or self.text[pos] in "\n;|&)}":
            return True
        return pos > end and (self.text[pos] == "#" or self.text.startswith("<#", pos))

    def is_redirection(self, pos: int) -> bool:
        """Whether a redirection of jobsh stands at `pos`."""
        return self.text[pos : pos + 1] in REDIRECTION_STARTS and REDIRECTION.match(self.text, pos) is not None

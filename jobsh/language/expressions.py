"""Expressions: operators with PowerShell's precedence, members, calls, indexes, casts, lists, hashtables."""

from __future__ import annotations

from collections.abc import Callable

from jobsh.errors import Span
from jobsh.language.ast import (
    ArrayExpr,
    Binary,
    Block,
    Cast,
    Expression,
    HashExpr,
    ListExpr,
    Paren,
    Statement,
    String,
    Ternary,
    TokenKind,
    TypeName,
    Unary,
)
from jobsh.language.patterns import Pattern
from jobsh.language.postfix import MAX_TERMS, Postfix
from jobsh.language.skim import HERE_STRING, NUMBER, OPERATOR, OPERATOR_STARTS, TYPE, UNARY, UNARY_STARTS
from jobsh.language.trace import Cursor, CursorKind, Given

_VALUE_START = Pattern(r"[$'\"@({\d]|\.\d|\[[A-Za-z_]|[+-][\d$(.]|!(?!=)|-(?i:not|bnot)(?![\w-])")
_KEY_START = Pattern(r"[\w-]+")

_LOGICAL, _BITWISE, _COMPARISON, _COALESCING, _ADDITIVE, _MULTIPLICATIVE, _FORMAT, _RANGE = range(1, 9)
_LEVELS = {
    "-and": _LOGICAL,
    "-or": _LOGICAL,
    "-xor": _LOGICAL,
    "-band": _BITWISE,
    "-bor": _BITWISE,
    "-bxor": _BITWISE,
    "-shl": _COMPARISON,
    "-shr": _COMPARISON,
    "??": _COALESCING,
    "+": _ADDITIVE,
    "-": _ADDITIVE,
    "*": _MULTIPLICATIVE,
    "/": _MULTIPLICATIVE,
    "%": _MULTIPLICATIVE,
    "-f": _FORMAT,
    "..": _RANGE,
}


class Expressions(Postfix):
    """Reads expressions. Statements inside brackets and blocks are read by the subclass that knows them."""

    _commas = True
    """whether a comma makes a list here; between the arguments of a method it does not."""
    _value_of: Callable[[], Cursor] | None = None
    """makes the slot of the argument whose value is read: a hashtable's keys depend on it."""
    _path: tuple[str, ...] = ()
    """the keys of hashtables around what is read, in that value."""

    def expression(self) -> Expression:
        """Operators and their operands; `condition ? yes : no` binds weakest."""
        value = self._binary(_LOGICAL)
        return self._ternary(value) if self.at("?") and not self.at("??") else value

    def _ternary(self, condition: Expression) -> Ternary:
        start = self.pos
        self.enter(start)
        self.take("?", TokenKind.OPERATOR)
        self.lines()
        yes = self.expression()
        self.lines()
        if not self.take(":", TokenKind.OPERATOR):
            self.unexpected("`:` between the two values after ?", "condition ? yes : no")
        self.lines()
        no = self.expression()
        self.leave()
        return Ternary(Span(condition.span.start, no.span.end), condition, yes, no)

    def _binary(self, minimum: int) -> Expression:
        """Operators of at least this precedence and their operands."""
        left = self._list()
        terms = 0
        while True:
            operator, level = self._operator()
            if not operator or level < minimum:
                return left
            terms += 1
            if terms > MAX_TERMS:
                self.fail(
                    f"more than {MAX_TERMS} operators in a row", self.pos, hint="use a list and -join or Measure-Object"
                )
            self._take_operator(operator)
            right = self._binary(level + 1)
            left = Binary(Span(left.span.start, right.span.end), operator.lower(), left, right)

    def _operator(self) -> tuple[str, int]:
        """The binary operator here, and how tightly it binds; ('', 0) when there is none."""
        self.pos = self.after_blank_characters(self.pos)
        found = OPERATOR.match(self.text, self.pos) if self.char() in OPERATOR_STARTS else None
        if not found or (found.group() in "+-*/%" and self.text.startswith("=", found.end())):
            return "", 0
        return found.group(), _LEVELS.get(found.group().lower(), _COMPARISON)

    def _take_operator(self, operator: str) -> None:
        start = self.pos
        self.pos += len(operator)
        self.mark(TokenKind.OPERATOR, start, self.pos)
        self.lines()
        if self.pos >= self.end:
            self.offer(Cursor(CursorKind.NONE, Span(self.end, self.end)))
            self.incomplete(f"a value is missing after {operator}", start)

    def _list(self) -> Expression:
        """`a, b, c`."""
        first = self._unary()
        if not self._commas:
            return first
        items = [first]
        while self._comma():
            items.append(self._unary())
        if len(items) == 1:
            return first
        return ListExpr(Span(first.span.start, items[-1].span.end), tuple(items))

    def _comma(self) -> bool:
        after = self.after_blank_characters(self.pos)
        if not self.text.startswith(",", after):
            return False
        self.pos = after
        self.take(",", TokenKind.OPERATOR)
        self.lines()
        return True

    def _unary(self) -> Expression:
        """Prefix operators and casts, then a value with what is attached to it."""
        prefixes: list[tuple[int, str | TypeName]] = []
        while prefix := self._prefix():
            prefixes.append(prefix)
            self.enter(prefix[0])
        operand = self.postfix(self.primary())
        for start, operator in reversed(prefixes):
            self.leave()
            span = Span(start, operand.span.end)
            prefixed = Unary(span, operator, operand) if isinstance(operator, str) else Cast(span, operator, operand)
            operand = prefixed
        return operand

    def _prefix(self) -> tuple[int, str | TypeName] | None:
        start = self.pos
        found = UNARY.match(self.text, start) if self.char() in UNARY_STARTS else None
        if found:
            operator = found.group().rstrip(" \t").lower()
            self.mark(TokenKind.OPERATOR, start, start + len(operator))
            self.pos = found.end()
            self.lines()
            return start, operator
        if self.at("[") and (cast := self._cast()):
            return start, cast
        return None

    def _cast(self) -> TypeName | None:
        """`[int]` before a value; a type alone or before `::` is a value itself."""
        start = self.pos
        found = TYPE.match(self.text, start)
        if not found or self.text.startswith(("::", "."), found.end()):
            return None
        after = self.after_blank_characters(found.end())
        if not _VALUE_START.match(self.text, after):
            return None
        self.pos = after
        self.mark(TokenKind.TYPE, start, found.end())
        return TypeName(Span(start, found.end()), found.group(1).lower())

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────────

    def primary(self) -> Expression:
        """One value, without what is attached to it."""
        char = self.char()
        if char == "$":
            return self.sub_expression() if self.at("$(") else self.variable()
        if char in ("'", '"') and char:
            return self.string()
        if NUMBER.match(self.text, self.pos):
            return self.number()
        if char == "(":
            return self.paren()
        if char == "@":
            return self._at_sign()
        if char == "{":
            return self.block()
        if char == "[" and (found := TYPE.match(self.text, self.pos)):
            return self._type_name(found.end(), found.group(1))
        return self.unexpected("a value", self._value_hint())

    def _value_hint(self) -> str:
        return "text is written in quotes: 'text'" if self.char().isalpha() else ""

    def _type_name(self, end: int, name: str) -> TypeName:
        start, self.pos = self.pos, end
        self.mark(TokenKind.TYPE, start, end)
        return TypeName(Span(start, end), name.lower())

    def _at_sign(self) -> Expression:
        start = self.pos
        if self.at("@("):
            body = self.bracketed_script(start, 2, ")", "the bracket @(")
            return ArrayExpr(Span(start, self.pos), body)
        if self.at("@{"):
            return self.hashtable()
        if HERE_STRING.match(self.text, start):
            return self.string()
        return self.fail("a value was expected here, not `@`", start, hint="a list is @( … ), a hashtable @{ … }")

    def paren(self) -> Paren:
        """`( pipeline )`."""
        start = self.pos
        commas, self._commas = self._commas, True
        body = self.bracketed_statement(start, "the bracket (")
        self._commas = commas
        return Paren(Span(start, self.pos), body)

    # ── hashtables ───────────────────────────────────────────────────────────────────────────────────────────

    def hashtable(self) -> HashExpr:
        """`@{ key = value; … }`."""
        start = self.pos
        self.enter(start)
        self.take("@{", TokenKind.BRACKET)
        state = self.closing, self._commas
        self.closing, self._commas = "}", True
        entries = self._entries()
        self.closing, self._commas = state
        self.expect("}", start, "the bracket @{")
        self.leave()
        return HashExpr(Span(start, self.pos), entries)

    def _entries(self) -> tuple[tuple[Expression, Statement], ...]:
        entries: list[tuple[Expression, Statement]] = []
        self.separators()
        self._offer_key(entries)
        while self.pos < self.end and not self.at("}"):
            entries.append(self._entry())
            before = self.pos
            self.separators()
            if self.pos == before and not self.at("}"):
                self.unexpected("`;` or `}`")
            if self.pos > before:
                self._offer_key(entries)
        return tuple(entries)

    def _offer_key(self, entries: list[tuple[Expression, Statement]]) -> None:
        value_of, path = self._value_of, self._path
        if self.trace is not None and value_of is not None:
            given = tuple(Given(key.text) for key, _ in entries if isinstance(key, String))
            self.trace.offer_lazily(self.pos, lambda: value_of().replace(kind=CursorKind.KEY, given=given, path=path))

    def _entry(self) -> tuple[Expression, Statement]:
        key = self._key()
        self.lines()
        if not self.take("=", TokenKind.OPERATOR):
            self.unexpected("`=` after the key of a hashtable", "@{ key = value; other = value }")
        self.lines()
        outer, self._path = self._path, (*self._path, key.text if isinstance(key, String) else "")
        value = self.value_statement()
        self._path = outer
        return key, value

    def _key(self) -> Expression:
        start = self.pos
        end = _KEY_START.span_end(self.text, start)
        if end > start and not NUMBER.match(self.text, start):
            self.pos = end
            self.mark(TokenKind.MEMBER, start, end)
            return String(Span(start, end), self.text[start:end])
        return self.postfix(self.primary())

    # ── what subclasses read ─────────────────────────────────────────────────────────────────────────────────

    def bracketed_statement(self, start: int, what: str) -> Statement:
        """One statement between `(` and `)`."""
        raise NotImplementedError

    def value_statement(self) -> Statement:
        """What stands after a `=`."""
        raise NotImplementedError

    def block(self) -> Block:
        """`{ … }` as a value."""
        raise NotImplementedError

    def separators(self) -> None:
        """Past blanks, comments, newlines and semicolons."""
        raise NotImplementedError

"""What is attached to a value: members, calls of methods, indexes, `++` and `--`."""

from __future__ import annotations

from jobsh.errors import Span
from jobsh.language.ast import (
    Cast,
    Expression,
    Index,
    ListExpr,
    Member,
    MethodCall,
    String,
    TokenKind,
    TypeName,
    Unary,
    Variable,
)
from jobsh.language.patterns import Pattern
from jobsh.language.strings import Strings
from jobsh.language.trace import Cursor, CursorKind

MAX_TERMS = 500
"""Operators in a row make a tree as deep as there are operators; who walks it must have an end."""

_MEMBER_NAME = Pattern(r"[A-Za-z_]\w*")


class Postfix(Strings):
    """Reads what stands directly after a value. Values themselves are read by the subclass that knows operators."""

    _commas = True
    """whether a comma makes a list here; between the arguments of a method it does not."""

    def postfix(self, value: Expression) -> Expression:
        """A value with what is attached to it, and `++` or `--`."""
        value = self.attached(value)
        if self.text.startswith(("++", "--"), self.pos) and isinstance(value, Variable | Member | Index):
            self.refuse_using(value)
            operator = "p" + self.text[self.pos : self.pos + 2]
            self.mark(TokenKind.OPERATOR, self.pos, self.pos + 2)
            self.pos += 2
            return Unary(Span(value.span.start, self.pos), operator, value)
        return value

    def refuse_using(self, target: Expression) -> None:
        """What `$using:` gives is a copy: it cannot be assigned to, nor can a part of it."""
        while isinstance(target, Member | Index | Cast):
            target = target.operand if isinstance(target, Cast) else target.target
        if isinstance(target, ListExpr):
            for item in target.items:
                self.refuse_using(item)
        if isinstance(target, Variable) and target.scope == "using":
            hint = "assign it to a variable of the block first; what the block writes comes back"
            self.fail(f"$using:{target.name} cannot be assigned, it is a copy", *target.span, hint)

    def attached(self, value: Expression, conditional: bool = True) -> Expression:
        """`.Name`, `.Name(…)`, `::Name`, `[…]` directly after a value, and, if they may be `conditional`, `?.Name` and `?[…]`."""
        for _ in range(MAX_TERMS):
            char = self.char()
            if char == "?" and conditional and (self.at("?[") or (self.at("?.") and self._is_member(2))):
                value = self._conditional(value)
                continue
            if char == "[":
                value = self._index(value)
            elif char == "." and self._is_member(1):
                value = self._member(value, 1)
            elif char == ":" and self.at("::") and isinstance(value, TypeName):
                value = self._member(value, 2)
            else:
                return value
        return self.fail(f"more than {MAX_TERMS} members in a row", self.pos)

    def _conditional(self, target: Expression) -> Expression:
        """`?.Name`, `?[…]`: of `$null` they are `$null`."""
        self.take("?", TokenKind.OPERATOR)
        value = self._index(target) if self.at("[") else self._member(target, 1)
        assert isinstance(value, Member | MethodCall | Index)
        return value.replace(conditional=True)

    def _is_member(self, dots: int) -> bool:
        following = self.char(dots)
        if not following and self.trace is not None:
            return True
        return following.isalpha() or (following != "" and following in "_\"'$(")

    def _index(self, target: Expression) -> Index:
        start = self.pos
        self.enter(start)
        self.take("[", TokenKind.BRACKET)
        commas, self._commas = self._commas, True
        self.lines()
        index = self.expression()
        self._commas = commas
        self.lines()
        self.expect("]", start, "the bracket [")
        self.leave()
        return Index(Span(target.span.start, self.pos), target, index)

    def _member(self, target: Expression, dots: int) -> Expression:
        self.pos += dots
        start = self.pos
        name = self._member_name(target)
        static = dots == 2
        if not self.at("("):
            self.mark(TokenKind.MEMBER, start, self.pos)
            return Member(Span(target.span.start, self.pos), target, name, static)
        self.mark(TokenKind.MEMBER, start, self.pos)
        arguments = self._arguments()
        return MethodCall(Span(target.span.start, self.pos), target, name, arguments, static)

    def _member_name(self, target: Expression) -> Expression:
        start = self.pos
        end = _MEMBER_NAME.span_end(self.text, start)
        if self.trace is not None:
            before = self.text[target.span.start : target.span.end]
            self.offer(Cursor(CursorKind.MEMBER, Span(start, end), self.text[start:end], target=before))
        if end > start:
            self.pos = end
            return String(Span(start, end), self.text[start:end])
        if self.pos >= self.end:
            self.incomplete("the name of a member is missing", start)
        return self.primary()

    def _arguments(self) -> tuple[Expression, ...]:
        """The arguments of a method."""
        start = self.pos
        self.enter(start)
        self.take("(", TokenKind.BRACKET)
        commas, self._commas = self._commas, False
        arguments: list[Expression] = []
        self.lines()
        while not self.at(")"):
            arguments.append(self.expression())
            self.lines()
            if not self.take(",", TokenKind.OPERATOR):
                break
            self.lines()
        self._commas = commas
        self.expect(")", start, "the bracket (")
        self.leave()
        return tuple(arguments)

    # ── what subclasses read ─────────────────────────────────────────────────────────────────────────────────

    def expression(self) -> Expression:
        """Operators and their operands."""
        raise NotImplementedError

    def primary(self) -> Expression:
        """One value, without what is attached to it."""
        raise NotImplementedError

"""Arguments of commands: bare words, values, lists, redirections (LANGUAGE section 5)."""

from __future__ import annotations

from collections.abc import Callable

from jobsh.errors import Span
from jobsh.language.ast import (
    Argument,
    BareWord,
    Block,
    BlockKind,
    Expression,
    ListExpr,
    Number,
    ParamDeclaration,
    Parameter,
    Redirection,
    String,
    TokenKind,
    Unary,
    Variable,
)
from jobsh.language.expressions import Expressions
from jobsh.language.patterns import Pattern
from jobsh.language.reader import WORD_ENDS
from jobsh.language.skim import HERE_STRING, NUMBER, REDIRECTION_STARTS
from jobsh.language.strings import merge
from jobsh.language.trace import Cursor, CursorKind, Given

_WORD_PART = Pattern(r"[^ \t-\r;|&(){}<>,'\"`$\\]+")
_REDIRECTION = Pattern(r"([1-6*])?(>>|>|<(?![<(]))(?:&([12]))?")
_NUMBER_WORD = Pattern(r"[+-]?" + NUMBER.source + r"(?=[ \t-\r;|&(){}<>,]|$)")


_STREAM_NAMES = {
    "0": "input",
    "1": "output",
    "2": "error stream",
    "3": "warning stream",
    "4": "verbose stream",
    "5": "debug stream",
    "6": "information stream",
}


def _streams(redirection: Redirection) -> set[str]:
    """The streams it sends somewhere; `*>&1` leaves the output where it is."""
    if redirection.source != "*":
        return {redirection.source}
    return set("23456" if redirection.merge else "123456")


class CommandContext:
    """A command while its arguments are read: what has been given so far."""

    def __init__(self, canonical: str, pairs: bool = True, earlier: str = "") -> None:
        self.canonical = canonical
        self.pairs = pairs
        """whether `-Name` takes the word after it; only who knows the parameters can say."""
        self.earlier = earlier
        self.arguments: list[Argument] = []
        self.redirections: list[Redirection] = []
        self.position = 0
        """how many positional arguments there are already."""
        self.parameter = ""
        self.declared: tuple[ParamDeclaration, ...] | None = None
        """the parameters of a function or block of this text."""
        self.is_program = False
        """whether this is a program, whose `-x` is a word of it and not a parameter."""
        self.is_forced = False
        """whether a parameter that was given makes every block a script."""

    def add(self, argument: Argument) -> None:
        """One more."""
        self.arguments.append(argument)
        self.position += not isinstance(argument, Parameter)

    def clear(self) -> None:
        """None yet."""
        self.arguments.clear()
        self.redirections.clear()
        self.position = 0

    def parameters(self) -> tuple[str, ...]:
        """The names given."""
        return tuple(argument.name for argument in self.arguments if isinstance(argument, Parameter))


class Arguments(Expressions):
    """Reads what stands in argument position, where a word is a string."""

    _command: CommandContext | None = None
    """the command whose arguments are read."""

    def argument_list(self) -> Expression:
        """A value, or several with commas between them."""
        offer_item = self.trace.again() if self.trace else None
        outer = self._value_of, self._path
        if self.trace is not None and self._command is not None:
            self._value_of, self._path = self._slot_maker(self._command, CursorKind.VALUE, self.pos), ()
        first = self.argument_value()
        items = [first]
        while self._comma():
            if offer_item:
                offer_item(self.pos)
            items.append(self.argument_value())
        self._value_of, self._path = outer
        return first if len(items) == 1 else ListExpr(Span(first.span.start, items[-1].span.end), tuple(items))

    def argument_value(self) -> Expression:
        """One value in argument position, where a word is a string (`2+2`, `web[01-20]`)."""
        start = self.pos
        char = self.char()
        if char == "{":
            return self.argument_block()
        if char == "," and char:
            self.take(",", TokenKind.OPERATOR)
            self.blanks()
            operand = self.argument_value()
            return Unary(Span(start, operand.span.end), ",", operand)
        if char == "@" and (self.char(1) in ("(", "{") or HERE_STRING.match(self.text, start)):
            return self.attached(self._at_sign())
        if (char.isdigit() or char in ("-", "+", ".")) and _NUMBER_WORD.match(self.text, start):
            return self._signed_number()
        return self._word()

    def _signed_number(self) -> Number:
        start = self.pos
        sign = self.char()
        self.pos += sign in "+-"
        number = self.number()
        return Number(Span(start, self.pos), -number.value if sign == "-" else number.value)

    def argument_block(self) -> Block:
        """`{ … }` as an argument: the command says what it makes of it."""
        self._value_of = None
        context = self._command
        if context is None or not context.canonical:
            return self.block()
        kind = self._block_kind(context)
        if kind is BlockKind.CODE:
            return self.code_block()
        return self.host_block(context.is_forced)

    def _block_kind(self, context: CommandContext) -> BlockKind:
        if context.declared is not None:
            return BlockKind.HOST_SCRIPT
        return self.vocabulary.block_kind(context.canonical, context.parameter or None, context.position)

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────

    def _word(self) -> Expression:
        """A bare word, or a value with what is attached to it (`$x.Length`, `(…)[0]`), or both (`$x/y`)."""
        start = self.pos
        value = self._word_value()
        if value is not None and self._word_ends():
            return value
        parts: list[str | Expression] = [] if value is None else [value]
        while not self._word_ends():
            self._word_part(parts)
        if self.pos == start:
            self.unexpected("a value")
        span = Span(start, self.pos)
        if all(isinstance(part, str) for part in parts):
            self.mark(TokenKind.WORD, *span)
        return BareWord(span, merge([_as_text(part) for part in parts]))

    def _word_value(self) -> Expression | None:
        char = self.char()
        if char == "$" and (self.char(1) in ("(", "{", "?") or self.char(1).isalpha() or self.char(1) == "_"):
            is_bare = self.char(1) not in ("(", "{")  # `$dir?.txt` is a pattern
            value: Expression = self.sub_expression() if self.at("$(") else self.variable()
            return self.attached(value, not is_bare)
        if char in ("'", '"') and char:
            return self.attached(self.string())
        return self.attached(self.paren()) if char == "(" else None

    def _word_ends(self) -> bool:
        if self.pos >= self.end:
            return True
        char = self.text[self.pos]
        if char in "\\`":
            if self.pos + 1 >= self.end:
                self.incomplete("the line is continued, but nothing follows", self.pos)
            return self.text[self.pos + 1] == "\n"
        return char in WORD_ENDS or char == ","

    def _word_part(self, parts: list[str | Expression]) -> None:
        char = self.char()
        if char == "`":
            parts.append(self.escape())
        elif char == "$":
            parts.append(self.expansion())
        elif char in "'\"":
            parts.append(self.string())
        elif char == "\\":
            parts.append(char)
            self.pos += 1
        else:
            start, self.pos = self.pos, _WORD_PART.span_end(self.text, self.pos)
            parts.append(self.text[start : self.pos])

    # ── redirections ─────────────────────────────────────────────────────────────────────────────────────────

    def redirections(self) -> tuple[Redirection, ...]:
        """All that stand here."""
        found: list[Redirection] = []
        self.blanks()
        while redirection := self.redirection():
            self.add_redirection(found, redirection)
            self.blanks()
        return tuple(found)

    def add_redirection(self, found: list[Redirection], redirection: Redirection) -> None:
        """One more; a stream goes only to one place."""
        taken = {stream for other in found for stream in _streams(other)}
        twice = sorted(taken & _streams(redirection))
        if twice:
            name = _STREAM_NAMES[twice[0]]
            self.fail(f"the {name} is redirected twice", *redirection.span, "Tee-Object writes to several places")
        target = redirection.target
        if isinstance(target, BareWord) and (target.literal or "").lower().startswith("variable:"):
            self.assign((target.literal or "")[len("variable:") :])
        found.append(redirection)

    def redirection(self) -> Redirection | None:
        """`> f`, `2>> f`, `*> f`, `2>&1`, `< f`."""
        start = self.pos
        found = _REDIRECTION.match(self.text, start) if self.char() in REDIRECTION_STARTS else None
        if not found:
            return None
        source, operator, merged = found.groups()
        self.pos = found.end()
        self.mark(TokenKind.OPERATOR, start, self.pos)
        if operator == "<":
            source = "0"
        if merged:
            return Redirection(Span(start, self.pos), source or "1", False, None, merged)
        self.blanks()
        self.offer(Cursor(CursorKind.VALUE, Span(self.pos, self.pos), parameter=operator))
        if self.pos >= self.end or self._word_ends():
            self.unexpected(f"a file after {self.text[start : found.end()]}")
        target = self.argument_value()
        return Redirection(Span(start, self.pos), source or "1", operator == ">>", target)

    # ── completion ───────────────────────────────────────────────────────────────────────────────────────────

    def _offer_slot(self, context: CommandContext, kind: CursorKind, start: int) -> None:
        if self.trace is not None:
            self.trace.offer_lazily(start, self._slot_maker(context, kind, start))

    def _slot_maker(self, context: CommandContext, kind: CursorKind, start: int) -> Callable[[], Cursor]:
        count, position, parameter = len(context.arguments), context.position, context.parameter
        return lambda: argument_slot(context, kind, count, position, parameter, start)

    # ── what subclasses read ─────────────────────────────────────────────────────────────────────────────────

    def code_block(self) -> Block:
        """`{ … }` that is always jobsh code."""
        raise NotImplementedError

    def host_block(self, forced: bool) -> Block:
        """`{ … }` that is jobsh code if it starts like jobsh, else a script; `forced`: always a script."""
        raise NotImplementedError


def argument_slot(
    context: CommandContext, kind: CursorKind, count: int, position: int, parameter: str, start: int
) -> Cursor:
    """What is known of an argument from the `count` arguments before it."""
    before = context.arguments[:count]
    return Cursor(
        kind,
        Span(start, start),
        command=context.canonical,
        parameter=parameter,
        position=position,
        given=tuple(_given(a) for a in before if isinstance(a, Parameter)),
        arguments=tuple(literal(a) for a in before if isinstance(a, Expression)),
        earlier=context.earlier,
    )


def _given(parameter: Parameter) -> Given:
    value = parameter.value
    variable = value.name if isinstance(value, Variable) and not value.scope else ""
    return Given(parameter.name, literal(value), variable)


def word_text(value: Expression) -> str | None:
    """The text of a word or string without variables."""
    return value.literal if isinstance(value, BareWord) else value.text if isinstance(value, String) else None


def literal(value: Expression | None) -> str | None:
    """The text of a value that can be known without running anything."""
    if isinstance(value, BareWord | String):
        return word_text(value)
    if isinstance(value, Number):
        return str(value.value)
    if isinstance(value, ListExpr):
        items = [literal(item) for item in value.items]
        return ",".join(item for item in items if item is not None)
    return None


def _as_text(part: str | Expression) -> str | Expression:
    return part.text if isinstance(part, String) else part

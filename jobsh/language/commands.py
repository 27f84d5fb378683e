"""Commands and their arguments: parameters, bare words, lists, splats, redirections (LANGUAGE section 5)."""

from __future__ import annotations

from collections.abc import Callable

from jobsh.errors import CommandNotFound, Span
from jobsh.language.ast import (
    Argument,
    BareWord,
    Block,
    BlockKind,
    Call,
    Command,
    Expression,
    ListExpr,
    Number,
    Parameter,
    Redirection,
    Splat,
    Stage,
    String,
    TokenKind,
    Unary,
    Variable,
)
from jobsh.language.expressions import Expressions
from jobsh.language.patterns import Pattern
from jobsh.language.reader import WORD_ENDS
from jobsh.language.skim import HERE_STRING, NUMBER, REDIRECTION_STARTS
from jobsh.language.starts import NAME
from jobsh.language.strings import merge
from jobsh.language.trace import Cursor, CursorKind, Given

_PARAMETER = Pattern(r"-([A-Za-z_][\w-]*|\?)(?::|(?=[\s;|&(){}<>,'\"$@]|$))")
_WORD_PART = Pattern(r"[^\s;|&(){}<>,'\"`$\\]+")
_REDIRECTION = Pattern(r"([1-6*])?(>>|>|<(?![<(]))(?:&([12]))?")
_SPLAT = Pattern(r"@((?i:using):)?([A-Za-z_]\w*)(?=[\s;|&(){}<>]|$)")
_NUMBER_WORD = Pattern(r"[+-]?" + NUMBER.source + r"(?=[\s;|&(){}<>,]|$)")
_ENDS = frozenset(" \t\f\v\r\n;|&)}")
_VARIABLE_NAMES = ("outvariable", "ov", "errorvariable", "ev", "warningvariable", "wv")


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
        self.is_forced = False
        """whether a parameter that was given makes every block a script."""
        self.script_from = -1
        """from this position on a block is a script, because of a parameter that came later (`-Interpreter`)."""

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


class Commands(Expressions):
    """Reads a command and everything up to the end of its stage."""

    _command: CommandContext | None = None
    _earlier = ""

    def command(self) -> Stage:
        """A cmdlet, alias or function and its arguments."""
        start = self.pos
        if self.at("%") and self.char(1).isdigit():
            return self._job_number()
        found = NAME.match(self.text, start)
        assert found is not None
        name = found.group()
        span = Span(start, found.end())
        canonical = (self._piped and self.vocabulary.after_pipe(name)) or self.lookup(name)
        self.offer(Cursor(CursorKind.COMMAND, span, name, earlier=self._earlier))
        if not canonical:
            canonical = self._unknown(name, span)
        else:
            self.mark(TokenKind.COMMAND, start, found.end())
        self.pos = found.end()
        context = self._arguments_of(CommandContext(canonical, earlier=self._earlier))
        end = self._stage_end(span.end, context)
        return Command(Span(start, end), name, canonical, span, tuple(context.arguments), tuple(context.redirections))

    _piped = False

    def _stage_end(self, end: int, context: CommandContext) -> int:
        return max([end, *(node.span.end for node in (*context.arguments[-1:], *context.redirections[-1:]))])

    def _unknown(self, name: str, span: Span) -> str:
        """An unknown Verb-Noun: an error with a suggestion; while tracing, only a mark."""
        self.mark(TokenKind.ERROR, *span)
        if self.trace is not None:
            return name
        nearest = self.vocabulary.suggest(name)
        hint = f"did you mean {nearest}?" if nearest else f"`command {name}` runs a program of that name"
        raise CommandNotFound(f"there is no command {name}", span, hint=hint, source=self.text)

    def _job_number(self) -> Command:
        """`%1`, as the shells say for the job 1."""
        start = self.pos
        word = self.argument_value()
        self.mark(TokenKind.COMMAND, *word.span)
        span = Span(start, word.span.end)
        return Command(span, self.text[start : span.end], self.lookup("fg") or "fg", span, (word,))

    def call(self) -> Call:
        """`& target arguments`, `. target`."""
        start, operator = self.pos, self.char()
        self.take(operator, TokenKind.OPERATOR)
        self.blanks()
        self.offer(Cursor(CursorKind.COMMAND, Span(self.pos, self.pos)))
        if self.pos >= self.end:
            self.incomplete(f"something to call is missing after {operator}", start)
        context = CommandContext("", pairs=False, earlier=self._earlier)
        target = self._call_target(context)
        # A program's own `-x` is a word of it, not a parameter.
        self._program = operator == "&" and isinstance(target, BareWord | String) and not context.canonical
        self._arguments_of(context)
        end = self._stage_end(target.span.end, context)
        return Call(Span(start, end), operator, target, tuple(context.arguments), tuple(context.redirections))

    def _call_target(self, context: CommandContext) -> Expression:
        if self.at("{"):
            target: Expression = self.code_block()
            self._learn_parameters(context, target)
            return target
        target = self.argument_value()
        name = target.literal if isinstance(target, BareWord) else target.text if isinstance(target, String) else None
        if name is not None:
            context.canonical = self.lookup(name) or ""
            context.pairs = bool(context.canonical)
            self.mark(TokenKind.COMMAND, *target.span)
        return target

    _program = False

    def _learn_parameters(self, context: CommandContext, block: Expression) -> None:
        if isinstance(block, Block) and block.code is not None and block.code.params is not None:
            context.canonical = "{"
            self.scopes[-1].functions["{"] = ("{", block.code.params)
            context.pairs = True

    # ── arguments ────────────────────────────────────────────────────────────────────────────────────────────

    def _arguments_of(self, context: CommandContext) -> CommandContext:
        program, self._program = self._program, False
        outer, self._command = self._command, context
        first = self.pos
        self._read_arguments(context, program)
        again = self._script_position(context)
        if again >= 0:
            # `Start-Job { … } -Interpreter python3`: the block was read as jobsh code before its interpreter was known.
            self.pos = first
            context.clear()
            context.script_from = again
            self._read_arguments(context, program)
        self._command = outer
        return context

    def _script_position(self, context: CommandContext) -> int:
        if not context.is_forced:
            return -1
        codes = [a.value if isinstance(a, Parameter) else a for a in context.arguments]
        blocks = [b for b in codes if isinstance(b, Block) and b.kind is BlockKind.HOST_SCRIPT and b.code is not None]
        if blocks:
            return blocks[0].span.start
        return -1

    def _read_arguments(self, context: CommandContext, program: bool) -> None:
        while True:
            before = self.pos
            self.blanks()
            self._offer_argument(context, self.pos > before)
            if self.pos >= self.end or self.text[self.pos] in _ENDS:
                return
            redirection = self.redirection()
            if redirection:
                context.redirections.append(redirection)
                continue
            context.add(self._argument(context, program))

    def _argument(self, context: CommandContext, program: bool) -> Argument:
        found = _PARAMETER.match(self.text, self.pos) if self.at("-") and not program else None
        if found:
            return self._parameter(context, found.group(1), found.group().endswith(":"))
        splat = _SPLAT.match(self.text, self.pos) if self.at("@") else None
        if splat and not self.text.startswith(",", self.after_blank_characters(splat.end())):
            return self._splat(splat.end(), splat.group(1) or "", splat.group(2))
        return self.argument_list()

    def _splat(self, end: int, scope: str, name: str) -> Splat:
        start, self.pos = self.pos, end
        self.mark(TokenKind.VARIABLE, start, end)
        return Splat(Span(start, end), Variable(Span(start + 1, end), name, scope[:-1].lower()))

    def _parameter(self, context: CommandContext, name: str, colon: bool) -> Parameter:
        start = self.pos
        self.pos = start + 1 + len(name)
        span = Span(start, self.pos)
        self._offer_slot(context, CursorKind.PARAMETER, start)
        context.is_forced = context.is_forced or self.vocabulary.forces_script(context.canonical, (name,))
        self.mark(TokenKind.PARAMETER, start, self.pos)
        value: Expression | None = None
        if colon or (context.pairs and self._takes_value(context.canonical, name)):
            self.pos += colon
            value = self._parameter_value(context, name, colon)
        end = value.span.end if value is not None else self.pos
        return Parameter(Span(start, end), name, value, span)

    def _takes_value(self, canonical: str, name: str) -> bool:
        function = self.function(canonical)
        if not function:
            return self.vocabulary.takes_value(canonical, name)
        lowered = name.lower()
        matching = [p for p in function[1] if p.name.lower().startswith(lowered)]
        exact = [p for p in matching if p.name.lower() == lowered] or matching
        if not exact:
            return lowered not in ("verbose", "debug", "whatif", "confirm", "?")
        return not (exact[0].type and exact[0].type.name == "switch")

    def _parameter_value(self, context: CommandContext, name: str, colon: bool) -> Expression | None:
        before = self.pos
        self.blanks()
        context.parameter = name
        if colon or self.pos > before:
            self._offer_slot(context, CursorKind.VALUE, self.pos)
        value: Expression | None = None
        missing = self.pos >= self.end or self.text[self.pos] in _ENDS or self.text[self.pos] in "<>"
        if not missing and (colon or not _PARAMETER.match(self.text, self.pos)):
            value = self.argument_list()
            self._note_variable(name, value)
        elif colon:
            self.unexpected(f"a value for -{name}")
        elif self.pos < self.end:
            self.pos = before
        context.parameter = ""
        return value

    def _note_variable(self, name: str, value: Expression) -> None:
        """`-OutVariable x` assigns x."""
        text = value.literal if isinstance(value, BareWord) else value.text if isinstance(value, String) else None
        if text and name.lower() in _VARIABLE_NAMES:
            self.assign(text.lstrip("+"))

    def argument_list(self) -> Expression:
        """A value, or several with commas between them."""
        offer_item = self.trace.again() if self.trace else None
        first = self.argument_value()
        items = [first]
        while self._comma():
            if offer_item:
                offer_item(self.pos)
            items.append(self.argument_value())
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
        context = self._command
        if context is None or not context.canonical:
            return self.block()
        kind = self._block_kind(context)
        if kind is BlockKind.CODE:
            return self.code_block()
        return self.host_block(context.is_forced or context.script_from == self.pos)

    def _block_kind(self, context: CommandContext) -> BlockKind:
        if self.function(context.canonical):
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
            value: Expression = self.sub_expression() if self.at("$(") else self.variable()
            return self.attached(value)
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
            found.append(redirection)
            self.blanks()
        return tuple(found)

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

    def _offer_argument(self, context: CommandContext, separated: bool) -> None:
        """At the start of an argument: a parameter or a positional value."""
        if self.trace is None or not separated:
            return
        kind = CursorKind.PARAMETER if self.at("-") else CursorKind.VALUE
        self._offer_slot(context, kind, self.pos)

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
        given=tuple(Given(a.name, literal(a.value)) for a in before if isinstance(a, Parameter)),
        arguments=tuple(literal(a) for a in before if isinstance(a, Expression)),
        earlier=context.earlier,
    )


def literal(value: Expression | None) -> str | None:
    """The text of a value that can be known without running anything."""
    if isinstance(value, BareWord):
        return value.literal
    if isinstance(value, String):
        return value.text
    if isinstance(value, Number):
        return str(value.value)
    if isinstance(value, ListExpr):
        items = [literal(item) for item in value.items]
        return ",".join(item for item in items if item is not None)
    return None


def _as_text(part: str | Expression) -> str | Expression:
    return part.text if isinstance(part, String) else part

"""Commands and calls: their names, parameters and splats (LANGUAGE section 5)."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.errors import CommandNotFound, Span
from jobsh.language.arguments import Arguments, CommandContext, word_text
from jobsh.language.ast import (
    Argument,
    BareWord,
    Block,
    BlockKind,
    Call,
    Command,
    Expression,
    ParamDeclaration,
    Parameter,
    Splat,
    Stage,
    String,
    TokenKind,
    Variable,
)
from jobsh.language.patterns import Pattern
from jobsh.language.starts import NAME
from jobsh.language.trace import Cursor, CursorKind

_PARAMETER = Pattern(r"-([A-Za-z_][\w-]*|\?)(?::|(?=[ \t-\r;|&(){}<>,'\"$@]|$))")
_SPLAT = Pattern(r"@((?i:using):)?([A-Za-z_]\w*)(?=[ \t-\r;|&(){}<>]|$)")
_SIGNAL = Pattern(r"[ \t]+(-)(?:[sn][ \t]+)?([A-Z][A-Z0-9]*|\d+)(?=[ \t]+%\d)")
_VERBATIM = Pattern(r"--%[^\n|]*")
_VERBATIM_WORD = Pattern(r'(?:[^ \t-\r"]|"[^"]*"?)+')
_ENDS = frozenset(" \t\f\v\r\n;|&)}")
_VARIABLE_NAMES = frozenset(
    (
        "outvariable",
        "ov",
        "errorvariable",
        "ev",
        "warningvariable",
        "wv",
        "informationvariable",
        "iv",
        "pipelinevariable",
        "pv",
    )
)


_COMMON_SWITCHES = frozenset(("verbose", "vb", "debug", "db", "whatif", "wi", "confirm", "cf", "?"))


_ALIASING = ("Set-Alias", "New-Alias")


class Commands(Arguments):
    """Reads a command and everything up to the end of its stage."""

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
        function = self.function(name)
        context = CommandContext(canonical, earlier=self._earlier)
        self._know(context, canonical, function[1] if function else None)
        if name.lower() == "kill" and self.vocabulary.is_shared(name):
            self._signal(context)
        self._arguments_of(context)
        if canonical in _ALIASING:
            self._note_alias(context.arguments)
        end = self._stage_end(span.end, context)
        return Command(Span(start, end), name, canonical, span, tuple(context.arguments), tuple(context.redirections))

    def _note_alias(self, arguments: Sequence[Argument]) -> None:
        """`Set-Alias name command`: from here on the text may use it."""
        given = {a.name.lower(): a.value for a in arguments if isinstance(a, Parameter)}
        placed = iter([a for a in arguments if isinstance(a, Expression)])
        name, value = (given.get(key) or next(placed, None) for key in ("name", "value"))
        words = [None if word is None else word_text(word) for word in (name, value)]
        if words[0] and words[1]:
            self.scopes[-1].aliases[words[0].lower()] = words[1]

    _piped = False

    def _stage_end(self, end: int, context: CommandContext) -> int:
        return max([end, *(node.span.end for node in (*context.arguments[-1:], *context.redirections[-1:]))])

    def _unknown(self, name: str, span: Span) -> str:
        """An unknown Verb-Noun: an error with a suggestion; while tracing, only a mark."""
        self.mark(TokenKind.ERROR, *span)
        if self.trace is not None:
            return name
        nearest = self.vocabulary.suggest(name)
        hint = _instead(name) or (
            f"did you mean {nearest}?" if nearest else f"`command {name}` runs a program of that name"
        )
        raise CommandNotFound(f"there is no command {name}", span, hint=hint, source=self.text)

    def _signal(self, context: CommandContext) -> None:
        """`kill -9 %1`, `kill -INT %1`, `kill -s INT %1`: as the shells say which signal."""
        found = _SIGNAL.match(self.text, self.pos)
        if found:
            dash, self.pos = found.start(1), found.start(2)
            self.mark(TokenKind.PARAMETER, dash, self.pos)
            value = self.argument_value()
            context.add(Parameter(Span(dash, self.pos), "Signal", value, Span(dash, value.span.end)))

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
        context.is_program = operator == "&" and isinstance(target, BareWord | String) and not context.canonical
        self._arguments_of(context)
        end = self._stage_end(target.span.end, context)
        return Call(Span(start, end), operator, target, tuple(context.arguments), tuple(context.redirections))

    def _call_target(self, context: CommandContext) -> Expression:
        if self.at("{"):
            block = self.code_block()
            self._know(context, "", block.code.params if block.code else None)
            return block
        target = self.argument_value()
        name = word_text(target)
        if name is not None:
            function = self.function(name)
            self._know(context, self.lookup(name) or "", function[1] if function else None)
            self.mark(TokenKind.COMMAND, *target.span)
        return target

    def _know(
        self, context: CommandContext, canonical: str, declared: tuple[ParamDeclaration, ...] | None
    ) -> CommandContext:
        """Who is called and what is declared of it: only then does `-Name` take the word after it."""
        context.canonical, context.declared = canonical, declared
        context.pairs = canonical != "" or declared is not None
        return context

    # ── arguments ────────────────────────────────────────────────────────────────────────────────────────────

    def _arguments_of(self, context: CommandContext) -> None:
        outer, self._command = self._command, context
        first = self.pos
        self._read_arguments(context)
        if context.is_forced and any(map(_is_host_code, context.arguments)):
            # `Start-Job { … } -Interpreter python3`: the block was read as jobsh code before its interpreter was known.
            self.pos = first
            context.clear()
            self._read_arguments(context)
        self._command = outer

    def _read_arguments(self, context: CommandContext) -> None:
        while True:
            before = self.pos
            self.blanks()
            self._offer_argument(context, self.pos > before)
            if self.pos >= self.end or self.text[self.pos] in _ENDS:
                return
            if context.is_program and self.at("--%"):
                self._verbatim(context)
                return
            redirection = self.redirection()
            if redirection:
                self.add_redirection(context.redirections, redirection)
                continue
            context.add(self._argument(context))

    def _verbatim(self, context: CommandContext) -> None:
        """`& tool --% …`: the rest of the line as it stands, word by word."""
        start = self.pos
        self.pos = _VERBATIM.span_end(self.text, start)
        self.mark(TokenKind.WORD, start, self.pos)
        word = start + 3
        while (word := self.after_blank_characters(word)) < self.pos:
            end = _VERBATIM_WORD.span_end(self.text, word, self.pos)
            context.add(BareWord(Span(word, end), (self.text[word:end].replace('"', ""),)))
            word = end

    def _argument(self, context: CommandContext) -> Argument:
        found = _PARAMETER.match(self.text, self.pos) if self.at("-") and not context.is_program else None
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
        if colon or (context.pairs and self._takes_value(context, name)):
            self.pos += colon
            value = self._parameter_value(context, name, colon)
        end = value.span.end if value is not None else self.pos
        return Parameter(Span(start, end), name, value, span)

    def _takes_value(self, context: CommandContext, name: str) -> bool:
        if context.declared is None:
            return self.vocabulary.takes_value(context.canonical, name)
        lowered = name.lower()
        matching = [p for p in context.declared if p.name.lower().startswith(lowered)]
        exact = [p for p in matching if p.name.lower() == lowered] or matching
        if not exact:
            return lowered not in _COMMON_SWITCHES
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
        text = word_text(value)
        if text and name.lower() in _VARIABLE_NAMES:
            self.assign(text.lstrip("+"))

    # ── completion ───────────────────────────────────────────────────────────────────────────────────────────

    def _offer_argument(self, context: CommandContext, separated: bool) -> None:
        """At the start of an argument: a parameter or a positional value."""
        if self.trace is None or not separated:
            return
        kind = CursorKind.PARAMETER if self.at("-") else CursorKind.VALUE
        self._offer_slot(context, kind, self.pos)


def _instead(name: str) -> str:
    from jobsh.language.doubts import elsewhere

    program = elsewhere(name)
    return f"it is PowerShell's; here it is {program}" if program else ""


def _is_host_code(argument: Argument) -> bool:
    block = argument.value if isinstance(argument, Parameter) else argument
    return isinstance(block, Block) and block.kind is BlockKind.HOST_SCRIPT and block.code is not None

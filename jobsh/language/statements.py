"""Statements: pipelines, chains, background, assignments."""

from __future__ import annotations

from jobsh.errors import Span
from jobsh.language.ast import (
    Assignment,
    Background,
    Cast,
    Chain,
    Command,
    Expression,
    ExpressionStage,
    Flow,
    FlowKind,
    For,
    Foreach,
    Function,
    If,
    Index,
    ListExpr,
    Member,
    ParamDeclaration,
    Part,
    Pipeline,
    Script,
    Stage,
    Statement,
    Switch,
    TokenKind,
    Trap,
    Try,
    Variable,
    While,
)
from jobsh.language.shell_statements import ShellStatements
from jobsh.language.starts import Start
from jobsh.language.trace import Cursor, CursorKind

_ASSIGNMENTS = ("=", "+=", "-=", "*=", "/=", "%=", "??=")
_NEED_NO_SEPARATOR = (Background, If, While, For, Foreach, Switch, Try, Trap, Function)
_HINTS = {
    "<": "compare with -lt and -le; `<` reads a file",
    "=": "compare with -eq; `$x = …` assigns",
}


class Statements(ShellStatements):
    """Reads lists of statements. Keywords are read by the subclass that knows them."""

    # ── lists of statements ──────────────────────────────────────────────────────────────────────────────────

    def script(self) -> Script:
        """Statements up to the closing bracket of the code being read, or to the end."""
        start = self.pos
        statements: list[Statement] = []
        self.separators()
        outer, self._binding = self._binding, ""
        params = self.param_block()
        binding, self._binding = self._binding, outer
        self._offer_command()
        parts = self.named_blocks() if self.closing in ("}", "") else ()
        while not self._at_closing():
            statements.append(self.statement())
            self._end_of_statement(statements[-1])
        if parts and statements:
            self.fail(
                "a statement stands beside begin, process and end",
                *statements[0].span,
                "where they are, all statements stand in one of them",
            )
        traps = tuple(statement for statement in statements if isinstance(statement, Trap))
        changes = "supportsshouldprocess" in binding
        return Script(Span(start, self.pos), tuple(statements), params, parts, traps, changes, binding != "")

    _binding = ""
    """the `[CmdletBinding()]` or `[Parameter()]` that stood before or in the `param(…)` that was just read, in lower case."""

    def _at_closing(self) -> bool:
        before = self.pos
        self.separators()
        if self.pos > before and any(char in "\n;" for char in self.text[before : self.pos]):
            self._offer_command()
        return self.pos >= self.end or (self.closing != "" and self.at(self.closing))

    def _offer_command(self) -> None:
        if self.trace is not None:
            self.offer(Cursor(CursorKind.COMMAND, Span(self.pos, self.pos), earlier=self._earlier))

    def separators(self) -> None:
        """Past blanks, comments, newlines and semicolons."""
        self.lines()
        while self.take(";"):
            self.lines()

    def _end_of_statement(self, statement: Statement) -> None:
        """After a statement comes a separator, or the closing bracket."""
        self.blanks()
        if self.pos >= self.end or self.char() in "\n;" or (self.closing and self.at(self.closing)):
            return
        if isinstance(statement, _NEED_NO_SEPARATOR) or _ends_as_a_job(statement):
            self._offer_command()
            return
        self.unexpected("the end of the statement", _HINTS.get(self.char(), ""))

    def statement(self, value: bool = False) -> Statement:
        """One statement; with `value`, one whose value is wanted."""
        operator = self.text[self.pos : self.pos + 2]
        if operator in ("&&", "||") or operator[:1] == "|":
            operator = operator if operator in ("&&", "||") else "|"
            self.fail(f"a command is missing before {operator}", self.pos, self.pos + len(operator))
        start = self.starts(self.pos, value=value)
        if start is Start.KEYWORD:
            return self.keyword()
        return self._shell_statement(value) if start is Start.SHELL else self._chain(value)

    def single_statement(self) -> Statement:
        """One statement in brackets; shell text may be several, `(cd /tmp; ls)`."""
        self._offer_command()
        if self.pos >= self.end:
            self.incomplete("a value or command is missing at the end", self.end - 1)
        if self.starts(self.pos, value=True) is Start.SHELL:
            return self._shell_statement()
        return self.statement(value=True)

    def value_statement(self) -> Statement:
        """What stands after a `=` or `in`."""
        self._offer_command()
        if self.pos >= self.end:
            self.incomplete("a value is missing at the end", self.end - 1)
        if self.char() in ";|)}" or self.at("&&"):
            self.fail("a value is missing here", self.pos)
        self.enter(self.pos)
        statement = self.statement(value=True)
        self.leave()
        return statement

    # ── chains ───────────────────────────────────────────────────────────────────────────────────────────────

    def _chain(self, value: bool = False) -> Statement:
        """`a && b || c`, each link by itself, and a `&` that makes it a job."""
        start = self.pos
        links = [self._link(value)]
        if isinstance(links[0], Assignment):
            return links[0]
        operators: list[str] = []
        while operator := self._chain_operator():
            operators.append(operator)
            links.append(self._link())
        statement = links[0] if not operators else self._chained(links, operators)
        return self._background(statement, start)

    def _chained(self, links: list[Statement], operators: list[str]) -> Chain:
        return Chain(Span(links[0].span.start, links[-1].span.end), tuple(links), tuple(operators))

    def _chain_operator(self) -> str:
        """`&&` or `||` here, or, in a file, at the beginning of the next line."""
        pos = self._continued()
        operator = self.text[pos : pos + 2]
        if operator not in ("&&", "||"):
            return ""
        start, self.pos = pos, pos + 2
        self.mark(TokenKind.OPERATOR, start, self.pos)
        self.lines()
        self._offer_command()
        if self.pos >= self.end:
            self.incomplete(f"a command is missing after {operator}", start)
        return operator

    def _continued(self) -> int:
        """Where the statement goes on: here, or in a file on a next line that begins with `|`, `&&` or `||`."""
        pos = self.after_blanks(self.pos)
        if not self.interactive and self.text.startswith("\n", pos):
            following = self.peek_lines(pos)
            if self.text.startswith(("|", "&&"), following):
                return following
        return pos

    def _background(self, statement: Statement, start: int) -> Statement:
        self.blanks()
        if not self.at("&") or self.at("&&"):
            return statement
        end = statement.span.end
        self.take("&", TokenKind.OPERATOR)
        return Background(Span(start, self.pos), statement, self.text[start:end])

    def _link(self, value: bool = False) -> Statement:
        """A pipeline, or a keyword that may stand in a chain (`make || exit 1`)."""
        start = self.starts(self.pos, value=value)
        return self.keyword() if start is Start.KEYWORD else self._pipeline(start)

    # ── pipelines ────────────────────────────────────────────────────────────────────────────────────────────

    def _pipeline(self, start: Start) -> Statement:
        """Stages with `|` between them; or an assignment, which begins like a value; or `exit`."""
        begin = self.pos
        if start is Start.COMMAND and self._is_exit():
            return self._exit()
        outer, self._earlier = self._earlier, ""
        first = self._stage(start)
        if isinstance(first, ExpressionStage) and (operator := self._assignment_operator()):
            self._earlier = outer
            return self._assignment(first.expression, operator)
        stages = [first]
        self._earlier = _name_of(first)
        while self._pipe():
            stages.append(self._stage(self.starts_piped(self.pos), piped=True))
            self._earlier = _name_of(stages[-1])
        self._earlier = outer
        return Pipeline(Span(begin, stages[-1].span.end), tuple(stages))

    def _pipe(self) -> bool:
        pos = self._continued()
        if not self.text.startswith("|", pos) or self.text.startswith("||", pos):
            return False
        self.pos = pos + 1
        self.mark(TokenKind.OPERATOR, pos, self.pos)
        self.lines()
        self._offer_command()
        if self.pos >= self.end:
            self.incomplete("a command is missing after |", pos)
        return True

    def _stage(self, start: Start, piped: bool = False) -> Stage:
        if start is Start.SHELL:
            return self._shell_stage()
        if start is Start.CALL:
            return self.call()
        if start is Start.VALUE:
            return self._expression_stage()
        outer, self._piped = self._piped, piped
        stage = self.command()
        self._piped = outer
        return stage

    def _expression_stage(self) -> ExpressionStage:
        start = self.pos
        expression = self.expression()
        redirections = () if self._assignment_operator() else self.redirections()
        end = redirections[-1].span.end if redirections else expression.span.end
        return ExpressionStage(Span(start, end), expression, redirections)

    # ── assignments and exit ─────────────────────────────────────────────────────────────────────────────────

    def _assignment_operator(self) -> str:
        pos = self.after_blank_characters(self.pos)
        for operator in _ASSIGNMENTS:
            if self.text.startswith(operator, pos):
                return operator
        return ""

    def _assignment(self, target: Expression, operator: str) -> Assignment:
        self.pos = self.after_blank_characters(self.pos)
        if not _is_assignable(target):
            self.fail("only a variable, a property or an index can be assigned to", *target.span, _HINTS["="])
        self.refuse_using(target)
        if self.at("=="):
            self.fail("`==` is no operator", self.pos, self.pos + 2, "compare with -eq")
        self.take(operator, TokenKind.OPERATOR)
        self.lines()
        value = self.value_statement()
        self._assign_names(target)
        return Assignment(Span(target.span.start, value.span.end), target, operator, value)

    def _assign_names(self, target: Expression) -> None:
        if isinstance(target, Variable) and target.scope in ("", "script", "global", "local", "private"):
            self.assign(target.name)
        elif isinstance(target, Cast):
            self._assign_names(target.operand)
        elif isinstance(target, ListExpr):
            for item in target.items:
                self._assign_names(item)

    def _is_exit(self) -> bool:
        word = self.text[self.pos : self.pos + 4].lower()
        follows = self.text[self.pos + 4 : self.pos + 5]
        is_longer = follows.isalnum() or follows in ("-", "_", ".", "/")  # Exit-Session
        return word == "exit" and not is_longer and not self.function("exit")

    def _exit(self) -> Flow:
        start = self.pos
        self.offer(Cursor(CursorKind.COMMAND, Span(start, start + 4), "exit"))
        self.mark(TokenKind.KEYWORD, start, start + 4)
        self.pos += 4
        value = self.flow_value()
        return Flow(Span(start, value.span.end if value else start + 4), FlowKind.EXIT, value)

    def flow_value(self) -> Statement | None:
        """The value after `return`, `throw` or `exit`, if there is one."""
        after = self.after_blanks(self.pos)
        if (
            after >= self.end
            or self.text[after] in "\n;|&"
            or (self.closing and self.text.startswith(self.closing, after))
        ):
            return None
        self.pos = after
        return self._link(value=True)

    # ── what subclasses read ─────────────────────────────────────────────────────────────────────────────────

    def keyword(self) -> Statement:
        """A statement that begins with a keyword."""
        raise NotImplementedError

    def named_blocks(self) -> tuple[Part, ...]:
        """`begin {…} process {…} end {…}` at the beginning of a block."""
        raise NotImplementedError

    def param_block(self) -> tuple[ParamDeclaration, ...] | None:
        """`param( … )` at the beginning of a script or block."""
        raise NotImplementedError


def _ends_as_a_job(statement: Statement) -> bool:
    """`$job = make &`: the `&` is a separator, too."""
    while isinstance(statement, Assignment):
        statement = statement.value
    return isinstance(statement, Background)


def _name_of(stage: Stage) -> str:
    return stage.canonical if isinstance(stage, Command) else ""


def _is_assignable(target: Expression) -> bool:
    if isinstance(target, ListExpr):
        return all(_is_assignable(item) for item in target.items)
    if isinstance(target, Cast):
        return isinstance(target.operand, Variable)
    return isinstance(target, Variable | Member | Index)

"""Keywords: if, while, do, for, foreach, switch, try, trap, return, throw, break, continue."""

from __future__ import annotations

from jobsh.errors import Span
from jobsh.language.ast import (
    BareWord,
    Catch,
    Expression,
    ExpressionStage,
    Flow,
    FlowKind,
    For,
    Foreach,
    If,
    Pipeline,
    Statement,
    Switch,
    SwitchClause,
    TokenKind,
    Trap,
    Try,
    While,
)
from jobsh.language.definitions import Definitions
from jobsh.language.patterns import Pattern
from jobsh.language.skim import TYPE

_NAME = Pattern(r"[A-Za-z_][\w:-]*")
_MODES = {"-wildcard": "wildcard", "-regex": "regex", "-exact": "exact"}


class Keywords(Definitions):
    """Reads statements that begin with a keyword."""

    def keyword(self) -> Statement:
        """The keyword here."""
        start = self.pos
        if self.at(":"):
            return self._labelled(start)
        name = self._keyword_name()
        read = {
            "if": self._if,
            "while": self._while,
            "for": self._for,
            "foreach": self._foreach,
            "switch": self._switch,
            "do": self._do,
            "try": self._try,
            "trap": self._trap,
            "function": self.function_definition,
            "filter": self.filter_definition,
            "param": self.misplaced_param,
        }.get(name)
        return read(start) if read else self._flow(start, FlowKind(name))

    def _labelled(self, start: int) -> Statement:
        """`:outer foreach (…) {…}`."""
        self.pos = _NAME.span_end(self.text, start + 1)
        label = self.text[start + 1 : self.pos]
        self.mark(TokenKind.KEYWORD, start, self.pos)
        self.lines()
        loop = self.keyword()
        assert isinstance(loop, While | For | Foreach | Switch)
        return loop.replace(label=label, span=Span(start, loop.span.end))

    def _keyword_name(self) -> str:
        start = self.pos
        while self.pos < self.end and self.text[self.pos].isalpha():
            self.pos += 1
        self.mark(TokenKind.KEYWORD, start, self.pos)
        return self.text[start : self.pos].lower()

    def _follows(self, word: str) -> bool:
        """Go past blanks, newlines and `word`, if it stands there."""
        after = self.peek_lines(self.pos)
        end = after + len(word)
        if self.text[after:end].lower() != word or self.text[end : end + 1].isalnum():
            return False
        self.lines()
        self.mark(TokenKind.KEYWORD, after, end)
        self.pos = end
        return True

    def _condition(self, what: str) -> Statement:
        self.lines()
        if not self.at("("):
            self.unexpected(f"`(` after {what}")
        return self.bracketed_statement(self.pos, "the bracket (")

    # ── conditions and loops ─────────────────────────────────────────────────────────────────────────────────

    def _if(self, start: int) -> If:
        branches = [(self._condition("if"), self.body("the condition"))]
        while self._follows("elseif"):
            branches.append((self._condition("elseif"), self.body("the condition")))
        otherwise = self.body("else") if self._follows("else") else None
        return If(Span(start, self.pos), tuple(branches), otherwise)

    def _while(self, start: int) -> While:
        condition = self._condition("while")
        body = self.body("the condition")
        return While(Span(start, self.pos), condition, body)

    def _do(self, start: int) -> While:
        body = self.body("do")
        until = self._follows("until")
        if not until and not self._follows("while"):
            self.lines()
            self.unexpected("`while (…)` or `until (…)` after the body of do")
        condition = self._condition("until" if until else "while")
        return While(Span(start, self.pos), condition, body, do=True, until=until)

    def _for(self, start: int) -> For:
        self.lines()
        opening = self.pos
        self.enter(opening)
        self.expect("(", opening, "for")
        state = self._fresh(")")
        initial, condition, step = self._for_part(), self._for_part(), self._for_part(last=True)
        self._restored(state)
        self.expect(")", opening, "the bracket (")
        self.leave()
        body = self.body("the brackets of for")
        return For(Span(start, self.pos), initial, condition, step, body)

    def _for_part(self, last: bool = False) -> Statement | None:
        self.lines()
        part = None if self.at(";") or self.at(")") else self.single_statement()
        self.lines()
        if not last and not self.take(";") and not self.at(")"):
            self.unexpected("`;` between the parts of for", "for ($i = 0; $i -lt 3; $i++) { … }")
        return part

    def _foreach(self, start: int) -> Foreach:
        self.lines()
        opening = self.pos
        self.enter(opening)
        self.expect("(", opening, "foreach")
        self.lines()
        if not self.at("$"):
            self.unexpected("a variable", "foreach ($x in $list) { … }")
        variable = self.variable()
        if not self._follows("in"):
            self.lines()
            self.unexpected("`in` after the variable of foreach")
        state = self._fresh(")")
        self.lines()
        items = self.value_statement()
        self.lines()
        self._restored(state)
        self.expect(")", opening, "the bracket (")
        self.leave()
        self.assign(variable.name)
        body = self.body("the brackets of foreach")
        return Foreach(Span(start, self.pos), variable, items, body)

    # ── switch ───────────────────────────────────────────────────────────────────────────────────────────────

    def _switch(self, start: int) -> Switch:
        mode, case_sensitive, is_file = self._switch_options()
        value = self._switch_file() if is_file else self._condition("switch")
        self.lines()
        opening = self.pos
        self.enter(opening)
        self.expect("{", opening, "the value of switch")
        state = self._fresh("}")
        clauses: list[SwitchClause] = []
        self.separators()
        while self.pos < self.end and not self.at("}"):
            clauses.append(self._clause())
            self.separators()
        self._restored(state)
        self.expect("}", opening, "the bracket {")
        self.leave()
        return Switch(Span(start, self.pos), value, tuple(clauses), mode, case_sensitive, is_file=is_file)

    def _switch_file(self) -> Statement:
        """The path after `-File`."""
        path = self.argument_value()
        return Pipeline(path.span, (ExpressionStage(path.span, path),))

    def _switch_options(self) -> tuple[str, bool, bool]:
        mode, case_sensitive, is_file = "exact", False, False
        self.lines()
        while self.at("-") and not is_file:
            begin = self.pos
            self.pos = _NAME.span_end(self.text, begin + 1)
            option = self.text[begin : self.pos].lower()
            self.mark(TokenKind.PARAMETER, begin, self.pos)
            if option == "-casesensitive":
                case_sensitive = True
            elif option == "-file":
                is_file = True
            elif option in _MODES:
                mode = _MODES[option]
            else:
                hint = "-Wildcard -Regex -Exact -CaseSensitive -File"
                self.fail(f"switch has no option {option}", begin, self.pos, hint)
            self.lines()
        return mode, case_sensitive, is_file

    def _clause(self) -> SwitchClause:
        start = self.pos
        pattern: Expression | None = self.code_block() if self.at("{") else self.argument_value()
        if isinstance(pattern, BareWord) and (pattern.literal or "").lower() == "default":
            self.mark(TokenKind.KEYWORD, *pattern.span)
            pattern = None
        body = self.body("the pattern")
        return SwitchClause(Span(start, self.pos), pattern, body)

    # ── try ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _try(self, start: int) -> Try:
        body = self.body("try")
        catches: list[Catch] = []
        while self._follows("catch"):
            catches.append(self._catch())
        last = self.body("finally") if self._follows("finally") else None
        if not catches and last is None:
            self.lines()
            self.unexpected("`catch { … }` or `finally { … }` after the body of try")
        return Try(Span(start, self.pos), body, tuple(catches), last)

    def _catch(self) -> Catch:
        start = self.pos
        types = self._error_types()
        return Catch(Span(start, self.pos), types, self.body("catch"))

    def _trap(self, start: int) -> Trap:
        types = self._error_types()
        body = self.body("trap")
        return Trap(Span(start, self.pos), types, body)

    def _error_types(self) -> tuple[str, ...]:
        """`[type], [type]` after catch or trap."""
        types: list[str] = []
        self.lines()
        while found := TYPE.match(self.text, self.pos):
            self.mark(TokenKind.TYPE, self.pos, found.end())
            types.append(found.group(1).lower())
            self.pos = found.end()
            self.lines()
            if self.take(","):
                self.lines()
        return tuple(types)

    # ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────

    def _flow(self, start: int, kind: FlowKind) -> Flow:
        if kind in (FlowKind.BREAK, FlowKind.CONTINUE):
            return self._loop_flow(start, kind)
        value = self.flow_value()
        return Flow(Span(start, value.span.end if value else start + len(kind)), kind, value)

    def _loop_flow(self, start: int, kind: FlowKind) -> Flow:
        """`break`, `continue outer`."""
        after = self.after_blanks(self.pos)
        following = self.text[after : after + 1]
        if not (following.isalpha() or (following and following in "_$")):
            return Flow(Span(start, start + len(kind)), kind, None)
        self.pos = after
        label = self.argument_value()
        return Flow(Span(start, self.pos), kind, None, label)

"""Keywords: if, while, do, for, foreach, switch, try, function, param, return, throw, break, continue."""

from __future__ import annotations

from jobsh.errors import Span
from jobsh.language.ast import (
    Attribute,
    BareWord,
    Catch,
    Expression,
    ExpressionStage,
    Flow,
    FlowKind,
    For,
    Foreach,
    Function,
    If,
    ParamDeclaration,
    Part,
    Pipeline,
    Script,
    Statement,
    Switch,
    SwitchClause,
    TokenKind,
    Trap,
    Try,
    TypeName,
    While,
)
from jobsh.language.patterns import Pattern
from jobsh.language.reader import Scope
from jobsh.language.skim import TYPE
from jobsh.language.starts import ATTRIBUTE
from jobsh.language.statements import Statements

_NAME = Pattern(r"[A-Za-z_][\w:-]*")
_ATTRIBUTE_WORD = Pattern(r"[A-Za-z_]\w*")
_MODES = {"-wildcard": "wildcard", "-regex": "regex", "-exact": "exact"}


class Keywords(Statements):
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
            "function": self._function,
            "filter": self._filter,
            "param": self._misplaced_param,
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

    def _body(self, what: str) -> Script:
        self.lines()
        if not self.at("{"):
            self.unexpected(f"`{{` after {what}")
        outer, self.in_code = self.in_code, True
        body = self.bracketed_script(self.pos, 1, "}", "the bracket {")
        self.in_code = outer
        return body

    def _condition(self, what: str) -> Statement:
        self.lines()
        if not self.at("("):
            self.unexpected(f"`(` after {what}")
        return self.bracketed_statement(self.pos, "the bracket (")

    # ── conditions and loops ─────────────────────────────────────────────────────────────────────────────────

    def _if(self, start: int) -> If:
        branches = [(self._condition("if"), self._body("the condition"))]
        while self._follows("elseif"):
            branches.append((self._condition("elseif"), self._body("the condition")))
        otherwise = self._body("else") if self._follows("else") else None
        return If(Span(start, self.pos), tuple(branches), otherwise)

    def _while(self, start: int) -> While:
        condition = self._condition("while")
        body = self._body("the condition")
        return While(Span(start, self.pos), condition, body)

    def _do(self, start: int) -> While:
        body = self._body("do")
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
        body = self._body("the brackets of for")
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
        body = self._body("the brackets of foreach")
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
        body = self._body("the pattern")
        return SwitchClause(Span(start, self.pos), pattern, body)

    # ── try ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _try(self, start: int) -> Try:
        body = self._body("try")
        catches: list[Catch] = []
        while self._follows("catch"):
            catches.append(self._catch())
        last = self._body("finally") if self._follows("finally") else None
        if not catches and last is None:
            self.lines()
            self.unexpected("`catch { … }` or `finally { … }` after the body of try")
        return Try(Span(start, self.pos), body, tuple(catches), last)

    def _catch(self) -> Catch:
        start = self.pos
        types = self._error_types()
        return Catch(Span(start, self.pos), types, self._body("catch"))

    def _trap(self, start: int) -> Trap:
        types = self._error_types()
        body = self._body("trap")
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

    # ── functions and parameters ─────────────────────────────────────────────────────────────────────────────

    def _function(self, start: int) -> Function:
        self.blanks()
        found = _NAME.match(self.text, self.pos)
        if not found:
            self.unexpected("the name of the function")
        name = found.group().partition(":")[2] or found.group()  # `function global:f`: functions are the shell's anyway
        self.mark(TokenKind.COMMAND, self.pos, found.end())
        self.pos = found.end()
        outer = self.scopes[-1]
        self.scopes.append(Scope())
        self.lines()
        outer_binding, self._binding = self._binding, ""
        params = self._declarations() if self.at("(") else None
        binding, self._binding = self._binding, outer_binding
        # Known from here on, so that it may call itself.
        outer.functions[name.lower()] = (name, params or ())
        self._defining = name if params is None else ""
        body = self._body("the name of the function")
        self._defining = ""
        self.scopes.pop()
        declared = params if params is not None else body.params
        outer.functions[name.lower()] = (name, declared or ())
        body = body.replace(params=declared, is_advanced=body.is_advanced or binding != "")
        return Function(Span(start, self.pos), name, body)

    def _filter(self, start: int) -> Function:
        """`filter f {…}`: a function whose body is its process block."""
        function = self._function(start)
        body = function.body
        part = Part(body.span, "process", body.replace(params=None))
        return function.replace(body=Script(body.span, (), body.params, (part,)))

    _defining = ""
    """the function whose body begins, until its `param` has been read."""

    def param_block(self) -> tuple[ParamDeclaration, ...] | None:
        """`param( … )` at the beginning of a script or block."""
        name, self._defining = self._defining, ""
        start, self.pos = self.pos, self.after_attributes(self.pos)
        if self.pos > start:
            written = self.text[start : self.pos].lower()
            self._binding = written if "cmdletbinding" in written else ""
            self.mark(TokenKind.TYPE, start, self.pos)
        if self.text[self.pos : self.pos + 5].lower() != "param":
            return None
        after = self.peek_lines(self.pos + 5)
        if not self.text.startswith("(", after):
            return None
        self.mark(TokenKind.KEYWORD, self.pos, self.pos + 5)
        self.pos = after
        declarations = self._declarations()
        if name:
            self.scopes[-2 if len(self.scopes) > 1 else -1].functions[name.lower()] = (name, declarations)
        self.separators()
        return declarations

    def named_blocks(self) -> tuple[Part, ...]:
        """`begin {…} process {…} end {…}` at the beginning of a block."""
        parts: list[Part] = []
        while (end := self.part_end(self.pos)) > self.pos:
            start, kind = self.pos, self.text[self.pos : end].lower()
            if kind in (part.kind for part in parts):
                self.fail(f"there are two {kind} blocks", start, end)
            if kind == "dynamicparam":
                self.fail(
                    "dynamicparam is not part of the language", start, end, "declare the parameters in param( … )"
                )
            self.mark(TokenKind.KEYWORD, start, end)
            self.pos = end
            parts.append(Part(Span(start, self.pos), kind, self._body(kind)))
            self.separators()
        return tuple(parts)

    def _misplaced_param(self, start: int) -> Statement:
        self.fail("param( … ) must be the first statement", start, start + 5, "put it at the beginning of the block")

    def _declarations(self) -> tuple[ParamDeclaration, ...]:
        opening = self.pos
        self.enter(opening)
        self.take("(", TokenKind.BRACKET)
        state = self._fresh(")")
        self._commas = False
        declarations: list[ParamDeclaration] = []
        self.lines()
        while self.pos < self.end and not self.at(")"):
            declarations.append(self._declaration())
            self.lines()
            if not self.take(",", TokenKind.OPERATOR):
                break
            self.lines()
        self._restored(state)
        self.expect(")", opening, "the bracket (")
        self.leave()
        return tuple(declarations)

    def _declaration(self) -> ParamDeclaration:
        start = self.pos
        attributes, kind = self._attributes()
        if not self.at("$"):
            self.unexpected("a parameter such as $name")
        variable = self.variable()
        self.assign(variable.name)
        end = self.pos
        default: Expression | None = None
        self.lines()
        if self.take("=", TokenKind.OPERATOR):
            self.lines()
            default = self.expression()
            end = default.span.end
        return ParamDeclaration(Span(start, end), variable.name, kind, default, attributes)

    def _attributes(self) -> tuple[tuple[Attribute, ...], TypeName | None]:
        """`[Parameter(Mandatory)]`, `[int]` before a parameter."""
        attributes: list[Attribute] = []
        kind: TypeName | None = None
        while self.at("["):
            start = self.pos
            if ATTRIBUTE.match(self.text, start):
                attributes.append(self._attribute(start))
            elif found := TYPE.match(self.text, start):
                kind = self._type_name(found.end(), found.group(1))
            else:
                self.unexpected("a type such as [int]")
            self.lines()
        return tuple(attributes), kind

    def _attribute(self, start: int) -> Attribute:
        """`[ValidateSet('a', 'b')]`."""
        self.enter(start)
        self.take("[", TokenKind.BRACKET)
        name = self._attribute_word()
        self._binding = self._binding or (name if name == "parameter" else "")
        self.blanks()
        opening = self.pos
        self.expect("(", start, "the attribute")
        state = self._fresh(")")
        self._commas = False
        arguments: list[Expression] = []
        named: list[tuple[str, Expression | None]] = []
        self.lines()
        while self.pos < self.end and not self.at(")"):
            self._attribute_argument(arguments, named)
            self.lines()
            if not self.take(",", TokenKind.OPERATOR):
                break
            self.lines()
        self._restored(state)
        self.expect(")", opening, "the bracket (")
        self.expect("]", start, "the bracket [")
        self.leave()
        return Attribute(Span(start, self.pos), name, tuple(arguments), tuple(named))

    def _attribute_word(self) -> str:
        start, self.pos = self.pos, _ATTRIBUTE_WORD.span_end(self.text, self.pos)
        self.mark(TokenKind.TYPE, start, self.pos)
        return self.text[start : self.pos].lower()

    def _attribute_argument(self, arguments: list[Expression], named: list[tuple[str, Expression | None]]) -> None:
        """A value, `Name`, or `Name = value`."""
        if self.at("{"):
            arguments.append(self.code_block())
        elif not _ATTRIBUTE_WORD.match(self.text, self.pos):
            arguments.append(self.expression())
        else:
            name = self._attribute_word()
            self.lines()
            is_given = self.take("=", TokenKind.OPERATOR)
            self.lines()
            named.append((name, self.expression() if is_given else None))

"""Functions: their names, parts and parameters, and the attributes of those."""

from __future__ import annotations

from jobsh.errors import Span
from jobsh.language.ast import (
    Attribute,
    Expression,
    Function,
    ParamDeclaration,
    Part,
    Script,
    Statement,
    TokenKind,
    TypeName,
)
from jobsh.language.patterns import Pattern
from jobsh.language.reader import Scope
from jobsh.language.skim import TYPE
from jobsh.language.starts import ATTRIBUTE
from jobsh.language.statements import Statements

_NAME = Pattern(r"[A-Za-z_][\w:-]*")
_ATTRIBUTE_WORD = Pattern(r"[A-Za-z_]\w*")


class Definitions(Statements):
    """Reads definitions of functions, and `param( … )`, `begin`, `process`, `end` of any block."""

    def body(self, what: str) -> Script:
        """`{ … }` that belongs to a keyword: always jobsh code."""
        self.lines()
        if not self.at("{"):
            self.unexpected(f"`{{` after {what}")
        outer, self.in_code = self.in_code, True
        body = self.bracketed_script(self.pos, 1, "}", "the bracket {")
        self.in_code = outer
        return body

    def function_definition(self, start: int) -> Function:
        """`function NAME {…}`, `function NAME(…) {…}`."""
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
        body = self.body("the name of the function")
        self._defining = ""
        self.scopes.pop()
        declared = params if params is not None else body.params
        outer.functions[name.lower()] = (name, declared or ())
        body = body.replace(params=declared, is_advanced=body.is_advanced or binding != "")
        return Function(Span(start, self.pos), name, body)

    def filter_definition(self, start: int) -> Function:
        """`filter f {…}`: a function whose body is its process block."""
        function = self.function_definition(start)
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
            parts.append(Part(Span(start, self.pos), kind, self.body(kind)))
            self.separators()
        return tuple(parts)

    def misplaced_param(self, start: int) -> Statement:
        """`param` where no block begins."""
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

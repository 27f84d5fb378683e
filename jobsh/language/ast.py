"""The syntax tree of jobsh. Every node carries the span of its source."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol

from jobsh.errors import Span
from jobsh.model.struct import Struct


class BlockKind(StrEnum):
    """What a parameter makes of a `{ … }` (LANGUAGE section 3)."""

    HOST_SCRIPT = "HostScript"
    """jobsh code if its first statement starts like jobsh, else one shell script, byte for byte."""
    CODE = "CodeBlock"
    """always jobsh code."""


class Vocabulary(Protocol):
    """What the parser must know of the commands; handed in by the layer that declares them."""

    def canonical(self, name: str) -> str | None:
        """The `Verb-Noun` (or function name) that `name` (any case) stands for, or None. Includes aliases, functions
        and the shared names (`exit jobs fg bg wait disown`), not the names that count only after a pipe."""

    def after_pipe(self, name: str) -> str | None:
        """The command for a name that counts only after a `|` (`% ? where select group measure foreach`)."""

    def is_shared(self, name: str) -> bool:
        """Whether the name is also a shell builtin (`exit jobs fg bg wait disown kill`)."""

    def block_kind(self, command: str, parameter: str | None, position: int) -> BlockKind:
        """What a block given to this command by parameter name (or prefix), else by position, is."""

    def takes_value(self, command: str, parameter: str) -> bool:
        """Whether `-parameter` is followed by a value (False for a switch)."""

    def forces_script(self, command: str, parameters: tuple[str, ...]) -> bool:
        """Whether one of the given parameters (`-Interpreter`) makes every HostScript of this command a shell script."""

    def is_assigned(self, variable: str) -> bool:
        """Whether jobsh has a variable assigned under exactly this name (case counts)."""

    def suggest(self, name: str) -> str | None:
        """The nearest known command name, for an error's hint."""


class Node(Struct):
    """A piece of source."""

    span: Span


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────


class Expression(Node):
    """Something that has a value."""


class Number(Expression):
    """`12`, `1.5`, `0xff`, `4kb`; in argument position also `90s` stays a BareWord."""

    value: int | float


class String(Expression):
    """A literal: `'…'`, `@'…'@`, or a double-quoted one without anything to expand. `text` is the value."""

    text: str


class Expandable(Expression):
    """`"…"` or `@"…"@` with variables: string parts and expressions, in order."""

    parts: tuple[str | Expression, ...]


class BareWord(Expression):
    """A word of an argument: `web[01-20]`, `/tmp/$x`. A word with variables has several parts."""

    parts: tuple[str | Expression, ...]

    @property
    def literal(self) -> str | None:
        """The text, when nothing in it must be expanded."""
        return (
            "".join(p for p in self.parts if isinstance(p, str))
            if all(isinstance(p, str) for p in self.parts)
            else None
        )


class Variable(Expression):
    """`$x`, `$env:PATH`, `$script:x`, `$using:x`, `${odd name}`; `scope` is lower case or empty. `$_`, `$?`, `$$` too."""

    name: str
    scope: str = ""


class Member(Expression):
    """`a.Name`, `a."odd name"`, `a.$x`; `[type]::Name` has a TypeName as target and static True; `a?.Name` is conditional."""

    target: Expression
    name: Expression
    static: bool = False
    conditional: bool = False


class MethodCall(Expression):
    """`a.Trim()`, `[datetime]::Parse('…')`."""

    target: Expression
    name: Expression
    arguments: tuple[Expression, ...]
    static: bool = False
    conditional: bool = False


class Index(Expression):
    """`a[0]`, `a[1..3]`, `a['key']`; `a?[0]` is conditional: nothing of nothing is nothing."""

    target: Expression
    index: Expression
    conditional: bool = False


class Unary(Expression):
    """`-x`, `+x`, `-not x`, `!x`, `,x`, `++x`, `--x`; postfix `x++`/`x--` have operator `p++`/`p--`; `-join x`, `-split x`."""

    operator: str
    operand: Expression


class Binary(Expression):
    """`a -eq b`, `a + b`, `a..b`, `a -f b`, `a -and b` …; operator in lower case, as written with its dash."""

    operator: str
    left: Expression
    right: Expression


class Ternary(Expression):
    """`condition ? yes : no`."""

    condition: Expression
    yes: Expression
    no: Expression


class ListExpr(Expression):
    """`a, b, c`."""

    items: tuple[Expression, ...]


class ArrayExpr(Expression):
    """`@( statements )`: always a list."""

    body: Script


class HashExpr(Expression):
    """`@{ key = value; … }`, ordered. Values are statements, as in PowerShell."""

    entries: tuple[tuple[Expression, Statement], ...]


class SubExpr(Expression):
    """`$( statements )`."""

    body: Script


class Paren(Expression):
    """`( pipeline )`: the value of what is inside. As an argument or stage too."""

    body: Statement


class TypeName(Expression):
    """`[int]`, `[datetime]`, `[string[]]`; name in lower case without brackets."""

    name: str


class Cast(Expression):
    """`[int]$x`."""

    type: TypeName
    operand: Expression


class Block(Expression):
    """`{ … }` in value or argument position. `text` is what stands between the braces, byte for byte (for a string that was
    read as a block, the string). `code` is its tree when it is jobsh code, None when it is a script for a shell."""

    text: str
    code: Script | None
    kind: BlockKind
    offset: int = 0
    """Where `text` begins in the source."""
    doubt: str = ""
    """What to say before a shell gets it: it looks like PowerShell."""


# ── pipelines ────────────────────────────────────────────────────────────────────────────────────────────────


class Redirection(Node):
    """`> f`, `2>> f`, `*> f`, `2>&1`, `< f`. `source` is '1' … '6' or '*' ('0' for `<`); `merge` is the stream number of
    `n>&m`, else None; `target` is the file ('$null' → a Variable)."""

    source: str
    append: bool
    target: Expression | None
    merge: str | None = None


class Parameter(Node):
    """`-Name value`, `-Name:value`, `-Switch`. `name` as written, without the dash. `value` is None for a switch."""

    name: str
    value: Expression | None
    name_span: Span


class Splat(Node):
    """`@name` (also `@using:name`)."""

    variable: Variable


Argument = Parameter | Splat | Expression


class Stage(Node):
    """One stage of a pipeline."""


class Command(Stage):
    """A cmdlet, alias or function with its arguments. `name` as written, `canonical` what it stands for."""

    name: str
    canonical: str
    name_span: Span
    arguments: tuple[Argument, ...]
    redirections: tuple[Redirection, ...] = ()


class Call(Stage):
    """`& target args` (a block, or a program with jobsh words as arguments) or `. target` (dot-sourced)."""

    operator: str
    target: Expression
    arguments: tuple[Argument, ...]
    redirections: tuple[Redirection, ...] = ()


class ExpressionStage(Stage):
    """A value as a stage: `1..3 | …`, `$job`, `"x" > f`."""

    expression: Expression
    redirections: tuple[Redirection, ...] = ()


class ShellText(Stage):
    """Text for the location's shell, byte for byte. As a whole statement (a pipeline of this one stage) it may hold several
    shell statements that were neighbours. `variables` are the jobsh variables it names outside single quotes (candidates
    that `Vocabulary.is_assigned` knew or that the text before it assigns), in the spelling used, without `$`;
    `using` names `$using:x` / `$_` references with their spans *within text*, to become references to the environment."""

    text: str
    variables: tuple[str, ...] = ()
    using: tuple[tuple[Span, str], ...] = ()


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────────


class Statement(Node):
    """Something that runs."""


class Pipeline(Statement):
    """Stages joined by `|`. A pipeline of a single ShellText is a shell statement."""

    stages: tuple[Stage, ...]


class Chain(Statement):
    """`a && b || c`, left to right. `operators` has one item fewer than `links`."""

    links: tuple[Statement, ...]
    operators: tuple[str, ...]


class Background(Statement):
    """`chain &`: a job. `text` is the source of the chain."""

    body: Statement
    text: str


class Assignment(Statement):
    """`$x = pipeline`, `$x.a = …`, `$x[0] += …`, `$a, $b = …`. operator is one of = += -= *= /= %= ??=."""

    target: Expression
    operator: str
    value: Statement


class If(Statement):
    """`if (…) {…} elseif (…) {…} else {…}`."""

    branches: tuple[tuple[Statement, Script], ...]
    otherwise: Script | None


class While(Statement):
    """`while (…) {…}`; with `do`, the body runs first; with `until`, negated."""

    condition: Statement
    body: Script
    do: bool = False
    until: bool = False
    label: str = ""
    """`:outer while …`: the name that `break outer` uses; all loops and switch may have one."""


class For(Statement):
    """`for (init; condition; step) {…}`."""

    initial: Statement | None
    condition: Statement | None
    step: Statement | None
    body: Script
    label: str = ""


class Foreach(Statement):
    """`foreach ($x in pipeline) {…}`."""

    variable: Variable
    items: Statement
    body: Script
    label: str = ""


class SwitchClause(Node):
    """One clause; `pattern` None is `default`."""

    pattern: Expression | None
    body: Script


class Switch(Statement):
    """`switch [-Wildcard|-Regex|-Exact] [-CaseSensitive] (value) { pattern {…} … default {…} }`. A pattern may be a Block; with
    `-File` the value is the path of a file whose lines are looked at."""

    value: Statement
    clauses: tuple[SwitchClause, ...]
    mode: str = "exact"
    case_sensitive: bool = False
    label: str = ""
    is_file: bool = False


class Catch(Node):
    """`catch [type] {…}`; types in lower case, empty for all."""

    types: tuple[str, ...]
    body: Script


class Try(Statement):
    """`try {…} catch {…} finally {…}`."""

    body: Script
    catches: tuple[Catch, ...]
    last: Script | None


class Trap(Statement):
    """`trap [type] {…}`: takes the errors of the statements around it, wherever it stands among them."""

    types: tuple[str, ...]
    body: Script


class FlowKind(StrEnum):
    """The statements that leave something."""

    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    THROW = "throw"
    EXIT = "exit"


class Flow(Statement):
    """`break`, `continue label`, `return x`, `throw x`, `exit n`."""

    kind: FlowKind
    value: Statement | None
    label: Expression | None = None


class Attribute(Node):
    """`[Parameter(Mandatory)]`, `[ValidateSet('a', 'b')]`; names in lower case, a named argument without a value is None."""

    name: str
    arguments: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression | None], ...] = ()


class ParamDeclaration(Node):
    """`[int]$a = 1` in a `param( … )` or in a function's parentheses."""

    name: str
    type: TypeName | None
    default: Expression | None
    attributes: tuple[Attribute, ...] = ()


class Function(Statement):
    """`function Verb-Noun { param(…) … }`, `function f($a, $b) { … }`. Its parameters are `body.params`."""

    name: str
    body: Script


class Part(Node):
    """`begin {…}`, `process {…}` or `end {…}` of a function or block; `kind` in lower case."""

    kind: str
    body: Script


class Script(Node):
    """A list of statements; `params` is None where no `param(…)` or parenthesised list was written. `parts` stand in place of
    the statements."""

    statements: tuple[Statement, ...]
    params: tuple[ParamDeclaration, ...] | None = None
    parts: tuple[Part, ...] = ()
    traps: tuple[Trap, ...] = ()
    """Those among the statements."""
    changes_something: bool = False
    """Whether `[CmdletBinding(SupportsShouldProcess)]` was written: then it has `-WhatIf` and `-Confirm`."""
    is_advanced: bool = False
    """Whether `[CmdletBinding()]` or `[Parameter()]` was written: then the parameters every cmdlet has are its too, and
    arguments that no parameter takes are an error."""


class TokenKind(StrEnum):
    """What a stretch of source is, for highlighting and completion."""

    COMMAND = "command"
    PARAMETER = "parameter"
    VARIABLE = "variable"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    KEYWORD = "keyword"
    TYPE = "type"
    COMMENT = "comment"
    MEMBER = "member"
    WORD = "word"
    SHELL = "shell"
    BRACKET = "bracket"
    ERROR = "error"


class Token(NamedTuple):
    """A stretch of source and what it is."""

    span: Span
    kind: TokenKind

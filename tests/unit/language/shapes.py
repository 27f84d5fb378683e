"""A tree as one short line, so that a table of texts and trees can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobsh.language import ast, parse
from jobsh.language.deep import deep
from tests.unit.language.vocabulary import SmallVocabulary

VOCABULARY = SmallVocabulary("job", "s")


@deep
def shape(text: str, *, interactive: bool = False, vocabulary: ast.Vocabulary = VOCABULARY) -> str:
    """The shape of the tree of `text`; statements are joined by ` ; `."""
    return script(parse(text, vocabulary, interactive=interactive))


def script(node: ast.Script) -> str:
    params = "" if node.params is None else "param(" + ", ".join(map(declaration, node.params)) + ") "
    parts = " ".join(f"{part.kind} {{{script(part.body)}}}" for part in node.parts)
    return ("[advanced] " if node.is_advanced else "") + params + parts + " ; ".join(map(of, node.statements))


def declaration(node: ast.ParamDeclaration) -> str:
    attributes = "".join(map(attribute, node.attributes))
    kind = f"[{node.type.name}]" if node.type else ""
    return attributes + kind + "$" + node.name + (f" = {of(node.default)}" if node.default else "")


def attribute(node: ast.Attribute) -> str:
    named = [f"{name}={of(value)}" if value else name for name, value in node.named]
    return f"[{node.name}({', '.join([*map(of, node.arguments), *named])})]"


def labelled(node: ast.While | ast.For | ast.Foreach | ast.Switch, text: str) -> str:
    return f":{node.label} {text}" if node.label else text


def of(node: ast.Node | None) -> str:
    if node is None:
        return "-"
    return SHAPES[type(node)](node)


def parts(items: tuple[str | ast.Expression, ...]) -> str:
    return " ".join(repr(item) if isinstance(item, str) else of(item) for item in items)


def variable(node: ast.Variable) -> str:
    return "$" + (node.scope + ":" if node.scope else "") + node.name


def redirections(items: tuple[ast.Redirection, ...]) -> str:
    return "".join(" " + of(item) for item in items)


def redirection(node: ast.Redirection) -> str:
    if node.merge:
        return f"{node.source}>&{node.merge}"
    return f"{node.source}{'>>' if node.append else '>'} {of(node.target)}"


def command(node: ast.Command) -> str:
    return " ".join(["<" + node.canonical, *map(of, node.arguments)]) + ">" + redirections(node.redirections)


def call(node: ast.Call) -> str:
    return (
        " ".join([f"call{node.operator}({of(node.target)}", *map(of, node.arguments)])
        + ")"
        + redirections(node.redirections)
    )


def parameter(node: ast.Parameter) -> str:
    return f"-{node.name}" + (f"={of(node.value)}" if node.value else "")


def block(node: ast.Block) -> str:
    return f"script{{{node.text}}}" if node.code is None else f"{node.kind[0].lower()}{{{script(node.code)}}}"


def chain(node: ast.Chain) -> str:
    return (
        "chain["
        + of(node.links[0])
        + "".join(f" {o} {of(n)}" for o, n in zip(node.operators, node.links[1:], strict=True))
        + "]"
    )


def shell(node: ast.ShellText) -> str:
    names = "".join(f" ${name}" for name in node.variables)
    using = "".join(f" using:{name}" for span, name in node.using)
    return f"sh({node.text!r}{names}{using})"


def conditional(node: ast.If) -> str:
    branches = " elseif ".join(f"({of(test)}) {{{script(body)}}}" for test, body in node.branches)
    return f"if {branches}" + (f" else {{{script(node.otherwise)}}}" if node.otherwise else "")


def loop(node: ast.While) -> str:
    kind = ("do " if node.do else "") + ("until" if node.until else "while")
    return f"{kind} ({of(node.condition)}) {{{script(node.body)}}}"


def attempt(node: ast.Try) -> str:
    catches = "".join(f" catch{list(c.types) or ''} {{{script(c.body)}}}" for c in node.catches)
    return f"try {{{script(node.body)}}}{catches}" + (f" finally {{{script(node.last)}}}" if node.last else "")


def switch(node: ast.Switch) -> str:
    clauses = "; ".join(f"{of(c.pattern)} {{{script(c.body)}}}" for c in node.clauses)
    file = " file" if node.is_file else ""
    return f"switch {node.mode}{'!' if node.case_sensitive else ''}{file} ({of(node.value)}) {{{clauses}}}"


def member(node: ast.Member) -> str:
    name = node.name.text if isinstance(node.name, ast.String) else of(node.name)
    return f"{of(node.target)}{'?' * node.conditional}{'::' if node.static else '.'}{name}"


def method(node: ast.MethodCall) -> str:
    called = member(ast.Member(node.span, node.target, node.name, node.static, node.conditional))
    return called + "(" + ", ".join(map(of, node.arguments)) + ")"


def hashtable(node: ast.HashExpr) -> str:
    return "@{" + "; ".join(f"{of(key)} = {of(value)}" for key, value in node.entries) + "}"


SHAPES: dict[type, Callable[[Any], str]] = {
    ast.Number: lambda n: repr(n.value),
    ast.String: lambda n: repr(n.text),
    ast.Expandable: lambda n: f'"{parts(n.parts)}"',
    ast.BareWord: lambda n: f"`{n.literal}`" if n.literal is not None else f"`{parts(n.parts)}`",
    ast.Variable: variable,
    ast.Member: member,
    ast.MethodCall: method,
    ast.Index: lambda n: f"{of(n.target)}{'?' * n.conditional}[{of(n.index)}]",
    ast.Unary: lambda n: f"({n.operator} {of(n.operand)})",
    ast.Binary: lambda n: f"({of(n.left)} {n.operator} {of(n.right)})",
    ast.Ternary: lambda n: f"({of(n.condition)} ? {of(n.yes)} : {of(n.no)})",
    ast.ListExpr: lambda n: "[" + ", ".join(map(of, n.items)) + "]",
    ast.ArrayExpr: lambda n: f"@({script(n.body)})",
    ast.HashExpr: hashtable,
    ast.SubExpr: lambda n: f"$({script(n.body)})",
    ast.Paren: lambda n: f"paren({of(n.body)})",
    ast.TypeName: lambda n: f"[{n.name}]",
    ast.Cast: lambda n: f"[{n.type.name}]{of(n.operand)}",
    ast.Block: block,
    ast.Redirection: redirection,
    ast.Parameter: parameter,
    ast.Splat: lambda n: "@" + variable(n.variable)[1:],
    ast.Command: command,
    ast.Call: call,
    ast.ExpressionStage: lambda n: of(n.expression) + redirections(n.redirections),
    ast.ShellText: shell,
    ast.Pipeline: lambda n: " | ".join(map(of, n.stages)),
    ast.Chain: chain,
    ast.Background: lambda n: f"bg({of(n.body)})",
    ast.Assignment: lambda n: f"{of(n.target)} {n.operator} {of(n.value)}",
    ast.If: conditional,
    ast.While: lambda n: labelled(n, loop(n)),
    ast.For: lambda n: labelled(n, f"for ({of(n.initial)}; {of(n.condition)}; {of(n.step)}) {{{script(n.body)}}}"),
    ast.Foreach: lambda n: labelled(n, f"foreach ({variable(n.variable)} in {of(n.items)}) {{{script(n.body)}}}"),
    ast.Switch: lambda n: labelled(n, switch(n)),
    ast.Try: attempt,
    ast.Trap: lambda n: f"trap{list(n.types) or ''} {{{script(n.body)}}}",
    ast.Flow: lambda n: n.kind + (f" {of(n.label)}" if n.label else "") + (f" {of(n.value)}" if n.value else ""),
    ast.Function: lambda n: f"function {n.name} {{{script(n.body)}}}",
}

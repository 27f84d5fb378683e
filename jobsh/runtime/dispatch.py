"""Which function runs which kind of node. A module is imported when a text first needs it: a one-liner pays for what it uses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from jobsh.language import ast

if TYPE_CHECKING:
    from jobsh.runtime.frame import Frame

STATEMENTS: dict[type[ast.Statement], str] = {
    ast.Pipeline: "pipeline:run_pipeline",
    ast.Chain: "pipeline:run_chain",
    ast.Background: "background:run_background",
    ast.Assignment: "assignment:run_assignment",
    ast.If: "branches:run_if",
    ast.Switch: "branches:run_switch",
    ast.While: "loops:run_while",
    ast.For: "loops:run_for",
    ast.Foreach: "loops:run_foreach",
    ast.Try: "trying:run_try",
    ast.Flow: "leaving:run_flow",
    ast.Function: "functions:run_definition",
    ast.Trap: "traps:run_trap",
}

STAGES: dict[type[ast.Stage], str] = {
    ast.Command: "commands:run_command",
    ast.Call: "calls:run_call",
    ast.ExpressionStage: "pipeline:run_expression",
    ast.ShellText: "shell_text:run_shell_text",
}

EXPRESSIONS: dict[type[ast.Expression], str] = {
    ast.Number: "literals:number",
    ast.String: "literals:string",
    ast.Expandable: "literals:expandable",
    ast.BareWord: "literals:expandable",
    ast.Block: "literals:block",
    ast.TypeName: "literals:type_name",
    ast.Variable: "variables:variable",
    ast.Member: "expressions:member",
    ast.MethodCall: "expressions:method_call",
    ast.Index: "expressions:index",
    ast.Unary: "expressions:unary",
    ast.Binary: "expressions:binary",
    ast.Ternary: "expressions:ternary",
    ast.Cast: "expressions:cast",
    ast.ListExpr: "expressions:list_of",
    ast.ArrayExpr: "expressions:array",
    ast.HashExpr: "expressions:hashtable",
    ast.SubExpr: "expressions:subexpression",
    ast.Paren: "expressions:paren",
}

_resolved: dict[type[ast.Node], Callable[..., Any]] = {}


def run(statement: ast.Statement, frame: Frame) -> AsyncIterator[object]:
    """Run a statement: what it writes."""
    return cast(AsyncIterator[object], _function(statement, STATEMENTS)(statement, frame))


def run_stage(stage: ast.Stage, frame: Frame, source: AsyncIterator[object] | None) -> AsyncIterator[object]:
    """Run one stage of a pipeline on what the stage before writes (None: it is the first)."""
    return cast(AsyncIterator[object], _function(stage, STAGES)(stage, frame, source))


def evaluate(expression: ast.Expression, frame: Frame) -> Awaitable[object]:
    """The value of an expression."""
    return cast(Awaitable[object], _function(expression, EXPRESSIONS)(expression, frame))


def _function(node: ast.Node, table: Any) -> Callable[..., Any]:
    kind = type(node)
    found = _resolved.get(kind)
    if found is None:
        found = _resolved[kind] = resolve(table[kind])
    return found


def resolve(where: str) -> Callable[..., Any]:
    """The function that `module:name` of this folder means."""
    module, _, name = where.partition(":")
    return cast(Callable[..., Any], getattr(import_module(f"jobsh.runtime.{module}"), name))

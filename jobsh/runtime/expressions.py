"""Expressions: operators, members, methods, indices, casts, lists and hashtables."""

from __future__ import annotations

from jobsh.command.arithmetic import negate, plus
from jobsh.command.conversion import convert, to_int
from jobsh.command.members import get_member
from jobsh.command.methods import call_method
from jobsh.command.operators import binary as apply
from jobsh.command.operators import join, split_blanks
from jobsh.command.text import to_text, truth
from jobsh.command.values import HashTable, PropertyBag
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import is_nothing, plain_expression, run_body, value_of
from jobsh.runtime.values import collect, gather
from jobsh.runtime.variables import matcher

_BLOCK_METHODS = frozenset(("where", "foreach", "invoke", "getnewclosure"))
_STEPS = {"++": 1, "--": -1, "p++": 1, "p--": -1}


async def member(node: ast.Member, frame: Frame) -> object:
    """`a.Name`, `[type]::Name`."""
    name = to_text(await evaluate(node.name, frame))
    if node.static:
        from jobsh.runtime.statics import static_member

        return await static_member(to_text(await evaluate(node.target, frame)), name, frame)
    return get_member(await evaluate(node.target, frame), name)  # a member of $null is $null anyway


async def method_call(node: ast.MethodCall, frame: Frame) -> object:
    """`a.Trim()`, `[datetime]::Parse('…')`."""
    target = await evaluate(node.target, frame)
    if node.conditional and target is None:
        return None
    name = to_text(await evaluate(node.name, frame))
    arguments = [await evaluate(argument, frame) for argument in node.arguments]
    running = frame.invocation.function if frame.invocation is not None else None
    if running is not None and target is running:  # $PSCmdlet
        return await running.call(name, arguments)
    if node.static:
        from jobsh.runtime.statics import static_call

        return await static_call(to_text(target), name, arguments, frame)
    if name.lower() in _BLOCK_METHODS:
        from jobsh.runtime.block_operators import call, is_method

        if is_method(target, name, arguments):
            return await call(target, name, arguments)
    return call_method(target, name, arguments)


async def index(node: ast.Index, frame: Frame) -> object:
    """`a[0]`, `a[-1]`, `a[1..3]`, `a['key']`."""
    target = await evaluate(node.target, frame)
    if node.conditional and target is None:
        return None
    return item_at(target, await evaluate(node.index, frame))


def item_at(target: object, key: object) -> object:
    """The item under a key; None where there is none, a list for a list of keys."""
    if target is None:
        raise OperationError("$null has no items", error_id="NullArray")
    if isinstance(target, (HashTable, PropertyBag)):
        table = target if isinstance(target, HashTable) else target.properties
        return [table.get(k) for k in key] if isinstance(key, list) else table.get(key)
    items = target if isinstance(target, (list, str)) else [target]
    if isinstance(key, list):
        found = (_at(items, to_int(k)) for k in key)
        return [item for item in found if item is not None]
    return _at(items, to_int(key))


def _at(items: list[object] | str, at: int) -> object:
    return items[at] if -len(items) <= at < len(items) else None


async def unary(node: ast.Unary, frame: Frame) -> object:
    """`-x`, `-not x`, `,x`, `x++`, …."""
    if node.operator in _STEPS:
        return await _step(node, frame)
    value = await evaluate(node.operand, frame)
    match node.operator.lower():
        case "-":
            return negate(value)
        case "+":
            return plus(value)
        case "!" | "-not":
            return not truth(value)
        case ",":
            return [value]
        case "-join":
            return join(value)
        case "-split":
            return split_blanks(value)
        case "-bnot":
            return ~to_int(value)
    raise OperationError(f"there is no operator {node.operator} before a value", error_id="UnknownOperator")


async def _step(node: ast.Unary, frame: Frame) -> object:
    from jobsh.runtime.assignment import assign_to

    before = await evaluate(node.operand, frame)
    after = apply("+", 0 if before is None else before, _STEPS[node.operator])
    await assign_to(node.operand, after, frame)
    return (0 if before is None else before) if node.operator.startswith("p") else after


async def binary(node: ast.Binary, frame: Frame) -> object:
    """`a -eq b`, `a + b`; the right side of `-and` and `-or` only where it counts."""
    left = await evaluate(node.left, frame)
    if node.operator == "-and":
        return truth(left) and truth(await evaluate(node.right, frame))
    if node.operator == "-or":
        return truth(left) or truth(await evaluate(node.right, frame))
    if node.operator == "??":
        return await evaluate(node.right, frame) if left is None else left
    right = await evaluate(node.right, frame)
    if node.operator.endswith(("replace", "split")):
        from jobsh.runtime.block_operators import apply as apply_block
        from jobsh.runtime.block_operators import takes_block

        if takes_block(right):
            return await apply_block(node.operator, left, right)
    return apply(node.operator, left, right, matcher(frame))


async def ternary(node: ast.Ternary, frame: Frame) -> object:
    """`condition ? yes : no`; only one of the two is evaluated."""
    chosen = node.yes if truth(await evaluate(node.condition, frame)) else node.no
    return await evaluate(chosen, frame)


async def cast(node: ast.Cast, frame: Frame) -> object:
    """`[int]$x`; `[ref]$x` is the variable itself."""
    if node.type.name == "ref":
        from jobsh.runtime.references import Reference

        return Reference(node.operand, frame)
    return convert(await evaluate(node.operand, frame), node.type.name)


async def list_of(node: ast.ListExpr, frame: Frame) -> object:
    """`a, b, c`."""
    return [await evaluate(item, frame) for item in node.items]


async def array(node: ast.ArrayExpr, frame: Frame) -> object:
    """`@( … )`: always a list."""
    statements = node.body.statements
    expression = plain_expression(statements[0]) if len(statements) == 1 else None
    if expression is not None:
        value = await evaluate(expression, frame)
        if value is None and is_nothing(expression, frame):
            return []
        return list(value) if isinstance(value, list) else [value]
    return await gather(run_body(node.body, frame.quiet()))


async def hashtable(node: ast.HashExpr, frame: Frame) -> object:
    """`@{ key = value }`."""
    table = HashTable()
    for key_node, statement in node.entries:
        key = await evaluate(key_node, frame)
        if key in table:
            raise OperationError(f"the key '{to_text(key)}' stands twice in the hashtable", error_id="DuplicateKey")
        table[key] = await value_of(statement, frame)
    return table


async def subexpression(node: ast.SubExpr, frame: Frame) -> object:
    """`$( … )`."""
    statements = node.body.statements
    if len(statements) == 1 and (expression := plain_expression(statements[0])) is not None:
        return await evaluate(expression, frame)
    return await collect(run_body(node.body, frame.quiet()))


async def paren(node: ast.Paren, frame: Frame) -> object:
    """`( … )`."""
    return await value_of(node.body, frame)

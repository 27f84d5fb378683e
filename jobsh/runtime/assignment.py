"""Assignments: `$x = …`, `$x.a += …`, `$x[0] = …`, `$a, $b = …`, `[int]$x = …`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.conversion import convert, to_int
from jobsh.command.operators import binary
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag, as_list
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import plain_expression, value_of
from jobsh.runtime.variables import READ_ONLY, assign_variable


async def run_assignment(node: ast.Assignment, frame: Frame) -> AsyncIterator[object]:
    """An assignment as a statement writes nothing."""
    await assign(node, frame)
    return
    yield


async def assign(node: ast.Assignment, frame: Frame) -> object:
    """Assign; gives the value."""
    if node.operator == "??=":
        before = await evaluate(node.target, frame)
        if before is not None:
            return before
        value = await value_of(node.value, frame)
        await assign_to(node.target, value, frame)
        return value
    value = await value_of(node.value, frame)
    if value is None and (name := _given_by_a_pipeline(node, frame)):
        frame.scope.set_nothing(name)
        return None
    if node.operator != "=":
        value = _combined(await evaluate(node.target, frame), node.operator[:-1], value)
    await assign_to(node.target, value, frame)
    return value


def _given_by_a_pipeline(node: ast.Assignment, frame: Frame) -> str:
    """The variable of `$x = Get-Job nope*`, which may hold nothing at all; empty for other assignments."""
    target = node.target
    if node.operator != "=" or not isinstance(target, ast.Variable) or target.scope or plain_expression(node.value):
        return ""
    is_free = target.name.casefold() not in READ_ONLY and frame.scope.type_of(target.name) is None
    return target.name if is_free and isinstance(node.value, ast.Pipeline | ast.Chain) else ""


def _combined(before: object, operator: str, value: object) -> object:
    if before is None and operator == "+":
        return value
    return binary(operator, 0 if before is None else before, value)


async def assign_to(target: ast.Expression, value: object, frame: Frame) -> None:
    """Give a variable, member, item, or several of them a value."""
    match target:
        case ast.Variable():
            await assign_variable(target, value, frame)
        case ast.Cast(type=type_, operand=operand):
            await assign_to(operand, convert(value, type_.name), frame)
            if isinstance(operand, ast.Variable) and not operand.scope:
                frame.scope.constrain(operand.name, type_.name)
        case ast.ListExpr(items=items):
            await _assign_each(items, value, frame)
        case ast.Member(target=owner, name=name):
            _set_member(await evaluate(owner, frame), to_text(await evaluate(name, frame)), value)
        case ast.Index(target=owner, index=index):
            _set_item(await evaluate(owner, frame), await evaluate(index, frame), value)
        case ast.Paren(body=ast.Pipeline(stages=(ast.ExpressionStage(expression=inner),))):
            await assign_to(inner, value, frame)
        case _:
            raise OperationError("this cannot be assigned to", error_id="InvalidLeftHandSide")


async def _assign_each(targets: tuple[ast.Expression, ...], value: object, frame: Frame) -> None:
    """`$a, $b = 1, 2, 3`: the last one takes what is left."""
    values = as_list(value)
    for at, target in enumerate(targets):
        if at < len(targets) - 1:
            item = values[at] if at < len(values) else None
        else:
            left = values[at:]
            item = left if len(left) > 1 else (left[0] if left else None)
        await assign_to(target, item, frame)


def _set_member(owner: object, name: str, value: object) -> None:
    if isinstance(owner, (HashTable, PropertyBag)):
        (owner if isinstance(owner, HashTable) else owner.properties)[name] = value
        return
    raise OperationError(f"the property {name} cannot be assigned", error_id="PropertyAssignment")


def _set_item(owner: object, key: object, value: object) -> None:
    if isinstance(owner, (HashTable, PropertyBag)):
        (owner if isinstance(owner, HashTable) else owner.properties)[key] = value
        return
    if not isinstance(owner, list):
        raise OperationError("only items of lists and hashtables can be assigned", error_id="CannotIndex")
    at = to_int(key)
    if not -len(owner) <= at < len(owner):
        raise OperationError(f"the list has {len(owner)} items, no item {at}", error_id="IndexOutOfRange")
    owner[at] = value

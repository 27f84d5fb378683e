"""What `[Parameter(…)]`, `[ValidateSet(…)]`, `[Alias(…)]` … say of a function's parameter, and the checks they ask for."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from jobsh.command.comparison import equal, order
from jobsh.command.text import to_text, truth
from jobsh.command.values import HashTable, as_list
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame
from jobsh.runtime.values import gather

_DEFAULTS = {"switch": False, "bool": False, "int": 0, "int32": 0, "long": 0, "int64": 0, "double": 0.0, "string": ""}


def attribute(param: ast.ParamDeclaration, name: str) -> ast.Attribute | None:
    """The first attribute of this name."""
    return next((a for a in param.attributes if a.name == name), None)


def flag(param: ast.ParamDeclaration, name: str) -> bool:
    """Whether `[Parameter(name)]` or `[Parameter(name = $true)]` was written."""
    for parameter in param.attributes:
        for written, value in parameter.named if parameter.name == "parameter" else ():
            if written == name:
                return not (isinstance(value, ast.Variable) and value.name.casefold() == "false")
    return False


def position_of(param: ast.ParamDeclaration) -> int | None:
    """`[Parameter(Position = 1)]`."""
    parameter = attribute(param, "parameter")
    value = dict(parameter.named).get("position") if parameter is not None else None
    return int(value.value) if isinstance(value, ast.Number) else None


def names_of(param: ast.ParamDeclaration) -> tuple[str, ...]:
    """The parameter's name and its aliases."""
    aliases = (a for written in param.attributes if written.name == "alias" for a in written.arguments)
    return (param.name, *(alias.text for alias in aliases if isinstance(alias, ast.String)))


def is_switch(param: ast.ParamDeclaration) -> bool:
    """Whether it takes no value."""
    return param.type is not None and param.type.name == "switch"


def default_of(param: ast.ParamDeclaration) -> object:
    """What a parameter that was neither given nor has a default is."""
    return None if param.type is None else _DEFAULTS.get(param.type.name)


async def check(param: ast.ParamDeclaration, value: object, frame: Frame) -> None:
    """Raise OperationError when an attribute does not allow the value."""
    is_mandatory = flag(param, "mandatory")
    if is_mandatory and value is None and attribute(param, "allownull") is None:
        raise OperationError("it must not be $null")
    if is_mandatory and isinstance(value, str) and not value and attribute(param, "allowemptystring") is None:
        raise OperationError("it must not be empty")
    for written in param.attributes:
        checker = _CHECKS.get(written.name)
        if checker is not None:
            await checker(written, value, frame)


# ── checks ───────────────────────────────────────────────────────────────────────────────────────────────────


async def _values(written: ast.Attribute, frame: Frame) -> list[object]:
    found = [await evaluate(argument, frame) for argument in written.arguments]
    return [item for value in found for item in as_list(value)]


async def _set(written: ast.Attribute, value: object, frame: Frame) -> None:
    allowed = await _values(written, frame)
    case = dict(written.named).get("ignorecase")
    minds_case = isinstance(case, ast.Variable) and case.name.casefold() == "false"
    for item in as_list(value):
        if not any(equal(to_text(item), to_text(one), case_sensitive=minds_case) for one in allowed):
            raise OperationError(f"'{to_text(item)}' is none of {', '.join(map(to_text, allowed))}")


async def _range(written: ast.Attribute, value: object, frame: Frame) -> None:
    bounds = await _values(written, frame)
    if len(bounds) != 2:
        raise OperationError("ValidateRange takes the least and the greatest value")
    for item in as_list(value):
        if order(item, bounds[0]) < 0 or order(item, bounds[1]) > 0:
            raise OperationError(f"{to_text(item)} is not between {to_text(bounds[0])} and {to_text(bounds[1])}")


async def _length(written: ast.Attribute, value: object, frame: Frame) -> None:
    await _bounded(
        [(len(to_text(item)), f"'{to_text(item)}'") for item in as_list(value)], "characters", written, frame
    )


async def _count(written: ast.Attribute, value: object, frame: Frame) -> None:
    await _bounded([(len(as_list(value)), "the list")], "values", written, frame)


async def _bounded(sizes: list[tuple[int, str]], what: str, written: ast.Attribute, frame: Frame) -> None:
    bounds = await _values(written, frame)
    for size, name in sizes:
        if len(bounds) == 2 and (order(size, bounds[0]) < 0 or order(size, bounds[1]) > 0):
            raise OperationError(f"{name} has {size} {what}, not {to_text(bounds[0])} to {to_text(bounds[1])}")


async def _pattern(written: ast.Attribute, value: object, frame: Frame) -> None:
    from jobsh.command.operators import regex

    for pattern in await _values(written, frame):
        for item in as_list(value):
            if not regex(to_text(pattern), False).search(to_text(item)):
                raise OperationError(f"'{to_text(item)}' does not match {to_text(pattern)}")


async def _script(written: ast.Attribute, value: object, frame: Frame) -> None:
    for block in await _values(written, frame):
        if isinstance(block, CodeBlock):
            for item in as_list(value):
                if not truth(await gather(block.as_code().run(item=item))):
                    text = re.sub(r"\s+", " ", block.text).strip()
                    raise OperationError(f"'{to_text(item)}' does not pass {{ {text} }}")


async def _not_null(written: ast.Attribute, value: object, frame: Frame) -> None:
    if value is None or (isinstance(value, list) and None in value):
        raise OperationError("it must not be $null")


async def _not_empty(written: ast.Attribute, value: object, frame: Frame) -> None:
    if value is None or (isinstance(value, (str, list, HashTable)) and not len(value)):
        raise OperationError("it must not be empty")
    if isinstance(value, list) and any(item is None or item == "" for item in value):
        raise OperationError("none of its values may be empty")


async def _not_blank(written: ast.Attribute, value: object, frame: Frame) -> None:
    await _not_empty(written, value, frame)
    if any(not to_text(item).strip() for item in as_list(value)):
        raise OperationError("it must not be blank")


_CHECKS: dict[str, Callable[[ast.Attribute, object, Frame], Awaitable[None]]] = {
    "validateset": _set,
    "validaterange": _range,
    "validatelength": _length,
    "validatecount": _count,
    "validatepattern": _pattern,
    "validatescript": _script,
    "validatenotnull": _not_null,
    "validatenotnullorempty": _not_empty,
    "validatenotnullorwhitespace": _not_blank,
}

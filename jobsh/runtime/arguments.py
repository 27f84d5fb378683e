"""Arguments evaluated: what the words of a command say, before any parameter takes them."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.command.given import Given, given_of, given_switch, splat
from jobsh.language import ast
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame
from jobsh.runtime.variables import variable


async def evaluate_arguments(
    arguments: Sequence[ast.Argument], frame: Frame, *, asks_place: bool = True
) -> list[Given]:
    """All arguments in order; `asks_place` as for `variable`."""
    given: list[Given] = []
    for argument in arguments:
        given += await _evaluate(argument, frame, asks_place)
    return given


async def _evaluate(argument: ast.Argument, frame: Frame, asks_place: bool) -> list[Given]:
    source = frame.source.text
    if isinstance(argument, ast.Splat):
        span = argument.span
        return list(splat(await evaluate(argument.variable, frame), source[span.start : span.end], span))
    if not isinstance(argument, ast.Parameter):
        return [given_of(argument, await _value(argument, frame, asks_place), source)]
    if argument.value is None:
        return [given_switch(argument.name, argument.name_span)]
    value = await _value(argument.value, frame, asks_place)
    return [given_of(argument.value, value, source, name=argument.name, name_span=argument.name_span)]


async def _value(expression: ast.Expression, frame: Frame, asks_place: bool) -> object:
    if isinstance(expression, ast.Variable) and not asks_place:
        value = await variable(expression, frame, asks_place=False)
    else:
        value = await evaluate(expression, frame)
    return value.called_from(frame) if isinstance(value, CodeBlock) else value

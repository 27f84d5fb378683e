"""Arguments evaluated: what the words of a command say, before any parameter takes them."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.command.given import Given, given_of, given_switch, splat
from jobsh.language import ast
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame


async def evaluate_arguments(arguments: Sequence[ast.Argument], frame: Frame) -> list[Given]:
    """All arguments in order."""
    given: list[Given] = []
    for argument in arguments:
        given += await _evaluate(argument, frame)
    return given


async def _evaluate(argument: ast.Argument, frame: Frame) -> list[Given]:
    source = frame.source.text
    if isinstance(argument, ast.Splat):
        span = argument.span
        return list(splat(await evaluate(argument.variable, frame), source[span.start : span.end], span))
    if not isinstance(argument, ast.Parameter):
        return [given_of(argument, await _value(argument, frame), source)]
    if argument.value is None:
        return [given_switch(argument.name, argument.name_span)]
    value = await _value(argument.value, frame)
    return [given_of(argument.value, value, source, name=argument.name, name_span=argument.name_span)]


async def _value(expression: ast.Expression, frame: Frame) -> object:
    value = await evaluate(expression, frame)
    return value.called_from(frame) if isinstance(value, CodeBlock) else value

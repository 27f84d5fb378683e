"""Pipelines: a chain of async generators that pull, each closed when the next one wants no more; and `&&`, `||` between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

from jobsh.errors import BindingError
from jobsh.language import ast
from jobsh.runtime.dispatch import evaluate, run_stage
from jobsh.runtime.frame import Frame, Tally
from jobsh.runtime.statements import is_nothing, plain_expression, run_body, settle
from jobsh.runtime.values import closing, unroll

_SILENT = ("++", "--", "p++", "p--")


async def run_pipeline(node: ast.Pipeline, frame: Frame) -> AsyncIterator[object]:
    """`a | b | c`."""
    expression = plain_expression(node)
    if expression is not None:
        value = await evaluate(expression, frame)
        settle(expression, frame)
        if value is None and is_nothing(expression, frame):
            return
        if not (isinstance(expression, ast.Unary) and expression.operator in _SILENT):
            for item in unroll(value):
                yield item
            settle(expression, frame)  # other code may have run meanwhile
        return
    tally = Tally()
    try:
        async with closing(_chain(node, frame.derive(tally=tally))) as values:
            async for value in values:
                yield value
    finally:
        frame.shell.status = tally.status


def _chain(node: ast.Pipeline, frame: Frame) -> AsyncIterator[object]:
    source: AsyncIterator[object] | None = None
    frame = frame.derive(is_alone=len(node.stages) == 1)
    _check_formats(node.stages, frame)
    for stage in node.stages:
        its_frame = frame if stage is node.stages[-1] else frame.quiet()
        source = _stage(stage, its_frame, source)
    assert source is not None
    return source


def _check_formats(stages: Sequence[ast.Stage], frame: Frame) -> None:
    """What a Format- verb gives is for people: a verb that takes objects would find none of theirs in it."""
    for before, stage in pairwise(stages):
        if not (isinstance(before, ast.Command) and before.canonical.startswith("Format-")):
            continue
        if not isinstance(stage, ast.Command) or stage.canonical.casefold() in frame.shell.functions:
            continue
        if not frame.shell.registry.spec(stage.canonical).cls.takes_formatted:
            message = f"{stage.canonical} cannot use what {before.canonical} gives: it is for people"
            hint = f"put {before.canonical} last, or Out-String -Stream after it for its lines"
            span, source = stage.name_span, frame.source.text
            raise BindingError(message, span, hint=hint, error_id="FormattedObject", source=source)


def _stage(stage: ast.Stage, frame: Frame, source: AsyncIterator[object] | None) -> AsyncIterator[object]:
    if getattr(stage, "redirections", ()):
        from jobsh.runtime.redirection import run_redirected

        return run_redirected(stage, frame, source)
    return run_stage(stage, frame, source)


async def run_expression(
    stage: ast.ExpressionStage, frame: Frame, source: AsyncIterator[object] | None
) -> AsyncIterator[object]:
    """A value as a stage: lists give their items one by one."""
    value = await evaluate(stage.expression, frame)
    if value is None and is_nothing(stage.expression, frame):
        return
    for item in unroll(value):
        yield item


async def run_chain(node: ast.Chain, frame: Frame) -> AsyncIterator[object]:
    """`a && b || c`: each link runs by itself, left to right; one that ended with an error has failed."""
    for operator, link in zip(("", *node.operators), node.links, strict=True):
        if operator and (frame.shell.status == 0) != (operator == "&&"):
            continue
        async with closing(run_body(ast.Script(link.span, (link,)), frame)) as values:
            async for value in values:
                yield value

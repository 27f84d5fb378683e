"""`if` and `switch`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from jobsh.command.operators import binary
from jobsh.command.text import to_text, truth
from jobsh.language import ast
from jobsh.model.queries import matches, matches_case
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.flow import BreakSignal, ContinueSignal
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import run_body, value_of
from jobsh.runtime.values import closing, collect, unroll
from jobsh.runtime.variables import matcher


async def run_if(node: ast.If, frame: Frame) -> AsyncIterator[object]:
    """`if (…) {…} elseif (…) {…} else {…}`."""
    body = await _taken(node, frame)
    if body is None:
        frame.shell.status = 0
        return
    async with closing(run_body(body, frame)) as values:
        async for value in values:
            yield value


async def _taken(node: ast.If, frame: Frame) -> ast.Script | None:
    for condition, body in node.branches:
        if truth(await value_of(condition, frame)):
            return body
    return node.otherwise


async def run_switch(node: ast.Switch, frame: Frame) -> AsyncIterator[object]:
    """`switch (values) {…}`: every clause that fits runs, for each value; `break` ends it, `continue` goes to the next value."""
    frame.shell.status = 0
    try:
        for item in await _looked_at(node, frame):
            async with closing(_clauses(node, item, frame.derive(item=item))) as values:
                async for value in values:
                    yield value
    except BreakSignal as leaving:
        if not leaving.is_for(node.label):
            raise


async def _looked_at(node: ast.Switch, frame: Frame) -> Iterable[object]:
    """The values; with `-File` the lines of a file."""
    value = await value_of(node.value, frame)
    if not node.is_file:
        return unroll(value)
    from jobsh.runtime.files import read_text

    return (await read_text(to_text(value), frame)).splitlines()


async def _clauses(node: ast.Switch, item: object, frame: Frame) -> AsyncIterator[object]:
    """What the fitting clauses write for one value; the default's when none fits."""
    fitting = [c for c in node.clauses if c.pattern is not None and await _fits(node, c.pattern, item, frame)]
    for clause in fitting or [c for c in node.clauses if c.pattern is None]:
        try:
            async with closing(run_body(clause.body, frame)) as values:
                async for value in values:
                    yield value
        except ContinueSignal as leaving:
            if not leaving.is_for(node.label):
                raise
            return


async def _fits(node: ast.Switch, pattern: ast.Expression, item: object, frame: Frame) -> bool:
    wanted = await evaluate(pattern, frame)
    if isinstance(wanted, CodeBlock):
        return truth(await collect(wanted.as_code().run(item=item, new_scope=False)))
    if node.mode == "wildcard":
        return (matches_case if node.case_sensitive else matches)(to_text(wanted), to_text(item))
    base = "match" if node.mode == "regex" else "eq"
    return truth(binary(f"-c{base}" if node.case_sensitive else f"-{base}", item, wanted, matcher(frame)))

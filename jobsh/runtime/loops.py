"""`while`, `do`, `for`, `foreach`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobsh.command.text import truth
from jobsh.language import ast
from jobsh.runtime.dispatch import run
from jobsh.runtime.flow import BreakSignal, ContinueSignal
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import run_body, value_of
from jobsh.runtime.values import closing, unroll
from jobsh.runtime.variables import assign_variable


async def run_while(node: ast.While, frame: Frame) -> AsyncIterator[object]:
    """`while (…) {…}`, `do {…} while (…)`, `do {…} until (…)`."""
    status = frame.shell.status = 0
    is_first = node.do
    try:
        while is_first or truth(await value_of(node.condition, frame)) != node.until:
            is_first = False
            async with closing(_round(node, frame)) as values:
                async for value in values:
                    yield value
            status = frame.shell.status
    except BreakSignal as leaving:
        if not leaving.is_for(node.label):
            raise
        status = frame.shell.status
    frame.shell.status = status


async def run_for(node: ast.For, frame: Frame) -> AsyncIterator[object]:
    """`for (init; condition; step) {…}`."""
    await _drain(node.initial, frame)
    status = frame.shell.status = 0
    try:
        while node.condition is None or truth(await value_of(node.condition, frame)):
            async with closing(_round(node, frame)) as values:
                async for value in values:
                    yield value
            status = frame.shell.status
            await _drain(node.step, frame)
    except BreakSignal as leaving:
        if not leaving.is_for(node.label):
            raise
        status = frame.shell.status
    frame.shell.status = status


async def run_foreach(node: ast.Foreach, frame: Frame) -> AsyncIterator[object]:
    """`foreach ($x in pipeline) {…}`; over `$null` it does nothing."""
    items = await value_of(node.items, frame)
    frame.shell.status = 0
    try:
        for item in () if items is None else unroll(items):
            await assign_variable(node.variable, item, frame)
            async with closing(_round(node, frame)) as values:
                async for value in values:
                    yield value
    except BreakSignal as leaving:
        if not leaving.is_for(node.label):
            raise


async def _round(node: ast.While | ast.For | ast.Foreach, frame: Frame) -> AsyncIterator[object]:
    """One round of a loop; `continue` ends it."""
    try:
        async with closing(run_body(node.body, frame)) as values:
            async for value in values:
                yield value
    except ContinueSignal as leaving:
        if not leaving.is_for(node.label):
            raise


async def _drain(statement: ast.Statement | None, frame: Frame) -> None:
    """Run a part of `for (…)`: what it writes is dropped."""
    if statement is not None:
        values: Any
        async with closing(run(statement, frame.quiet())) as values:
            async for _ in values:
                pass

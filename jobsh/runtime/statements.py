"""Lists of statements, one after another: an error ends the statement it is in, the next one runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from jobsh.errors import Interrupted, JobshError
from jobsh.language import ast
from jobsh.runtime.dispatch import evaluate, resolve, run
from jobsh.runtime.flow import Thrown
from jobsh.runtime.frame import Frame
from jobsh.runtime.values import closing, collect


class _Turns:
    """Code that never waits gives way now and then, or neither Ctrl-C nor anything else would get through to us."""

    def __init__(self) -> None:
        self.next = 0.0

    async def give(self) -> None:
        """Let everything else have its turn."""
        await asyncio.sleep(0)
        self.next = time.monotonic() + _LONGEST_TURN


_LONGEST_TURN = 0.05
_turns = _Turns()


async def run_body(body: ast.Script, frame: Frame) -> AsyncIterator[object]:
    """Run the statements of a block, function or text: what they write."""
    if time.monotonic() > _turns.next:
        await _turns.give()
    if body.traps:
        frame = frame.derive(is_guarded=True)
    for statement in body.statements:
        try:
            async with closing(run(statement, frame)) as values:
                async for value in values:
                    yield value
        except Interrupted:
            raise
        except JobshError as error:
            if body.traps:
                from jobsh.runtime.traps import trapped

                async with closing(trapped(error, body, statement, frame)) as values:
                    async for value in values:
                        yield value
            elif isinstance(error, Thrown):
                raise
            else:
                from jobsh.runtime.failures import end_statement

                await end_statement(error, statement, frame)


def plain_expression(statement: ast.Statement) -> ast.Expression | None:
    """The expression that the statement is, when it is nothing else: its value need not go through a pipeline."""
    if isinstance(statement, ast.Pipeline) and len(statement.stages) == 1:
        stage = statement.stages[0]
        if isinstance(stage, ast.ExpressionStage) and not stage.redirections:
            return stage.expression
    return None


def is_nothing(expression: ast.Expression, frame: Frame) -> bool:
    """Whether it is a variable that an empty pipeline was assigned to: then it is `$null`, but no object on a pipeline."""
    return isinstance(expression, ast.Variable) and not expression.scope and frame.scope.is_nothing(expression.name)


def settle(expression: ast.Expression, frame: Frame) -> None:
    """A value went well, but what stands in brackets went as it went."""
    if not isinstance(expression, (ast.Paren, ast.SubExpr, ast.ArrayExpr)):
        frame.shell.status = 0


async def value_of(statement: ast.Statement, frame: Frame) -> object:
    """The value of a statement where one is wanted: after `=`, in brackets, as a condition."""
    expression = plain_expression(statement)
    if expression is not None:
        value = await evaluate(expression, frame)
        settle(expression, frame)
        return value
    if isinstance(statement, ast.Assignment):
        return await resolve("assignment:assign")(statement, frame)
    return await collect(run(statement, frame.quiet()))

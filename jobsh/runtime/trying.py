"""`try`, `catch`, `finally`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from jobsh.errors import Interrupted, JobshError
from jobsh.language import ast
from jobsh.runtime.failures import error_record, is_caught
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import run_body
from jobsh.runtime.values import closing


async def run_try(node: ast.Try, frame: Frame) -> AsyncIterator[object]:
    """`try {…} catch {…} finally {…}`."""
    leaving: BaseException | None = None
    try:
        async with closing(_guarded(node, frame)) as values:
            async for value in values:
                yield value
    except (GeneratorExit, asyncio.CancelledError):
        await _drain(node.last, frame)  # nobody takes what it writes
        raise
    except Exception as error:  # noqa: BLE001  (raised again below)
        leaving = error
    if node.last is not None:
        status = frame.shell.status
        async with closing(run_body(node.last, frame)) as values:
            async for value in values:
                yield value
        frame.shell.status = status
    if leaving is not None:
        raise leaving


async def _guarded(node: ast.Try, frame: Frame) -> AsyncIterator[object]:
    """The body, then the clause that takes its error."""
    inner = frame.derive(is_guarded=True) if node.catches else frame
    try:
        async with closing(run_body(node.body, inner)) as values:
            async for value in values:
                yield value
    except Interrupted:
        raise
    except JobshError as error:
        clause = next((c for c in node.catches if is_caught(c.types, error)), None)
        if clause is None:
            raise
        record = error_record(error)
    else:
        return
    if record not in frame.shell.errors[:1]:
        frame.shell.errors.insert(0, record)
    frame.shell.status = 0
    async with closing(run_body(clause.body, frame.derive(item=record))) as values:
        async for value in values:
            yield value


async def _drain(body: ast.Script | None, frame: Frame) -> None:
    if body is not None:
        async with closing(run_body(body, frame.quiet())) as values:
            async for _ in values:
                pass

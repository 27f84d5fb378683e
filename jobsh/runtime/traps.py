"""`trap {…}`: takes the errors that end a statement beside it; then the next statement runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.errors import JobshError
from jobsh.language import ast
from jobsh.runtime.failures import error_record, is_caught, report, where_of
from jobsh.runtime.flow import BreakSignal, ContinueSignal
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import run_body
from jobsh.runtime.values import closing


async def run_trap(node: ast.Trap, frame: Frame) -> AsyncIterator[object]:
    """Where it stands a trap does nothing."""
    return
    yield


async def trapped(error: JobshError, body: ast.Script, statement: ast.Statement, frame: Frame) -> AsyncIterator[object]:
    """What the trap for the error writes. `continue` in it says nothing more of the error, `break` lets it go on."""
    trap = next((trap for trap in body.traps if is_caught(trap.types, error)), None)
    if trap is None:
        raise error
    record = error_record(error)
    try:
        async with closing(run_body(trap.body, frame.derive(item=record))) as values:
            async for value in values:
                yield value
    except ContinueSignal:
        return
    except BreakSignal:
        raise error from None
    await report(record, where_of(error, statement.span, frame), frame)
    frame.shell.status = record.exit_status

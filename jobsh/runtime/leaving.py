"""`break`, `continue`, `return`, `throw`, `exit`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.conversion import to_int
from jobsh.command.exceptions import is_exception
from jobsh.command.text import to_text
from jobsh.command.values import PropertyBag
from jobsh.errors import InvalidState
from jobsh.language import ast
from jobsh.model.records import ErrorRecord
from jobsh.runtime.dispatch import evaluate, run
from jobsh.runtime.flow import BreakSignal, ContinueSignal, ReturnSignal, Thrown
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import value_of
from jobsh.runtime.values import closing


async def run_flow(node: ast.Flow, frame: Frame) -> AsyncIterator[object]:
    """Leave something."""
    match node.kind:
        case ast.FlowKind.BREAK:
            raise BreakSignal(await _label(node, frame))
        case ast.FlowKind.CONTINUE:
            raise ContinueSignal(await _label(node, frame))
        case ast.FlowKind.THROW:
            raise await _thrown(node, frame)
        case ast.FlowKind.EXIT:
            value = None if node.value is None else await value_of(node.value, frame)
            await frame.shell.leave_or_exit(frame, None if value is None else to_int(value))
        case ast.FlowKind.RETURN:
            if node.value is not None:
                async with closing(run(node.value, frame)) as values:
                    async for written in values:
                        yield written
            raise ReturnSignal


async def _label(node: ast.Flow, frame: Frame) -> str:
    return "" if node.label is None else to_text(await evaluate(node.label, frame))


async def _thrown(node: ast.Flow, frame: Frame) -> Thrown:
    """`throw value`; alone in a `catch`, the error that was caught."""
    value = frame.item if node.value is None else await value_of(node.value, frame)
    if isinstance(value, ErrorRecord):
        return Thrown(value, (value.error_id.lower(),), frame.source.text, node.span)
    if node.value is None:
        raise InvalidState("throw alone means something only in a catch block", hint="write: throw 'what is wrong'")
    message, kind = to_text(value), "thrown"
    if isinstance(value, PropertyBag) and is_exception(value.type_name):
        message, kind = to_text(value.properties.get("Message")), value.type_name.lower()
    record = ErrorRecord(message, "OperationStopped", "Thrown", target=value)
    return Thrown(record, (kind,), frame.source.text, node.span)

"""What the parameters that every command has do around a call: output kept in variables, preferences inside a function."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from jobsh.command.binder import bind
from jobsh.command.common import COMMON_SPEC, CommonParameters
from jobsh.command.given import Given
from jobsh.command.lines import split_lines
from jobsh.command.text import to_text
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.model.records import Chunk, ErrorRecord, Stream
from jobsh.runtime.confirming import Confirming
from jobsh.runtime.failures import error_preference, report
from jobsh.runtime.flow import Thrown
from jobsh.runtime.frame import Frame
from jobsh.runtime.parameters import is_own
from jobsh.runtime.streams import Sink, Where
from jobsh.runtime.values import closing


async def keeping_output(
    values: AsyncIterator[object], common: CommonParameters, frame: Frame
) -> AsyncIterator[object]:
    """`-OutVariable` keeps what is written; `-PipelineVariable` is the object that is on its way."""
    kept = frame.scope.keep(common.out_variable, []) if common.out_variable else []
    async with closing(split_lines(values)) as lines:
        async for value in lines:
            if common.out_variable:
                kept.append(value)
            if common.pipeline_variable:
                frame.scope.set(common.pipeline_variable, value)
            yield value
    if common.pipeline_variable:
        frame.scope.remove(common.pipeline_variable)


# ── functions ────────────────────────────────────────────────────────────────────────────────────────────────


def take_common(code: ast.Script, given: Sequence[Given], source: str) -> tuple[CommonParameters, list[Given]]:
    """The common parameters that a function with `[CmdletBinding()]` was given, and the other arguments."""
    known = (
        COMMON_SPEC
        if code.changes_something
        else COMMON_SPEC.replace(
            parameters=tuple(p for p in COMMON_SPEC.parameters if p.name not in ("WhatIf", "Confirm"))
        )
    )
    params = code.params or ()
    common = [g for g in given if g.name is not None and not is_own(params, g.name) and known.matching(g.name)]
    if not common:
        return CommonParameters(), list(given)
    values: dict[str, Any] = bind(known, common, source=source).values
    return CommonParameters(**values), [g for g in given if g not in common]


def with_common(common: CommonParameters, frame: Frame, caller: Frame) -> Frame:
    """The frame of a function that was given them: preferences in its scope, variables in its caller's."""
    for name, value in _preferences(common):
        frame.scope.set(name, value)
    if common.error_variable:
        kept = caller.scope.keep(common.error_variable, [])
        frame = frame.derive(kept_errors=(*frame.kept_errors, kept))
    written = ((Stream.WARNING, common.warning_variable), (Stream.INFORMATION, common.information_variable))
    sinks = {
        stream: _KeepingSink(frame.streams.sink(stream), caller.scope.keep(name, []))
        for stream, name in written
        if name
    }
    return frame.derive(streams=frame.streams.redirected(sinks)) if sinks else frame


def _preferences(common: CommonParameters) -> list[tuple[str, object]]:
    def shown(flag: bool | None) -> str | None:
        return None if flag is None else "Continue" if flag else "SilentlyContinue"

    confirm = None if common.confirm is None else "Low" if common.confirm else "None"
    found: tuple[tuple[str, object], ...] = (
        ("VerbosePreference", shown(common.verbose)),
        ("DebugPreference", shown(common.debug)),
        ("ErrorActionPreference", common.error_action),
        ("WarningPreference", common.warning_action),
        ("InformationPreference", common.information_action),
        ("ProgressPreference", common.progress_action),
        ("WhatIfPreference", common.what_if),
        ("ConfirmPreference", confirm),
    )
    return [(name, value) for name, value in found if value is not None]


class _KeepingSink:
    """Keeps in a list what it passes on."""

    def __init__(self, sink: Sink, kept: list[object]) -> None:
        self._sink = sink
        self._kept = kept

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Take one value."""
        if not isinstance(value, Chunk):
            self._kept.append(value)
        await self._sink.write(stream, value, where)


class RunningFunction:
    """`$PSCmdlet` in a function: asks for `-WhatIf` and `-Confirm`, writes errors as the function's own."""

    def __init__(self, name: str, common: CommonParameters, frame: Frame, caller: Frame) -> None:
        self._name = name
        self._frame = frame
        self._caller = caller
        self._confirming = Confirming(frame, common, frame.where(None))

    async def call(self, method: str, arguments: Sequence[object]) -> object:
        """`$PSCmdlet.ShouldProcess('target', 'action')`, `$PSCmdlet.WriteError($_)`."""
        match method.casefold(), list(arguments):
            case "shouldprocess", [what, *action] if len(action) < 2:
                return await self._confirming.should_process(
                    to_text(action[0]) if action else self._name, to_text(what)
                )
            case "writeerror", [error]:
                await self._write_error(self._record(error))
                return None
            case "throwterminatingerror", [error]:
                raise Thrown(self._record(error), (), *self._caller.where(None))
        hint = "it has ShouldProcess(target, action), WriteError(error), ThrowTerminatingError(error)"
        raise OperationError(f"$PSCmdlet has no method {method}() like this", hint=hint, error_id="MethodNotFound")

    def _record(self, error: object) -> ErrorRecord:
        record = error if isinstance(error, ErrorRecord) else ErrorRecord(to_text(error), error_id="WriteError")
        return record.replace(command=self._name)

    async def _write_error(self, record: ErrorRecord) -> None:
        """The caller's `$?` is false then."""
        self._caller.tally.failed(record.exit_status)
        preference = error_preference(self._frame)
        if preference == "stop":
            raise Thrown(record, (), *self._caller.where(None))
        if preference != "ignore":
            await report(record, self._caller.where(None), self._frame, is_shown=preference != "silentlycontinue")

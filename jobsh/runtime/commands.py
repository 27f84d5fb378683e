"""Calls of cmdlets and functions: arguments bound, input given, common parameters applied."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from jobsh.command.binder import Binding, bind
from jobsh.command.context import Context
from jobsh.command.given import Given
from jobsh.command.lines import split_lines
from jobsh.command.spec import CmdletSpec
from jobsh.errors import Interrupted, JobshError, NotFound, Span, UsageError
from jobsh.language import ast
from jobsh.runtime.arguments import evaluate_arguments
from jobsh.runtime.call_context import CallContext
from jobsh.runtime.failures import error_record, kinds_of
from jobsh.runtime.flow import Raised
from jobsh.runtime.frame import Frame
from jobsh.runtime.values import closing, gather, nothing

DEFAULT_VALUES = "PSDefaultParameterValues"


async def run_command(stage: ast.Command, frame: Frame, source: AsyncIterator[object] | None) -> AsyncIterator[object]:
    """`Verb-Noun -Name value …`."""
    try:
        asks_place = not _has(frame, stage.canonical, "goes_to_sessions")
        given = await evaluate_arguments(stage.arguments, frame, asks_place=asks_place)
        async with closing(call_command(stage.canonical, stage.name, given, frame, source, stage.name_span)) as values:
            async for value in values:
                yield value
    except JobshError as error:
        error.ends_text = error.ends_text or _has(frame, stage.canonical, "moves")
        raise


def _has(frame: Frame, name: str, quality: str) -> bool:
    """Whether the command is a cmdlet with this quality."""
    is_function = name.casefold() in frame.shell.functions
    return not is_function and bool(getattr(frame.shell.registry.spec(name).cls, quality))


def call_command(
    name: str,
    invoked_as: str,
    given: Sequence[Given],
    frame: Frame,
    source: AsyncIterator[object] | None,
    span: Span | None = None,
) -> AsyncIterator[object]:
    """Call a function or cmdlet by its own name."""
    function = frame.shell.functions.get(name.casefold())
    if function is not None:
        if any(argument.name == "?" for argument in given):
            return _help_on(function.name, frame, span)
        from jobsh.runtime.functions import call_function

        return call_function(function, invoked_as, given, frame, source, span)
    return _call_cmdlet(frame.shell.registry.spec(name), invoked_as, given, frame, source, span)


def _help_on(name: str, frame: Frame, span: Span | None) -> AsyncIterator[object]:
    """`NAME -?`."""
    return call_command("Get-Help", "Get-Help", (Given(None, name, name, span or Span(0, 0)),), frame, None, span)


async def _call_cmdlet(
    spec: CmdletSpec,
    invoked_as: str,
    given: Sequence[Given],
    frame: Frame,
    source: AsyncIterator[object] | None,
    span: Span | None,
) -> AsyncIterator[object]:
    defaults: Sequence[Given] = ()
    if frame.scope.find(DEFAULT_VALUES) is not None:
        from jobsh.runtime.defaults import default_values

        defaults = await default_values(spec.name, frame)
    binding = bind(spec, given, source=frame.source.text, defaults=defaults)
    if binding.common.help:
        values = _help_on(spec.name, frame, span)
    else:
        ctx = CallContext(frame, spec.name, invoked_as, binding.common, source is not None, span)
        if binding.common.error_variable:
            ctx.streams.keep_errors_of(binding.values.values())
        values = _invoke(binding, ctx, source)
        if binding.common.out_variable or binding.common.pipeline_variable:
            from jobsh.runtime.common import keeping_output

            values = keeping_output(values, binding.common, frame)
    async with closing(values):
        async for value in values:
            yield value


async def _invoke(binding: Binding, ctx: CallContext, source: AsyncIterator[object] | None) -> AsyncIterator[object]:
    """Run the cmdlet on its input; an error it raises is its own, with its name and place."""
    upstream = nothing() if source is None else source
    if not binding.spec.cls.takes_chunks:
        upstream = split_lines(upstream)
    try:
        async with closing(upstream):
            collected: list[object] = []
            if source is not None and binding.takes_pipeline:
                collected, upstream = await gather(upstream), nothing()
                if not collected and binding.lives_on_input:
                    if binding.spec.cls.moves:
                        raise NotFound("nothing came through the pipeline", hint="what follows was meant for it")
                    return
            ctx.input = upstream
            context: Context = ctx
            async with closing(binding.complete(collected).invoke(context)) as values:
                async for value in values:
                    yield value
    except (Raised, Interrupted):
        raise
    except JobshError as error:
        if isinstance(error, UsageError) and error.span is not None:
            raise
        record = error_record(error, binding.spec.name)
        if binding.spec.cls.moves or not await ctx.streams.takes_quietly(record, kinds_of(error)):
            raised = Raised(record, kinds_of(error), *ctx.where)
            raised.ends_text = error.ends_text
            raise raised from error

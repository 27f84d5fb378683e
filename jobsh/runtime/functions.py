"""Functions: their definition and their call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from jobsh.command.given import Given
from jobsh.errors import Span
from jobsh.language import ast
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.frame import Frame, Invocation, Source
from jobsh.runtime.parameters import bind_given
from jobsh.runtime.values import Input, closing


class Definition:
    """A function as it was defined."""

    def __init__(self, name: str, body: ast.Script, source: Source) -> None:
        self.name = name
        self.body = body
        self.source = source

    @property
    def text(self) -> str:
        """The source of the body."""
        return self.source.text[self.body.span.start : self.body.span.end]

    def block(self, frame: Frame) -> CodeBlock:
        """The body as a block."""
        return CodeBlock(self.text, self.body, ast.BlockKind.CODE, frame.derive(source=self.source))


async def run_definition(node: ast.Function, frame: Frame) -> AsyncIterator[object]:
    """`function NAME { … }`."""
    frame.shell.functions[node.name.casefold()] = Definition(node.name, node.body, frame.source)
    frame.shell.status = 0
    return
    yield


async def call_function(
    function: Definition,
    invoked_as: str,
    given: Sequence[Given],
    frame: Frame,
    source: AsyncIterator[object] | None,
    span: Span | None,
) -> AsyncIterator[object]:
    """Run a function on its arguments and its input."""
    code = function.body
    inside = frame.called(source=function.source, input=None if source is None else Input(source), arguments=())
    invocation = Invocation(function.name, invoked_as, frame.where(span))
    if not code.is_advanced:
        values = _run(function, given, inside.derive(invocation=invocation), frame)
    else:
        from jobsh.runtime.common import RunningFunction, keeping_output, take_common, with_common

        common, given = take_common(code, given, frame.source.text)
        inside = with_common(common, inside, frame)
        running = RunningFunction(function.name, common, inside, frame)
        values = _run(function, given, inside.derive(invocation=invocation._replace(function=running)), frame)
        values = keeping_output(values, common, frame)
    async with closing(values) as written:
        async for value in written:
            yield value
    frame.tally.ended(frame.shell.status)


async def _run(function: Definition, given: Sequence[Given], inside: Frame, caller: Frame) -> AsyncIterator[object]:
    inside = await bind_given(function.body, given, inside, caller.source.text)
    body = CodeBlock(function.text, function.body, ast.BlockKind.CODE, inside)
    async with closing(body.run_in(inside, is_bound=True)) as values:
        async for value in values:
            yield value

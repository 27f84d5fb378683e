"""`& target args` and `. target`: blocks, functions, `.jsh` files, and programs with jobsh words as their arguments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from jobsh.command.given import Given
from jobsh.command.text import to_text
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.runtime.arguments import evaluate_arguments
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.flow import ExitSignal
from jobsh.runtime.frame import Frame, Source
from jobsh.runtime.parameters import bind_given
from jobsh.runtime.values import Input, closing


async def run_call(stage: ast.Call, frame: Frame, source: AsyncIterator[object] | None) -> AsyncIterator[object]:
    """Call what the target is."""
    target = await evaluate(stage.target, frame)
    given = await evaluate_arguments(stage.arguments, frame)
    is_dotted = stage.operator == "."
    async with closing(await _called(stage, target, given, frame, source, is_dotted)) as values:
        async for value in values:
            yield value


async def _called(
    stage: ast.Call,
    target: object,
    given: Sequence[Given],
    frame: Frame,
    source: AsyncIterator[object] | None,
    is_dotted: bool,
) -> AsyncIterator[object]:
    if isinstance(target, CodeBlock):
        return _block(target.as_code(), given, _inside(frame, source, is_dotted), frame)
    name = to_text(target)
    if name.endswith(".jsh"):
        return _file(name, given, _inside(frame, source, is_dotted), frame)
    command = frame.shell.commands.resolve(name)
    if command is not None:
        from jobsh.runtime.commands import call_command

        return call_command(command, name, given, frame, source)
    if not name or is_dotted:
        raise OperationError("there is nothing to call", hint="& takes a block, a .jsh file, a command or a program")
    from jobsh.runtime.shell_text import run_program

    return run_program((name, *_words(stage, given, frame)), frame, source)


def _inside(frame: Frame, source: AsyncIterator[object] | None, is_dotted: bool) -> Frame:
    changes = {} if source is None else {"input": Input(source)}
    return frame.derive(**changes) if is_dotted else frame.called(**changes)


async def _block(block: CodeBlock, given: Sequence[Given], frame: Frame, caller: Frame) -> AsyncIterator[object]:
    assert block.code is not None
    inside = await bind_given(block.code, given, frame.derive(source=block.frame.source), caller.source.text)
    body = CodeBlock(block.text, block.code, block.kind, inside)
    async with closing(body.run_in(inside, is_bound=True)) as values:
        async for value in values:
            yield value
    caller.tally.ended(caller.shell.status)


async def _file(path: str, given: Sequence[Given], frame: Frame, caller: Frame) -> AsyncIterator[object]:
    """A `.jsh` file at the location; `exit` in it ends only the file."""
    from jobsh.language.parser import normal
    from jobsh.runtime.files import read_text

    text = normal(await read_text(path, caller))
    code = caller.shell.parse(text, path, caller.scope)
    inside = frame.derive(source=Source(text, path))
    if inside.own_scope is not caller.own_scope and inside.own_scope is not None:
        inside.own_scope.is_top = True
    inside = await bind_given(code, given, inside, caller.source.text)
    body = CodeBlock(text, code, ast.BlockKind.CODE, inside)
    try:
        async with closing(body.run_in(inside, is_bound=True)) as values:
            async for value in values:
                yield value
    except ExitSignal as leaving:
        caller.shell.ended(leaving.status)
    caller.tally.ended(caller.shell.status)


def _words(stage: ast.Call, given: Sequence[Given], frame: Frame) -> list[str]:
    """The arguments of a program: each value one word, unsplit; a list one word per item."""
    words: list[str] = []
    for argument in given:
        if argument.name is not None:
            words.append(_option(argument, frame))
            if not argument.has_value or words[-1].endswith(":"):
                continue
        values = argument.value if isinstance(argument.value, list) else [argument.value]
        words += [argument.word if argument.word is not None and not argument.items else to_text(v) for v in values]
    return words


def _option(argument: Given, frame: Frame) -> str:
    span = argument.name_span or argument.span
    return frame.source.text[span.start : span.end] or f"-{argument.name}"

"""What a cmdlet works on: -InputObject or the pipeline; and what it gives a program to run and to read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Param
from jobsh.command.objects import to_text
from jobsh.command.script_block import ScriptBlock
from jobsh.errors import OperationError
from jobsh.model.interpreters import of_file
from jobsh.model.records import Chunk, Line
from jobsh.runtime.values import closing, each

InputObject = Annotated[tuple[object, ...], Param("The objects, where they do not come from the pipeline.")]
"""What every verb for objects takes; a list gives its items, as in a pipeline."""


def items(ctx: Context, given: Sequence[object]) -> AsyncIterator[object]:
    """The objects to work on: -InputObject, else what the stage before writes."""
    return each(given) if given else ctx.input


async def script_of(ctx: Context, block: ScriptBlock | str | None, path: str) -> ScriptBlock | str:
    """The block, or the text of the file at the location; of a .jsh file jobsh code."""
    if block is not None:
        return block
    text = await _text_of(ctx, path)
    return ctx.code(text, path) if path.endswith(".jsh") else text


async def _text_of(ctx: Context, path: str) -> str:
    """The file as a script: without a byte order mark, and lines that all end in CR LF as other lines end."""
    data = b"".join([piece async for piece in ctx.read_file(path)]).removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        hint = "copy it to the host with Copy-Item -ToSession, and run it there"
        raise OperationError(
            f"{path} is no script: it holds NUL characters", hint=hint, error_id="NoScript", target=path
        )
    if data.count(b"\n") == data.count(b"\r\n"):
        data = data.replace(b"\r\n", b"\n")
    return data.decode("utf-8", "surrogateescape")


def reader_of(named: str, script: ScriptBlock | str, path: str) -> str:
    """The interpreter that was named; of a file without a `#!` line the one that its name means; empty: the place's shell."""
    if named or not path or not isinstance(script, str) or script.lstrip("\n").startswith("#!"):
        return named
    return of_file(path)


def to_bytes(value: object) -> bytes:
    """A value as a program reads it: output untouched, everything else as a line of text."""
    if isinstance(value, Chunk):
        value.take()
        return value.data
    if isinstance(value, Line):
        return value.to_bytes()
    return to_text(value).encode("utf-8", "surrogateescape") + b"\n"


async def all_values(ctx: Context, given: Iterable[object]) -> AsyncIterator[object]:
    """-InputObject, then what comes through the pipeline."""
    for value in given:
        yield value
    async with closing(ctx.input) as values:
        async for value in values:
            yield value


async def input_bytes(ctx: Context, given: Iterable[object]) -> AsyncIterator[bytes]:
    """The same as standard input for a program."""
    async with closing(all_values(ctx, given)) as values:
        async for value in values:
            yield to_bytes(value)


async def all_bytes(ctx: Context, given: Sequence[object]) -> bytes | None:
    """All of the standard input at once; None where there is none."""
    if not given and not ctx.has_input:
        return None
    return b"".join([piece async for piece in input_bytes(ctx, given)])

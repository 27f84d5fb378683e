"""What a cmdlet gives a program to run and to read: its text, and the bytes of its standard input."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from jobsh.command.context import Context, ScriptBlock
from jobsh.command.objects import to_text
from jobsh.model.messages import Program
from jobsh.model.records import Chunk, Line


async def program_of(
    ctx: Context, block: ScriptBlock | str | None, path: str, arguments: Sequence[object], interpreter: str
) -> Program:
    """The block, or the text of the file at the location, as a program."""
    script = block if block is not None else await _text_of(ctx, path)
    if block is None and not interpreter and path.endswith(".jsh"):
        interpreter = "jobsh"
    return await ctx.program(script, arguments=arguments, interpreter=interpreter)


async def _text_of(ctx: Context, path: str) -> str:
    return b"".join([piece async for piece in ctx.read_file(path)]).decode("utf-8", "surrogateescape")


def to_bytes(value: object) -> bytes:
    """A value as a program reads it: output untouched, everything else as a line of text."""
    if isinstance(value, Chunk):
        value.take()
        return value.data
    if isinstance(value, Line):
        return value.to_bytes()
    return to_text(value).encode("utf-8", "surrogateescape") + b"\n"


async def input_bytes(ctx: Context, given: Iterable[object]) -> AsyncIterator[bytes]:
    """Standard input for a program: -InputObject, then what comes through the pipeline."""
    for value in given:
        yield to_bytes(value)
    async for value in ctx.input:
        yield to_bytes(value)


async def all_bytes(ctx: Context, given: Sequence[object]) -> bytes | None:
    """All of the standard input at once; None where there is none."""
    if not given and not ctx.has_input:
        return None
    return b"".join([piece async for piece in input_bytes(ctx, given)])

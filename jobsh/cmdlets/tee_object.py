"""Tee-Object: keep what passes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from jobsh.cmdlets._encodings import Encoder, Encoding
from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path, VariableName
from jobsh.command.text_format import Drawing
from jobsh.command.values import as_list
from jobsh.model.records import Chunk, Line


class TeeObject(Cmdlet):
    """Write what passes into a file or variable too, and hand it on."""

    file_path: Annotated[
        Path,
        Param(
            "The file, at the location.", position=0, in_set="File", is_mandatory=True, aliases=("Path", "LiteralPath")
        ),
    ] = ""
    append: Annotated[bool, Param("Write after what is in the file or variable.")] = False
    variable: Annotated[VariableName, Param("The variable.", in_set="Variable", is_mandatory=True)] = ""
    encoding: Encoding = ""
    input_object: InputObject = ()

    default_set = "File"
    takes_chunks = True
    takes_formatted = True
    hands_on = True
    gives = "What it was given."
    examples = (
        Example(
            "Get-Job | Tee-Object jobs.txt | where State -eq Failed",
            "All jobs into a file, the failed ones to the screen.",
        ),
        Example(
            "1..3 | Tee-Object -Variable numbers | Measure-Object -Sum", "Keep the numbers in $numbers and add them up."
        ),
    )

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        return self._to_variable(ctx) if self.variable else self._to_file(ctx)

    async def _to_file(self, ctx: Context) -> AsyncIterator[object]:
        file = await ctx.open_file(self.file_path, append=self.append)
        drawing, encoder = Drawing(0), Encoder(self.encoding, begins=not self.append)

        async def write(data: bytes) -> None:
            if data:
                await file.write(encoder.encode(data))

        try:
            async for item in items(ctx, self.input_object):
                if isinstance(item, (Chunk, Line)):
                    await write(_bytes(drawing.end()))
                    await write(item.data if isinstance(item, Chunk) else item.to_bytes())
                else:
                    await write(_bytes(drawing.add(item)))
                yield item
        finally:
            await write(_bytes(drawing.end()))
            await file.aclose()

    async def _to_variable(self, ctx: Context) -> AsyncIterator[object]:
        kept = list(as_list(ctx.scope.get(self.variable))) if self.append else []
        try:
            async for item in _as_lines(items(ctx, self.input_object)):
                kept.append(item)
                yield item
        finally:
            ctx.scope.set(self.variable, kept if len(kept) != 1 else kept[0])


def _bytes(pieces: Iterator[str]) -> bytes:
    return "".join(pieces).encode("utf-8", "surrogateescape")


def _as_lines(values: AsyncIterator[object]) -> AsyncIterator[object]:
    from jobsh.command.lines import split_lines

    return split_lines(values)

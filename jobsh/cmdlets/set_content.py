"""Set-Content: write a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.command.types import Path
from jobsh.command.values import as_list
from jobsh.model.records import Line


class SetContent(Cmdlet):
    """Write values as lines into a file at the location; what was in it is gone.

    Values are written as text (`"$x"`), not as tables: that is Out-File.
    """

    path: Annotated[Path, Param("The file.", position=0, is_mandatory=True, aliases=("LiteralPath", "PSPath"))] = ""
    value: Annotated[tuple[object, ...], Param("The lines, where they do not come from the pipeline.", position=1)] = ()
    no_newline: Annotated[bool, Param("Write no newlines after the values.")] = False

    changes_something = True
    examples = (
        Example("Set-Content notes.txt 'first line', 'second line'", "A file of two lines."),
        Example("1..3 | Set-Content numbers.txt; Get-Content numbers.txt", "Values of the pipeline, one per line."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not await ctx.should_process("Set-Content", self.path):
            return
        file = await ctx.open_file(self.path)
        try:
            for value in self.value:
                await file.write(self._bytes(value))
            async for value in ctx.input:
                await file.write(self._bytes(value))
        finally:
            await file.aclose()
        return
        yield  # makes this a generator

    def _bytes(self, value: object) -> bytes:
        end = "" if self.no_newline else "\n"
        if isinstance(value, Line):
            return value.to_bytes() if not self.no_newline else value.encode("utf-8", "surrogateescape")
        return "".join(to_text(item) + end for item in as_list(value)).encode("utf-8", "surrogateescape")

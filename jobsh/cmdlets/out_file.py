"""Out-File: into a file at the location."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Path


class OutFile(Cmdlet):
    """Write what the pipeline gives into a file, as it would be printed.

    The file is where we are: on the host in an entered session, here otherwise. The output of programs is written byte for byte.
    `> FILE` does the same.
    """

    file_path: Annotated[Path, Param("The file.", position=0, is_mandatory=True, aliases=("Path", "LiteralPath"))] = ""
    append: Annotated[bool, Param("Write after what is in the file.")] = False
    no_newline: Annotated[bool, Param("Write no newlines after the values.")] = False
    width: Annotated[int, Param("Cut tables at so many columns; 0 cuts nothing.")] = 0

    takes_chunks = True
    takes_formatted = True
    changes_something = True
    examples = (
        Example("Get-Job | Out-File jobs.txt", "The table of jobs in a file.", setup="Start-Job { true } | Wait-Job"),
        Example("'another line' | Out-File jobs.txt -Append", "Add a line."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not await ctx.should_process("Out-File", self.file_path):
            return
        file = await ctx.open_file(self.file_path, append=self.append)
        try:
            async for data in ctx.printed(ctx.input, width=self.width):
                await file.write(data.removesuffix(b"\n") if self.no_newline else data)
        finally:
            await file.aclose()
        return
        yield  # makes this a generator

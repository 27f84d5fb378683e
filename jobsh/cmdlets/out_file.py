"""Out-File: into a file at the location."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _input, _writing
from jobsh.cmdlets._encodings import Encoding
from jobsh.cmdlets._paths import Place
from jobsh.cmdlets._writing import WrittenFiles
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path
from jobsh.errors import BindingError
from jobsh.model.files import WriteMode


class OutFile(Cmdlet):
    """Write what the pipeline gives into a file, as it would be printed.

    The file is where we are: on the host in an entered session, here otherwise. The output of programs is written byte for byte.
    `> FILE` does the same.
    """

    file_path: Annotated[
        Path, Param("The file.", position=0, is_mandatory=True, aliases=("Path", "LiteralPath", "PSPath", "LP"))
    ] = ""
    append: Annotated[bool, Param("Write after what is in the file.")] = False
    no_clobber: Annotated[bool, Param("Replace no file that is there.", aliases=("NoOverwrite",))] = False
    encoding: Encoding = ""
    force: _writing.Force = False
    no_newline: _writing.NoNewline = False
    width: Annotated[int, Param("Cut tables at so many columns; 0 cuts nothing.")] = 0
    input_object: _input.InputObject = ()

    takes_chunks = True
    takes_formatted = True
    changes_something = True
    gives = "Nothing."
    examples = (
        Example("Get-Job | Out-File jobs.txt", "The table of jobs in a file.", setup="Start-Job { true } | Wait-Job"),
        Example("'another line' | Out-File jobs.txt -Append", "Add a line."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.append and self.no_clobber:
            raise BindingError("-Append does not go together with -NoClobber", error_id="AmbiguousParameterSet")
        if not await ctx.should_process("Output to File", self.file_path):
            return
        mode = WriteMode.APPEND if self.append else WriteMode.NEW if self.no_clobber else WriteMode.REPLACE
        place = await Place.of_call(ctx)
        async with WrittenFiles(ctx, place, mode, self.encoding, forces=self.force) as files:
            await files.open(await place.whole(self.file_path))
            if files.is_any:
                async for data in ctx.printed(_input.items(ctx, self.input_object), width=self.width):
                    await files.write(data.removesuffix(b"\n") if self.no_newline else data)
        return
        yield  # makes this a generator

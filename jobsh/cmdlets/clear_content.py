"""Clear-Content: make a file empty."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets import _paths, _writing
from jobsh.cmdlets._paths import Choice, Place
from jobsh.cmdlets._writing import WrittenFiles
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example
from jobsh.errors import FileError
from jobsh.model.files import WriteMode


class ClearContent(Cmdlet):
    """Take everything out of files at the location; the files stay."""

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    force: _writing.Force = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()

    default_set = "Path"
    changes_something = True
    gives = "Nothing."
    examples = (
        Example("Clear-Content *.log", "Empty all logs.", setup="Set-Content a.log 'a line'"),
        Example("Clear-Content * -Exclude keep.txt -WhatIf", "Say which files would be emptied."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        place = await Place.of_call(ctx)
        choice = Choice(self.filter, self.include, self.exclude)
        async with WrittenFiles(ctx, place, WriteMode.REPLACE, forces=self.force) as files:
            async for path in place.expanded(self.path, self.literal_path, choice=choice):
                try:
                    await place.files.stat(path)
                except FileError as error:
                    await ctx.error(error)
                    continue
                if await ctx.should_process("Clear Content", path):
                    await files.open(path)
        return
        yield  # makes this a generator

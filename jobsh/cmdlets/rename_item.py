"""Rename-Item: another name in the same directory."""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._paths import Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.file_items import PathPattern
from jobsh.errors import BindingError, FileError
from jobsh.model.files import FileItem


class RenameItem(Cmdlet):
    """Give a file or directory at the location another name in its directory."""

    path: Annotated[
        PathPattern,
        Param(
            "What gets another name; no wildcards.",
            position=0,
            is_mandatory=True,
            aliases=("LiteralPath", "PSPath", "LP"),
        ),
    ] = ""
    new_name: Annotated[str, Param("The name; not a path.", position=1, is_mandatory=True)] = ""
    force: Annotated[bool, Param("Replace a file that has the name.")] = False
    pass_thru: Annotated[bool, Param("Write what was renamed to the pipeline.")] = False

    changes_something = True
    output_types = (FileItem,)
    gives = "Nothing; with -PassThru what was renamed."
    examples = (
        Example("Rename-Item notes.txt old.txt", "Give a file another name.", setup="Set-Content notes.txt x"),
        Example(
            "Get-ChildItem *.htm | ForEach-Object { Rename-Item $_ ($_.BaseName + '.html') }",
            "Give many files another extension.",
            setup="Set-Content a.htm x",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not self.new_name or "/" in self.new_name:
            what = f"-NewName {self.new_name}: this is not a name"
            raise BindingError(what, hint="Move-Item moves to another directory", error_id="Argument")
        place = await Place.of_call(ctx)
        path = (await place.whole(self.path)).rstrip("/")
        new = posixpath.join(posixpath.dirname(path), self.new_name)
        try:
            await place.files.stat(path, follows=False)
            if await ctx.should_process("Rename", f"{path} to {self.new_name}"):
                await place.files.rename(path, new, replaces=self.force)
                if self.pass_thru:
                    yield await place.item(new, await place.files.stat(new, follows=False))
        except FileError as error:
            await ctx.error(error)

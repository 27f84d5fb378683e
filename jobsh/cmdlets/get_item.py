"""Get-Item: files and directories themselves, as objects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _paths
from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import FileError
from jobsh.model.files import FileItem


class GetItem(Cmdlet):
    """Give files and directories at the location as objects: themselves, not what is in them."""

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    force: Annotated[bool, Param("Wildcards match hidden files, too.")] = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()

    default_set = "Path"
    output_types = (FileItem,)
    examples = (
        Example("(Get-Item /etc/passwd).LastWriteTime", "When a file was written last."),
        Example("Get-Item /etc/*.conf | Measure-Object Length -Sum", "How large some files are together."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        place = await Place.of_call(ctx)
        choice = Choice(self.filter, self.include, self.exclude)
        async for path in place.expanded(self.path, self.literal_path, choice=choice, shows_hidden=self.force):
            try:
                named = path.removesuffix("/.").rstrip("/") or "/"
                yield await place.item(named, await place.files.stat(named, follows=False))
            except FileError as error:
                await ctx.error(error)

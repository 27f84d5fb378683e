"""Move-Item: another path for files and directories."""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _paths
from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path
from jobsh.errors import FileError, PathNotFound
from jobsh.model.files import FileItem, FileKind


class MoveItem(Cmdlet):
    """Move files and directories at the location, on one file system: into a directory that is there, else to this name."""

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    destination: Annotated[Path, Param("Where to; the current directory without it.", position=1)] = "."
    force: Annotated[bool, Param("Replace a file that is there; wildcards match hidden files.")] = False
    pass_thru: Annotated[bool, Param("Write what was moved to the pipeline.")] = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()

    default_set = "Path"
    changes_something = True
    output_types = (FileItem,)
    gives = "Nothing; with -PassThru what was moved."
    examples = (
        Example("Move-Item notes.txt old.txt", "Give a file another name.", setup="Set-Content notes.txt x"),
        Example("Move-Item *.log ./logs", "Move files into a directory.", setup="mkdir logs; Set-Content a.log x"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        place = await Place.of_call(ctx)
        goal = await place.whole(self.destination)
        choice = Choice(self.filter, self.include, self.exclude)
        async for path in place.expanded(self.path, self.literal_path, choice=choice, shows_hidden=self.force):
            try:
                new = await _into(place, path.rstrip("/"), goal)
                if await ctx.should_process("Move", f"{path} to {new}"):
                    await place.files.rename(path.rstrip("/"), new, replaces=self.force)
                    if self.pass_thru:
                        yield await place.item(new, await place.files.stat(new, follows=False))
            except FileError as error:
                await ctx.error(error)


async def _into(place: Place, path: str, goal: str) -> str:
    """The path it gets."""
    await place.files.stat(path, follows=False)
    try:
        info = await place.files.stat(goal)
    except PathNotFound:
        if goal.endswith("/"):
            raise
        return goal
    return posixpath.join(goal, posixpath.basename(path)) if info.kind is FileKind.DIRECTORY else goal

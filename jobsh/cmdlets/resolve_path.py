"""Resolve-Path: whole paths of what is there."""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _paths
from jobsh.cmdlets._paths import Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import FileError


class ResolvePath(Cmdlet):
    """Give the whole path of each file and directory that is meant at the location, wildcards resolved."""

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    relative: Annotated[bool, Param("Paths from the current directory on.")] = False
    force: Annotated[bool, Param("Wildcards match hidden files, too.")] = False

    default_set = "Path"
    output_types = (str,)
    examples = (
        Example("Resolve-Path ~", "Where the home directory is."),
        Example("Resolve-Path /etc/pass*", "What wildcards mean."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        place = await Place.of_call(ctx)
        here = await ctx.directory()
        async for path in place.expanded(self.path, self.literal_path, shows_hidden=self.force):
            try:
                await place.files.stat(path, follows=False)
            except FileError as error:
                await ctx.error(error)
                continue
            whole = posixpath.normpath(path)
            relative = posixpath.relpath(whole, here)
            yield whole if not self.relative else relative if relative.startswith("..") else f"./{relative}"

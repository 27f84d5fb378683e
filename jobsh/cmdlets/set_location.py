"""Set-Location: change the directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path


class SetLocation(Cmdlet):
    """Change the current directory of the location: the same that `cd` changes.

    Without a path it goes to the home directory.
    """

    path: Annotated[
        Path, Param("The directory; ~ is the home directory, - the one before.", position=0, aliases=("LiteralPath",))
    ] = "~"
    pass_thru: Annotated[bool, Param("Write the new directory to the pipeline.")] = False

    gives = "Nothing; with -PassThru the directory."
    examples = (
        Example("Set-Location /tmp", "Go to /tmp."),
        Example("Set-Location / -PassThru", "Go to the root and print it."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        await ctx.change_directory(self.path)
        if self.pass_thru:
            yield await ctx.directory()

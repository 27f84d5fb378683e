"""Remove-Item: files and directories go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _paths
from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import FileError
from jobsh.model.files import FileInfo, FileKind


class RemoveItem(Cmdlet):
    """Remove files, links and directories at the location. No link is followed.

    A directory with something in it needs -Recurse, a read-only file -Force. The root directory is never removed.
    """

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    recurse: Annotated[bool, Param("Remove directories with all that is in them.")] = False
    force: Annotated[bool, Param("Remove read-only files; wildcards match hidden files.")] = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()

    default_set = "Path"
    changes_something = True
    gives = "Nothing."
    examples = (
        Example("Remove-Item *.tmp", "Remove some files.", setup="Set-Content a.tmp x"),
        Example("Remove-Item ./build -Recurse -WhatIf", "Say what would go.", setup="mkdir build"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        place = await Place.of_call(ctx)
        choice = Choice(self.filter, self.include, self.exclude)
        async for path in place.expanded(self.path, self.literal_path, choice=choice, shows_hidden=self.force):
            try:
                await self._remove(ctx, place, path)
            except FileError as error:
                await ctx.error(error)
        return
        yield  # makes this a generator

    async def _remove(self, ctx: Context, place: Place, path: str) -> None:
        files, named = place.files, path.rstrip("/")
        info = await files.stat(named or "/", follows=False)
        self._check(place, path, info)
        is_directory = info.kind is FileKind.DIRECTORY
        if not await ctx.should_process("Remove Directory" if is_directory else "Remove File", path):
            return
        if not is_directory:
            await files.remove(named)
        elif self.recurse:
            for failure in await files.remove_tree(named):
                await ctx.error(FileError.about(place.host, failure.path, failure.reason, error_id=failure.error_id))
        else:
            await self._remove_empty(place, named)

    async def _remove_empty(self, place: Place, path: str) -> None:
        try:
            await place.files.remove_directory(path)
        except FileError as error:
            if error.error_id != "DirectoryNotEmpty":
                raise
            what, hint = "something is in the directory", "-Recurse removes that, too"
            raise FileError.about(place.host, path, what, error_id="DirectoryNotEmpty", hint=hint) from None

    def _check(self, place: Place, path: str, info: FileInfo) -> None:
        if path.startswith("/") and set(path) <= {"/", "."}:
            raise FileError.about(place.host, path, "the root directory is not removed", error_id="RootDirectory")
        if path.rstrip("/").rpartition("/")[2] in (".", ".."):
            raise FileError.about(place.host, path, "the directory we are in is not removed", error_id="InUse")
        if info.kind is FileKind.FILE and not info.mode & 0o222 and not self.force:
            raise FileError.about(place.host, path, "is read-only", error_id="ReadOnly", hint="-Force removes it")

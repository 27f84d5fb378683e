"""New-Item: files, directories and links."""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.cmdlets._paths import Place
from jobsh.cmdlets._writing import line_bytes
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path
from jobsh.command.text import to_text
from jobsh.errors import BindingError, FileError, PathNotFound
from jobsh.model.files import FileItem, FileKind, WriteMode


class NewItem(Cmdlet):
    """Make files, directories and symbolic links at the location.

    A directory is made with those above it. Something that is there is an error; with -Force a file becomes empty, and a
    directory stays as it is.
    """

    path: Annotated[tuple[Path, ...], Param("What to make; with -Name, where.", position=0, from_property=True)] = ()
    name: Annotated[str, Param("The name of what to make, in the directory -Path.", from_property=True)] = ""
    item_type: Annotated[Literal["File", "Directory", "SymbolicLink"], Param("What to make.", aliases=("Type",))] = (
        "File"
    )
    value: Annotated[object, Param("What is in the file, or where the link leads.", aliases=("Target",))] = None
    force: Annotated[bool, Param("Empty a file that is there; a directory may be there.")] = False

    changes_something = True
    output_types = (FileItem,)
    examples = (
        Example("New-Item logs/old -ItemType Directory", "Make a directory, and the one above it."),
        Example("New-Item notes.txt -Value 'begun'", "Make a file with something in it."),
        Example("New-Item -Path . -Name current -ItemType SymbolicLink -Value notes.txt", "Make a link."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not self.path and not self.name:
            raise BindingError("New-Item needs -Path or -Name", error_id="MissingMandatoryParameter")
        place = await Place.of_call(ctx)
        for path in self.path or (".",):
            whole = await place.whole(posixpath.join(path, self.name) if self.name else path)
            whole = posixpath.normpath(whole)
            try:
                if await ctx.should_process(f"Create {self.item_type}", whole):
                    await self._make(place, whole)
                    yield await place.item(whole, await place.files.stat(whole, follows=False))
            except FileError as error:
                await ctx.error(error)

    async def _make(self, place: Place, path: str) -> None:
        if self.item_type == "Directory":
            await self._make_directory(place, path)
        elif self.item_type == "File":
            writer = await place.files.write(path, WriteMode.REPLACE if self.force else WriteMode.NEW)
            try:
                if self.value is not None:
                    await writer.write(line_bytes(self.value, no_newline=True))
            finally:
                await writer.aclose()
        else:
            await self._make_link(place, path)

    async def _make_link(self, place: Place, path: str) -> None:
        if self.value is None:
            raise BindingError("a link needs -Value: where it leads", error_id="MissingMandatoryParameter")
        if self.force and await place.is_there(path):
            await place.files.remove(path)
        await place.files.make_link(path, to_text(self.value))

    async def _make_directory(self, place: Place, path: str) -> None:
        try:
            await _with_those_above(place, path)
        except FileError as error:
            is_directory = error.error_id == "PathExists" and (await place.files.stat(path)).kind is FileKind.DIRECTORY
            if not (is_directory and self.force):
                raise


async def _with_those_above(place: Place, path: str) -> None:
    """Make a directory, and where its parent is not there, that first."""
    try:
        await place.files.make_directory(path, 0o777)
    except PathNotFound:
        above = posixpath.dirname(path)
        if above in ("", path):
            raise
        await _with_those_above(place, above)
        await place.files.make_directory(path, 0o777)

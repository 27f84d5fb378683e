"""What is in directories: entries in order, and trees below them. An unreadable directory is an error; the rest goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.errors import FileError
from jobsh.model.files import FileInfo, FileItem, FileKind
from jobsh.model.struct import Struct
from jobsh.runtime.values import closing


class Wanted(Struct):
    """Which entries are given."""

    choice: Choice
    depth: int = 0
    """How many directories below; -1: all."""
    files: bool = True
    directories: bool = True
    hidden: bool = False
    only_hidden: bool = False

    def takes(self, info: FileInfo) -> bool:
        """Whether an entry is given."""
        is_directory = info.kind is FileKind.DIRECTORY
        is_kind = self.directories if is_directory else self.files
        is_hidden = info.name.startswith(".")
        is_shown = is_hidden if self.only_hidden else (self.hidden or not is_hidden)
        return is_kind and is_shown and self.choice.takes(info.name)

    def enters(self, info: FileInfo) -> bool:
        """Whether what is in it is given, too."""
        is_shown = self.hidden or self.only_hidden or not info.name.startswith(".")
        return info.kind is FileKind.DIRECTORY and is_shown and not self.choice.leaves_out(info.name)


async def entries(
    ctx: Context, place: Place, directory: str, wanted: Wanted, depth: int = 0
) -> AsyncIterator[FileItem]:
    """What is in a directory: directories first, each kind by name; then what is in those, as deep as wanted."""
    try:
        infos = [info async for batch in place.files.list(directory) for info in batch]
    except FileError as error:
        await ctx.error(error)
        return
    infos.sort(key=lambda info: (info.kind is not FileKind.DIRECTORY, info.name.casefold(), info.name))
    base = directory.rstrip("/")
    for info in infos:
        if wanted.takes(info):
            yield await place.item(f"{base}/{info.name}", info)
    if wanted.depth >= 0 and depth >= wanted.depth:
        return
    for info in infos:
        if wanted.enters(info):
            async with closing(entries(ctx, place, f"{base}/{info.name}", wanted, depth + 1)) as below:
                async for item in below:
                    yield item

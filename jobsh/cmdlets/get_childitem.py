"""Get-ChildItem: what is in directories, as objects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _paths
from jobsh.cmdlets._listing import Wanted, entries
from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.file_items import ItemPath, PathPattern
from jobsh.errors import BindingError, FileError
from jobsh.model.files import FileItem, FileKind
from jobsh.model.queries import has_wildcard
from jobsh.runtime.values import closing


class GetChildItem(Cmdlet):
    """Give the files and directories in a directory at the location, as objects.

    A path that is a file, or that wildcards found, gives itself. Directories come first, each kind by name.
    """

    path: Annotated[
        tuple[PathPattern, ...],
        Param(
            "The directories; wildcards allowed. Without it, the current one.",
            position=0,
            in_set="Path",
            from_pipeline=True,
            from_property=True,
        ),
    ] = ()
    literal_path: _paths.LiteralPath = ()
    filter: Annotated[str, Param("Only names such as *.log.", position=1)] = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()
    recurse: Annotated[bool, Param("Give what is in the directories below, too.", aliases=("s",))] = False
    depth: Annotated[int | None, Param("How many directories below; implies -Recurse.")] = None
    file: Annotated[bool, Param("No directories.", aliases=("af",))] = False
    directory: Annotated[bool, Param("Only directories.", aliases=("ad", "d"))] = False
    hidden: Annotated[bool, Param("Only names that begin with a dot.", aliases=("ah", "h"))] = False
    force: Annotated[bool, Param("Names that begin with a dot, too.")] = False
    name: Annotated[bool, Param("Only the names; below directories, the paths from there.")] = False

    default_set = "Path"
    output_types = (FileItem,)
    examples = (
        Example("Get-ChildItem /etc *.conf", "Some of what is in /etc."),
        Example(
            "Get-ChildItem -Recurse -File | Sort-Object Length -Descending -Top 3",
            "The three largest files below here.",
            setup="mkdir -p a/b; echo long > a/b/f",
        ),
        Example(
            "Invoke-Command web01, web02 { Get-ChildItem ~ *.log } | Format-Table PSComputerName, Length, Name",
            "The logs of several hosts.",
            setup="Invoke-Command web01, web02 { echo line > a.log }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.depth is not None and self.depth < 0:
            raise BindingError("-Depth takes 0 or more", error_id="ParameterArgumentValidationError")
        place = await Place.of_call(ctx)
        wanted = self._wanted()
        for path in self.path or (() if self.literal_path else (".",)):
            is_found = not isinstance(path, ItemPath) and has_wildcard(path)
            async for one in place.expanded((path,), shows_hidden=self.force):
                async for item in self._of(ctx, place, one, wanted, is_found=is_found):
                    yield item
        async for one in place.expanded((), self.literal_path):
            async for item in self._of(ctx, place, one, wanted, is_found=False):
                yield item

    def _wanted(self) -> Wanted:
        depth = self.depth if self.depth is not None else -1 if self.recurse else 0
        kinds = (not self.directory or self.file, not self.file or self.directory)
        return Wanted(Choice(self.filter, self.include, self.exclude), depth, *kinds, self.force, self.hidden)

    async def _of(
        self, ctx: Context, place: Place, path: str, wanted: Wanted, *, is_found: bool
    ) -> AsyncIterator[object]:
        named = path.removesuffix("/.").rstrip("/") or "/"
        try:
            info = await place.files.stat(named)
            if info.kind is FileKind.DIRECTORY and (wanted.depth or not is_found):
                async with closing(entries(ctx, place, named, wanted)) as items:
                    async for item in items:
                        yield self._shown(item, named)
                return
            item = await place.item(named, await place.files.stat(named, follows=False))
        except FileError as error:
            await ctx.error(error)
            return
        if wanted.replace(hidden=True).takes(item.info):
            yield self._shown(item, named)

    def _shown(self, item: FileItem, base: str) -> object:
        if not self.name:
            return item
        prefix = base.rstrip("/") + "/"
        return item.full_name.removeprefix(prefix) if item.full_name.startswith(prefix) else item.info.name

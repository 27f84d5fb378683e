"""Test-Path: whether there is something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from jobsh.cmdlets import _paths
from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Date
from jobsh.errors import FileError, PathNotFound
from jobsh.model.files import FileInfo, FileKind
from jobsh.model.queries import has_wildcard


class TestPath(Cmdlet):
    """Say whether there is something at each path at the location: `$true` or `$false`."""

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    path_type: Annotated[
        Literal["Any", "Container", "Leaf"],
        Param("What it must be: a directory (Container), anything else (Leaf), or either.", aliases=("Type",)),
    ] = "Any"
    newer_than: Annotated[Date | None, Param("It must have been written after this time.")] = None
    older_than: Annotated[Date | None, Param("It must have been written before this time.")] = None
    is_valid: Annotated[bool, Param("Only whether it could be a path; nothing is looked at.")] = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()

    default_set = "Path"
    output_types = (bool,)
    examples = (
        Example("Test-Path /etc/passwd", "True."),
        Example("if (-not (Test-Path ~/cache -PathType Container)) { mkdir ~/cache }", "Make a directory once."),
        Example("Invoke-Command web01 { Test-Path *.log }", "Whether a host has logs where the session is."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        place = await Place.of_call(ctx)
        for path in self.path:
            yield await self._is_there(ctx, place, path, is_literal=False)
        for path in self.literal_path:
            yield await self._is_there(ctx, place, path, is_literal=True)

    async def _is_there(self, ctx: Context, place: Place, path: str, *, is_literal: bool) -> bool:
        if self.is_valid or not path or "\0" in path:
            return bool(path) and "\0" not in path
        choice = Choice(self.filter, self.include, self.exclude)
        patterns, literal = ((), (path,)) if is_literal else ((path,), ())
        found = place.expanded(patterns, literal, choice=choice, shows_hidden=has_wildcard(path))
        try:
            return any([await self._is_meant(place, one) async for one in found])
        except FileError as error:
            await ctx.error(error)
            return False

    async def _is_meant(self, place: Place, path: str) -> bool:
        try:
            info = await place.files.stat(path)
        except PathNotFound:
            return False
        except FileError as error:
            if error.error_id == "NotDirectory":
                return False
            raise
        is_directory = info.kind is FileKind.DIRECTORY
        is_kind = self.path_type == "Any" or is_directory == (self.path_type == "Container")
        return is_kind and self._is_of_age(info)

    def _is_of_age(self, info: FileInfo) -> bool:
        newer, older = _seconds(self.newer_than), _seconds(self.older_than)
        return (newer is None or info.modified > newer) and (older is None or info.modified < older)


def _seconds(at: Any) -> float | None:
    return None if at is None else float(at.timestamp())

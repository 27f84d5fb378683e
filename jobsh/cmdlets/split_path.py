"""Split-Path: a part of a path."""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _paths
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.file_items import split_extension


class SplitPath(Cmdlet):
    """Give a part of each path: the directory, unless another is asked for. Nothing is looked at."""

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    parent: Annotated[bool, Param("The directory it is in; so without any of these.")] = False
    leaf: Annotated[bool, Param("The last part.")] = False
    leaf_base: Annotated[bool, Param("The last part without its extension.")] = False
    extension: Annotated[bool, Param("The extension of the last part, with its dot.")] = False
    is_absolute: Annotated[bool, Param("Whether it begins at the root.")] = False

    default_set = "Path"
    output_types = (str, bool)
    examples = (
        Example("Split-Path /srv/app/today.log", "Gives /srv/app."),
        Example("Split-Path /srv/app/today.log -LeafBase", "Gives today."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        for path in (*self.path, *self.literal_path):
            yield self._part(str(path))

    def _part(self, path: str) -> object:
        whole = path.rstrip("/") or path[:1]
        name = posixpath.basename(whole)
        if self.is_absolute:
            return path.startswith("/")
        if self.leaf:
            return name or whole
        if self.leaf_base or self.extension:
            base, extension = split_extension(name)
            return base if self.leaf_base else extension
        return posixpath.dirname(whole) if whole != "/" else ""

"""Files as objects: their properties, how they are drawn, and the paths that take them. Loaded by the verbs that need it."""

from __future__ import annotations

from typing import Annotated

from jobsh.command import property_tables, text, views
from jobsh.command.name_types import PathType
from jobsh.command.property_tables import local_time
from jobsh.model.files import FileItem, FileKind


class ItemPath(str):
    """The path of an object that was a file somewhere: taken as it is, and only where the object came from."""

    host: str = ""
    """Empty: this machine."""

    @classmethod
    def of(cls, item: FileItem) -> ItemPath:
        """Where an item of Get-ChildItem is."""
        path = cls(item.full_name)
        path.host = item.host
        return path


class PathPatternType(PathType):
    """Paths at the location, with wildcards; a file that Get-ChildItem gave means itself."""

    def from_object(self, value: object) -> object:
        return ItemPath.of(value) if isinstance(value, FileItem) else super().from_object(value)

    def fits_object(self, value: object) -> bool:
        return value is None or isinstance(value, (str, int, float, FileItem))

    def describe(self) -> str:
        return "paths, in which * ? [a-z] stand for names"


PathPattern = Annotated[str, PathPatternType()]
"""A path at the location, possibly with wildcards; an ItemPath for an object."""


def split_extension(name: str) -> tuple[str, str]:
    """The name before its last dot, and that dot with what follows."""
    base, dot, extension = name.rpartition(".")
    return (base, dot + extension) if dot else (name, "")


def _length(item: FileItem) -> int | None:
    return None if item.info.kind is FileKind.DIRECTORY else item.info.size


_LISTED: property_tables.Properties = {
    "Mode": lambda item: item.info.mode_text,
    "LastWriteTime": lambda item: local_time(item.info.modified),
    "Length": _length,
    "Name": lambda item: item.info.name,
    "FullName": lambda item: item.full_name,
    "DirectoryName": lambda item: item.full_name.rpartition("/")[0] or "/",
    "BaseName": lambda item: split_extension(item.info.name)[0],
    "Extension": lambda item: split_extension(item.info.name)[1],
    "LastAccessTime": lambda item: local_time(item.info.accessed),
    "User": lambda item: item.info.user,
    "Group": lambda item: item.info.group,
    "ItemType": lambda item: item.info.kind,
    "LinkTarget": lambda item: item.target or None,
    "PSIsContainer": lambda item: item.info.kind is FileKind.DIRECTORY,
    "PSComputerName": lambda item: item.host,
}

_HIDDEN: property_tables.Properties = {
    "Size": lambda item: item.info.size,
    "UnixMode": lambda item: item.info.mode_text,
    "Target": lambda item: item.target or None,
    "LinkType": lambda item: "SymbolicLink" if item.info.kind is FileKind.LINK else None,
    "PSPath": lambda item: item.full_name,
    "PSChildName": lambda item: item.info.name,
    "Exists": lambda item: True,
    "ComputerName": lambda item: item.host,
}

_COLUMNS = views.columns(
    ("Mode", 10), ("User", 8), ("Group", 8), ("LastWriteTime", 19), ("Length", 10, "right"), ("Name", 0)
)

property_tables.register(FileItem, _LISTED, _HIDDEN)
text.register(FileItem, lambda item: item.full_name)
views.register(FileItem, views.View(_COLUMNS))

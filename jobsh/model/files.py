"""Files as they are seen at one moment, and what a copy of files asks and tells. Pure: opens nothing."""

from __future__ import annotations

import stat
from enum import StrEnum

from jobsh.model.ids import Location
from jobsh.model.struct import Struct


class FileKind(StrEnum):
    """What stands at a path."""

    FILE = "File"
    DIRECTORY = "Directory"
    LINK = "Link"
    OTHER = "Other"
    """A device, pipe or socket: never opened, as that could wait for ever."""


_KINDS = {stat.S_IFREG: FileKind.FILE, stat.S_IFDIR: FileKind.DIRECTORY, stat.S_IFLNK: FileKind.LINK}


def kind_of(mode: int) -> FileKind:
    """The kind that the type bits of a mode say."""
    return _KINDS.get(stat.S_IFMT(mode), FileKind.OTHER)


class FileInfo(Struct):
    """One file, directory, link or something else."""

    name: str
    """The last part of its path. Undecodable bytes are surrogate escapes."""
    mode: int
    """Type and permission bits."""
    size: int = 0
    modified: float = 0.0
    accessed: float = 0.0
    user: str = ""
    group: str = ""

    @property
    def kind(self) -> FileKind:
        """What it is."""
        return kind_of(self.mode)

    @property
    def permissions(self) -> int:
        """What may be given to a copy: never set-user-ID and the like."""
        return self.mode & 0o777

    @property
    def mode_text(self) -> str:
        """`-rw-r--r--`."""
        return stat.filemode(self.mode)


class FileItem(Struct):
    """A file as Get-ChildItem gives it: where it is, and how it is."""

    full_name: str
    info: FileInfo
    host: str = ""
    """Empty: this machine's."""
    target: str = ""
    """Where a link leads."""


class FileFailure(Struct):
    """Something could not be done with one file of many."""

    path: str
    reason: str
    error_id: str


class WriteMode(StrEnum):
    """How a file is opened that is to be written."""

    REPLACE = "replace"
    """What was in it is gone."""
    APPEND = "append"
    NEW = "new"
    """There must be none yet."""


class CopyFrom(Struct):
    """Paths of one place."""

    location: Location
    paths: tuple[str, ...]
    """Whole paths, no wildcards."""
    folder: str = ""
    """The folder below the destination that gets them: one per host where there are several."""


class CopyTo(Struct):
    """Where a copy goes at one place."""

    location: Location
    path: str
    """A whole path: of a directory that is there, else the name that what is copied gets; one that ends in a slash, a directory."""


class CopyRequest(Struct):
    """Copy files between this machine and hosts, or within one of them."""

    sources: tuple[CopyFrom, ...]
    destinations: tuple[CopyTo, ...]
    recurses: bool = False
    flattens: bool = False
    """Files of trees go straight into the destination."""
    forces: bool = False
    """Replace what is read-only."""
    resumes: bool = False
    includes: tuple[str, ...] = ()
    """Of the files in a tree, only those with such a name."""
    excludes: tuple[str, ...] = ()
    umask: int = 0o077
    """Of directories that are made here and are no copies."""
    tells_each: bool = False
    """Whether each copied file and directory is told."""


class CopyProgress(Struct):
    """How far a copy is. The totals grow while directories are read."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int


class Copied(Struct):
    """One file or directory arrived."""

    item: FileItem


class CopyFailed(Struct):
    """One file, or all of one host, could not be copied; the rest goes on."""

    message: str
    error_id: str
    host: str
    path: str
    hint: str = ""
    is_host: bool = False
    """Whether the host is not reached: nothing more of it is copied."""


CopyEvent = CopyProgress | Copied | CopyFailed

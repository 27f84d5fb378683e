"""What stands in a directory of this machine, and what each entry is."""

from __future__ import annotations

import grp
import os
import pwd
from functools import cache

from jobsh.model.files import FileInfo

_AT_ONCE = 500
"""Entries of a directory that are read in one go."""


class Entries:
    """A directory that is being read."""

    def __init__(self, directory: int) -> None:
        self._directory = directory
        self._entries = os.scandir(directory)

    def next(self) -> list[FileInfo]:
        """Some more; one that went meanwhile has no name."""
        found: list[FileInfo] = []
        for entry in self._entries:
            try:
                found.append(info_of(entry.name, entry.stat(follow_symlinks=False)))
            except FileNotFoundError:
                found.append(FileInfo("", 0))
            if len(found) == _AT_ONCE:
                break
        return found

    def close(self) -> None:
        """Stop reading."""
        self._entries.close()
        os.close(self._directory)


def next_infos(entries: Entries) -> list[FileInfo]:
    """Some more of them: as a function that a thread can be given."""
    return entries.next()


def info_of(name: str, found: os.stat_result) -> FileInfo:
    """What stat says of a file."""
    return FileInfo(
        name,
        found.st_mode,
        found.st_size,
        found.st_mtime,
        found.st_atime,
        _user(found.st_uid),
        _group(found.st_gid),
    )


@cache
def _user(id: int) -> str:
    try:
        return pwd.getpwuid(id).pw_name
    except KeyError:
        return str(id)


@cache
def _group(id: int) -> str:
    try:
        return grp.getgrgid(id).gr_name
    except KeyError:
        return str(id)

"""Paths and contents of files at a location, here as on a host. Opens nothing itself: that is what a location's Files do."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from jobsh.runtime.values import closing

if TYPE_CHECKING:
    from jobsh.command.context import FileSink
    from jobsh.runtime.frame import Frame
    from jobsh.runtime.located import Located


def joined(directory: str, path: str, home: str) -> str:
    """The path as the location has it: `~` is the home, the rest relative to the current directory."""
    if path == "~" or path.startswith("~/"):
        path = home + path[1:]
    return os.path.join(directory, path)


async def read_file(path: str, located: Located) -> AsyncIterator[bytes]:
    """The bytes of a file."""
    async with closing(located.files().read(await located.whole_path(path))) as pieces:
        async for piece in pieces:
            yield piece


async def open_file(path: str, located: Located, *, append: bool = False) -> FileSink:
    """Begin writing a file."""
    from jobsh.model.files import WriteMode

    mode = WriteMode.APPEND if append else WriteMode.REPLACE
    return await located.files().write(await located.whole_path(path), mode)


async def read_text(path: str, frame: Frame) -> str:
    """The text of a file at the frame's location."""
    pieces = [piece async for piece in read_file(path, frame.shell.at(frame.place.location))]
    return b"".join(pieces).decode("utf-8", "surrogateescape")

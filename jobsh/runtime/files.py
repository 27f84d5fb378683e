"""Files of this machine, read and written in pieces; and texts of files at a location."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, BinaryIO

from jobsh.errors import NotFound, OperationError

if TYPE_CHECKING:
    from jobsh.runtime.frame import Frame

_PIECE = 1 << 18


def open_local(path: str, mode: str) -> BinaryIO:
    """Open a file; raises what the system says as an error of ours."""
    try:
        return open(path, mode, buffering=0)  # type: ignore[return-value]
    except FileNotFoundError as error:
        raise NotFound(f"{path}: {error.strerror}", target=path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise OperationError(f"{path}: {reason}", target=path) from None


async def read_local(path: str) -> AsyncIterator[bytes]:
    """The bytes of a file. Reading a file of this machine is not waited for: only a pipe or device could hold us up."""
    with open_local(path, "rb") as file:
        while data := _read(file, path):
            yield data


def _read(file: BinaryIO, path: str) -> bytes:
    try:
        return file.read(_PIECE)
    except OSError as error:
        raise OperationError(f"{path}: {error.strerror}", target=path) from None


class LocalFile:
    """A file of this machine being written."""

    def __init__(self, path: str, *, append: bool) -> None:
        self._path = path
        self._file = open_local(path, "ab" if append else "wb")

    async def write(self, data: bytes) -> None:
        """Write all of it."""
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError as error:
            raise OperationError(f"{self._path}: {error.strerror}", target=self._path) from None

    async def aclose(self) -> None:
        """Close it."""
        try:
            self._file.close()
        except OSError as error:
            raise OperationError(f"{self._path}: {error.strerror}", target=self._path) from None


def joined(directory: str, path: str, home: str) -> str:
    """The path as the location has it: `~` is the home, the rest relative to the current directory."""
    if path == "~" or path.startswith("~/"):
        path = home + path[1:]
    return os.path.join(directory, path)


async def read_text(path: str, frame: Frame) -> str:
    """The text of a file at the frame's location."""
    pieces = [piece async for piece in frame.shell.at(frame.place.location).read_file(path)]
    return b"".join(pieces).decode("utf-8", "surrogateescape")

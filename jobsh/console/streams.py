"""Bytes in and out of descriptors without ever holding the event loop. Knows nothing of terminals."""

from __future__ import annotations

import asyncio
import errno
import os
import select
from collections.abc import AsyncIterator, Callable

_PIPE_PIECE = 4096
"""A pipe that poll calls writable takes this much without blocking (PIPE_BUF)."""
_FILE_PIECE = 1 << 20
_READ_SIZE = 1 << 16


class OutputStream:
    """A descriptor to write to. The descriptor stays blocking, as others share it; a slow reader holds only the writer.
    Raises BrokenPipeError when it takes no more: nobody reads (EPIPE), or what else the errno says."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.at_line_start = True
        """Whether what was written so far ended with a newline."""
        self._turn = asyncio.Lock()
        self._piece = _FILE_PIECE if is_regular(fd) else _PIPE_PIECE

    async def write(self, data: bytes) -> None:
        """Write all of `data`; pieces of other writers never come between."""
        if data:
            async with self._turn:
                self.at_line_start = data.endswith(b"\n")
                await self._write(data)

    async def write_passing(self, data: bytes) -> None:
        """Write what is taken away again; only where no line is begun, as it would be overwritten."""
        async with self._turn:
            if self.at_line_start:
                await self._write(data)

    async def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            await self._wait_writable()
            view = view[_write(self.fd, view[: self._piece]) :]

    async def write_text(self, text: str) -> None:
        """Write text as UTF-8, undecodable bytes as they came."""
        await self.write(text.encode("utf-8", "surrogateescape"))

    async def _wait_writable(self) -> None:
        if self._piece == _PIPE_PIECE and not _is_ready(self.fd, select.POLLOUT):
            loop = asyncio.get_running_loop()
            await _once(loop.add_writer, loop.remove_writer, self.fd)


class InputStream:
    """A descriptor to read from as it comes."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    async def read(self) -> bytes:
        """What there is next; empty at the end."""
        if not is_regular(self.fd) and not _is_ready(self.fd, select.POLLIN):
            loop = asyncio.get_running_loop()
            await _once(loop.add_reader, loop.remove_reader, self.fd)
        try:
            return os.read(self.fd, _READ_SIZE)
        except OSError as error:
            if error.errno == errno.EIO:  # the terminal went away
                return b""
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.read():
            yield data


def is_regular(fd: int) -> bool:
    """Whether `fd` is a file (or /dev/null): always ready, and refused by epoll."""
    import stat

    try:
        mode = os.fstat(fd).st_mode
    except OSError:  # closed by who started us; reading or writing will say so
        return True
    return not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(fd))


def _write(fd: int, data: memoryview) -> int:
    try:
        return os.write(fd, data)
    except BlockingIOError:  # a program that shares it lets it not block
        return 0
    except OSError as error:
        number = errno.EPIPE if error.errno == errno.EIO else error.errno  # EIO: the terminal went away
        name = {1: "standard output", 2: "standard error"}.get(fd)
        raise BrokenPipeError(number, os.strerror(number or 0), name) from None


def _is_ready(fd: int, event: int) -> bool:
    poll = select.poll()
    poll.register(fd, event)
    return bool(poll.poll(0))


async def _once(add: Callable[[int, Callable[[], None]], None], remove: Callable[[int], bool], fd: int) -> None:
    """Wait until the loop calls back for `fd` once."""
    ready = asyncio.Event()
    add(fd, ready.set)
    try:
        await ready.wait()
    finally:
        remove(fd)

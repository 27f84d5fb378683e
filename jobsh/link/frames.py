"""Frames: a JSON header and raw bytes, each with its length, so that output is never base64. Knows nothing of what they say.

4 bytes  length of the header        4 bytes  length of the payload        header        payload
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from typing import Any, NamedTuple

_LENGTHS = struct.Struct(">II")
_LONGEST_HEADER = 256 << 20
_LONGEST_PAYLOAD = 64 << 20
_HIGH_WATER = 1 << 20
_MOST_GATHERED = 1 << 16


class Frame(NamedTuple):
    """One message: its header, a list that begins with its kind, and bytes."""

    header: list[Any]
    payload: bytes = b""


class BrokenLink(Exception):
    """The other side went away, or does not speak frames."""


class FrameStream:
    """Frames over a socket. `write` waits while the other side does not read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._gathered = bytearray()
        writer.transport.set_write_buffer_limits(high=_HIGH_WATER)

    async def read(self) -> Frame:
        """The next frame; raises BrokenLink at the end."""
        try:
            header_length, payload_length = _LENGTHS.unpack(await self._reader.readexactly(_LENGTHS.size))
            if header_length > _LONGEST_HEADER or payload_length > _LONGEST_PAYLOAD:
                raise BrokenLink("this is no jobsh")
            header = json.loads(await self._reader.readexactly(header_length))
            return Frame(header, await self._reader.readexactly(payload_length) if payload_length else b"")
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise BrokenLink(str(error)) from error

    def send(self, header: list[Any], payload: bytes = b"") -> None:
        """Queue a frame without waiting: for what is small and answers something."""
        text = json.dumps(header, separators=(",", ":")).encode("ascii")
        self._gather(_LENGTHS.pack(len(text), len(payload)) + text)
        if len(payload) > _MOST_GATHERED:
            self._flush()
            self._writer.write(payload)
        elif payload:
            self._gather(payload)

    def _gather(self, data: bytes) -> None:
        """What is sent in one turn of the loop goes together: each frame by itself would wake the other side."""
        if not self._gathered:
            asyncio.get_running_loop().call_soon(self._flush)
        self._gathered += data
        if len(self._gathered) > _MOST_GATHERED:
            self._flush()

    def _flush(self) -> None:
        if self._gathered:
            data, self._gathered = self._gathered, bytearray()
            self._writer.write(data)

    async def write(self, header: list[Any], payload: bytes = b"") -> None:
        """Send a frame; returns when there is room for another. Raises BrokenLink."""
        self.send(header, payload)
        try:
            await self._writer.drain()
        except OSError as error:
            raise BrokenLink(str(error)) from error

    @property
    def socket(self) -> Any:
        """The socket, to ask who is on the other side."""
        return self._writer.get_extra_info("socket")

    def abort(self) -> None:
        """Close at once."""
        self._flush()
        self._writer.transport.abort()

    async def aclose(self) -> None:
        """Close when what was sent is out."""
        self._flush()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

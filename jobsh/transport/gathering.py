"""A transport that sends at once what was written during one turn of the loop. Knows nothing of ssh.

Each packet by itself is a system call here and a wake-up of the process at the other end.
"""

from __future__ import annotations

import asyncio
from typing import Any


class Gathering(asyncio.Transport):
    """Writes through another transport."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._parts: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send soon."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._flush)
        self._parts.append(bytes(data))

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts and not self._transport.is_closing():
            self._transport.write(parts[0] if len(parts) == 1 else b"".join(parts))

    def close(self) -> None:
        """Close when what was written is out."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._flush()
        self._transport.abort()

    def is_closing(self) -> bool:
        """Whether it closes or is closed."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What is known of the way."""
        return self._transport.get_extra_info(name, default)

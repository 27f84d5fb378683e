"""The first words with an engine: who it is, attaching to it, asking it to make room. They never change their form."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from jobsh.errors import EngineLost, JobshError
from jobsh.link.calls import Calls
from jobsh.link.client import LinkClient
from jobsh.link.frames import BrokenLink, FrameStream
from jobsh.link.peer import is_this_user
from jobsh.link.protocol import PROTOCOL
from jobsh.model import wire
from jobsh.model.messages import FrontEnd

if TYPE_CHECKING:
    from jobsh.ports.engine import Asker


class EngineHello:
    """What an engine says of itself, and the socket it said it on. `greet` makes it a LinkClient, `retire` asks it to go."""

    def __init__(self, stream: FrameStream, hello: dict[str, Any]) -> None:
        self._stream = stream
        self.version = str(hello.get("version", ""))
        self.pid = int(hello.get("pid", 0))
        self.protocol = tuple(hello.get("protocol", (0, 0)))

    @property
    def is_understood(self) -> bool:
        """Whether the two of us can talk: the major versions of the protocol are the same."""
        return self.protocol[:1] == PROTOCOL[:1]

    async def greet(self, front_end: FrontEnd, asker: Asker) -> LinkClient:
        """Attach as a front end; raises EngineLost when the engine was just about to leave."""
        own = {"protocol": PROTOCOL, "version": front_end.version}
        try:
            await self._stream.write(["hello", own, wire.to_wire(front_end)])
            await self._stream.read()
        except BrokenLink as error:
            self._stream.abort()
            raise EngineLost("the engine went away") from error
        return LinkClient(Calls(self._stream, asker))

    async def retire(self) -> bool:
        """Ask it to make room for a newer one; whether it does (it does not while somebody's foreground needs it)."""
        try:
            await self._stream.write(["retire"])
            frame = await self._stream.read()
            if frame.header != ["retired", True]:
                return False
            with contextlib.suppress(BrokenLink):
                await self._stream.read()  # it closes this when it is gone
        except BrokenLink:
            pass
        finally:
            self._stream.abort()
        return True

    async def aclose(self) -> None:
        """Leave without having attached."""
        self._stream.abort()


async def open_link(path: str) -> EngineHello:
    """Connect to the engine's socket; raises OSError when none answers there, JobshError when it is not this user's."""
    stream = FrameStream(*await asyncio.open_unix_connection(path))
    if not is_this_user(stream.socket):
        stream.abort()
        raise JobshError(f"{path} belongs to a process of another user", hint="remove it")
    try:
        frame = await stream.read()
    except BrokenLink as error:
        stream.abort()
        raise ConnectionError(str(error)) from error
    except asyncio.CancelledError:  # it took too long
        stream.abort()
        raise
    return EngineHello(stream, frame.header[1])

"""The pool of connections: one per route, shared, jump hosts too; not too many handshakes at once. Knows nothing of jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from jobsh.engine.credentials import Answering
from jobsh.engine.shared_connection import SharedConnection
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress
from jobsh.model.messages import FrontEnd
from jobsh.ports.engine import Asker
from jobsh.ports.transport import Connection, Connector, Route

MOST_HANDSHAKES = 32
"""At once. They are pure computing: with hundreds under way logins time out."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0
_OF_THE_NETWORK = frozenset(
    (HostErrorCause.REFUSED, HostErrorCause.UNREACHABLE, HostErrorCause.TIMED_OUT, HostErrorCause.LINK_LOST)
)
"""What may be over at the next attempt."""

_Key = tuple[Route, ...]
"""The route and those of the jump hosts before it."""


class Lease:
    """The use of a pooled connection until `aclose`; the last one out closes it."""

    def __init__(self, connection: SharedConnection, release: Callable[[], Awaitable[None]]) -> None:
        self.connection = connection
        self._release: Callable[[], Awaitable[None]] | None = release

    async def aclose(self) -> None:
        """Give it back."""
        release, self._release = self._release, None
        if release is not None:
            await release()


class _Pooled:
    def __init__(self, connection: SharedConnection, via: Lease | None) -> None:
        self.connection = connection
        self.via = via
        self.leases = 0


class Connections:
    """Opens connections with a Connector and shares them."""

    def __init__(self, connector: Connector, *, most_handshakes: int = MOST_HANDSHAKES) -> None:
        self._connector = connector
        self._pooled: dict[_Key, _Pooled] = {}
        self._opening: dict[_Key, asyncio.Lock] = {}
        self._handshakes = asyncio.Semaphore(most_handshakes)

    @property
    def count(self) -> int:
        """Connections that are open."""
        return sum(not pooled.connection.is_closed for pooled in self._pooled.values())

    async def lease(
        self, address: HostAddress, front_end: FrontEnd, asker: Asker | None, credential: Credential | None = None
    ) -> Lease:
        """A connection to `address` as `front_end` would reach it; raises HostError. The credential is for that host only."""
        route = await self._connector.resolve(address, front_end)
        return await self._lease(route, await self._jumps(route, front_end), asker, credential)

    async def _jumps(self, route: Route, front_end: FrontEnd) -> _Key:
        """The routes of the jump hosts, first hop first. Only the first hop's own jumps count, as for `ssh -J`."""
        hops: list[Route] = []
        for hop in route.jump:
            found = await self._connector.resolve(hop, front_end)
            hops += await self._jumps(found, front_end) if not hops else ()
            hops.append(found)
        return tuple(hops)

    async def _lease(
        self, route: Route, jumps: _Key, asker: Asker | None, credential: Credential | None = None
    ) -> Lease:
        key = (*jumps, route)
        # one at a time per route: ten that want the same host at once make one connection and ask one question
        async with self._opening.setdefault(key, asyncio.Lock()):
            pooled = self._pooled.get(key)
            if pooled is None or pooled.connection.is_closed:
                pooled = self._pooled[key] = await self._open(route, jumps, asker, credential)
        pooled.leases += 1
        return Lease(pooled.connection, lambda: self._release(key, pooled))

    async def _open(self, route: Route, jumps: _Key, asker: Asker | None, credential: Credential | None) -> _Pooled:
        via = await self._lease(jumps[-1], jumps[:-1], asker) if jumps else None

        async def connect(asker: Asker | None = None) -> Connection:
            if credential is not None and credential.user_name == route.user:
                asker = Answering(credential, asker)
            async with self._handshakes:
                return await self._connector.connect(route, asker, via=via.connection.first if via else None)

        try:
            first = await _again(route.address.connect_retries, lambda: connect(asker))
        except BaseException:
            if via is not None:
                await via.aclose()
            raise
        return _Pooled(SharedConnection(route.address.label, first, connect), via)

    async def _release(self, key: _Key, pooled: _Pooled) -> None:
        pooled.leases -= 1
        if pooled.leases:
            return
        if self._pooled.get(key) is pooled:
            del self._pooled[key]
            if not self._opening[key].locked():
                del self._opening[key]
        await pooled.connection.aclose()
        if pooled.via is not None:
            await pooled.via.aclose()

    async def aclose(self) -> None:
        """Close all."""
        pooled, self._pooled = list(self._pooled.values()), {}
        for one in pooled:
            await one.connection.aclose()


async def _again(retries: int, connect: Callable[[], Awaitable[Connection]]) -> Connection:
    """Connect; when the network fails, so many times more, each after a longer pause."""
    for attempt in range(retries):
        try:
            return await connect()
        except HostError as error:
            if error.cause not in _OF_THE_NETWORK:
                raise
            await asyncio.sleep(min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE))
    return await connect()

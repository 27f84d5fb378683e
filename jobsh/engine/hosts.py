"""The machines in use: each with its spool, its connection (reopened when lost, closed when idle) and its follower."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterator

from jobsh.engine.background import Background
from jobsh.engine.connections import Connections, Lease
from jobsh.engine.followers import Followers
from jobsh.engine.signals import Signal
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress
from jobsh.model.messages import FrontEnd
from jobsh.ports.engine import Asker
from jobsh.ports.files import Disk
from jobsh.ports.spool import HereSpool, Spool
from jobsh.ports.transport import Connection

_log = logging.getLogger(__name__)

OpenSpool = Callable[[Connection, str], Spool]
"""Makes the spool of a host from a connection to it and its name."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
IDLE_SECONDS = 300.0
"""After which the connection to a host that nothing uses is closed."""


class Host:
    """A machine that jobs and commands run on. `spool` connects when there is no connection."""

    def __init__(self, label: str, replicas: str, background: Background) -> None:
        self.label = label
        self.linked = Signal()
        """The connection came or went."""
        self.followers = Followers(self, replicas, background)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine."""
        return False

    @property
    def is_linked(self) -> bool:
        """Whether there is a connection."""
        raise NotImplementedError

    @property
    def user(self) -> str:
        """The user logged in as; empty: ours, or there is no connection."""
        return ""

    async def spool(self, asker: Asker | None = None) -> Spool:
        """The spool; raises HostError when the host cannot be reached now."""
        raise NotImplementedError

    async def spool_in_time(self) -> Spool:
        """The spool, however long the host cannot be reached."""
        raise NotImplementedError

    async def disk(self, asker: Asker | None = None) -> Disk:
        """Its files; raises HostError when the host cannot be reached now, or offers none."""
        raise NotImplementedError

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep its connection open."""
        yield

    async def aclose(self) -> None:
        """Let go of the machine."""


class Here(Host):
    """The machine the engine runs on."""

    def __init__(self, spool: HereSpool, disk: Disk, background: Background) -> None:
        super().__init__("localhost", "", background)
        self._spool = spool
        self._disk = disk

    @property
    def is_here(self) -> bool:
        """Whether it is this machine."""
        return True

    @property
    def is_linked(self) -> bool:
        """Always: nothing is between."""
        return True

    async def spool(self, asker: Asker | None = None) -> Spool:
        """The spool of this machine."""
        return self._spool

    async def spool_in_time(self) -> Spool:
        """The spool of this machine."""
        return self._spool

    async def disk(self, asker: Asker | None = None) -> Disk:
        """The files of this machine."""
        return self._disk

    async def aclose(self) -> None:
        """Let go: what is attached here ends."""
        await self._spool.aclose()


class RemoteHost(Host):
    """A host reached over ssh. One connection at a time; who asks first makes it, the others wait for it."""

    def __init__(self, address: HostAddress, front_end: FrontEnd, hosts: Hosts) -> None:
        super().__init__(address.label, hosts.replicas, hosts.background)
        self._address = address
        self._front_end = front_end
        self._hosts = hosts
        self.credential: Credential | None = None
        """The newest that somebody brought along: reconnecting needs it, too. In memory only."""
        self._connecting = asyncio.Lock()
        self._lease: Lease | None = None
        self._spool: Spool | None = None
        self._failures = 0
        self._users = 0
        self._idle: asyncio.TimerHandle | None = None

    @property
    def is_linked(self) -> bool:
        """Whether there is a connection."""
        return self._lease is not None and not self._lease.connection.is_closed

    @property
    def user(self) -> str:
        """The user logged in as."""
        return self._lease.connection.user if self._lease is not None else ""

    async def spool(self, asker: Asker | None = None) -> Spool:
        """The spool; connects, asking `asker`, when there is no connection; raises HostError."""
        if self._spool is not None and self.is_linked:
            return self._spool
        async with self._connecting:
            if self._spool is None or not self.is_linked:
                await self._let_go()
                await self._connect(asker)
            assert self._spool is not None
            return self._spool

    async def spool_in_time(self) -> Spool:
        """The spool: tries again, more and more seldom, until the host answers. Asks nobody."""
        while True:
            failures = self._failures
            try:
                return await self.spool()
            except HostError as error:
                _log.info("%s; trying again", error)
                self._failures = max(self._failures, failures + 1)
            await self._pause()

    async def disk(self, asker: Asker | None = None) -> Disk:
        """The host's files over SFTP."""
        await self.spool(asker)
        lease = self._lease
        if lease is None:
            raise HostError(self.label, HostErrorCause.LINK_LOST)
        return await lease.connection.disk()

    async def _connect(self, asker: Asker | None) -> None:
        lease = await self._lease_as(self._front_end, asker)
        self._lease, self._failures = lease, 0
        self._spool = self._hosts.open_spool(lease.connection, self.label)
        self._hosts.background.start(self._watch(lease), f"connection to {self.label}")
        self.linked.notify()

    async def _lease_as(self, front_end: FrontEnd, asker: Asker | None) -> Lease:
        """As the front end that asked first; when its agent is gone, as the one that came last."""
        try:
            return await self._hosts.connections.lease(self._address, front_end, asker, self.credential)
        except HostError as error:
            newest = self._hosts.newest_front_end
            rights_may_differ = (newest.agent, newest.ssh_config) != (front_end.agent, front_end.ssh_config)
            if asker is not None or not rights_may_differ or error.cause is not HostErrorCause.AUTHENTICATION:
                raise
            return await self._hosts.connections.lease(self._address, newest, None, self.credential)

    async def _watch(self, lease: Lease) -> None:
        why = await lease.connection.wait_closed()
        _log.info("%s: connection closed: %s", self.label, why)
        if self._lease is lease:
            await self._let_go()
            self.linked.notify()

    async def _let_go(self) -> None:
        spool, lease = self._spool, self._lease
        self._spool = self._lease = None
        if spool is not None:
            with contextlib.suppress(HostError):
                await spool.aclose()
        if lease is not None:
            await lease.aclose()

    async def _pause(self) -> None:
        pause = min(_FIRST_PAUSE * 2 ** min(self._failures - 1, 10), _LONGEST_PAUSE)
        pause *= 0.5 + random.random()  # noqa: S311  (spreads reconnects, guards nothing)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._hosts.try_again.wait(self.linked)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep its connection open; some time after the last user it is closed."""
        self._users += 1
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(self._hosts.idle_seconds, self._close_idle)

    def _close_idle(self) -> None:
        self._hosts.forget(self)
        self._hosts.background.start(self.aclose(), f"closing {self.label}")

    async def aclose(self) -> None:
        """Close the connection: what is attached there ends, jobs go on."""
        if self._idle is not None:
            self._idle.cancel()
        async with self._connecting:
            await self._let_go()
        self.linked.notify()


class Hosts:
    """Finds the Host for an address."""

    def __init__(
        self,
        here: HereSpool,
        disk: Disk,
        connections: Connections,
        open_spool: OpenSpool,
        replicas: str,
        background: Background,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.here = Here(here, disk, background)
        self.connections = connections
        self.open_spool = open_spool
        self.replicas = replicas
        self.background = background
        self.idle_seconds = idle_seconds
        self.newest_front_end = FrontEnd("", 0, is_interactive=False)
        self.try_again = Signal()
        """A front end came: its agent may open what the last attempt could not."""
        self._hosts: dict[tuple[HostAddress, str, str], RemoteHost] = {}

    def find(self, address: HostAddress, front_end: FrontEnd, credential: Credential | None = None) -> Host:
        """The host at `address`, as `front_end` reaches it. Does not connect."""
        if address.is_local:
            return self.here
        key = (address, front_end.ssh_config, front_end.agent)
        host = self._hosts.get(key)
        if host is None:
            host = self._hosts[key] = RemoteHost(address, front_end, self)
        host.credential = credential or host.credential
        return host

    def forget(self, host: Host) -> None:
        """Nothing uses `host`."""
        self._hosts = {key: other for key, other in self._hosts.items() if other is not host}

    def front_end_came(self, front_end: FrontEnd) -> None:
        """Its agent and configuration count when those of who asked do not help any more."""
        newest, self.newest_front_end = self.newest_front_end, front_end
        if front_end.is_interactive or (front_end.agent, front_end.ssh_config) != (newest.agent, newest.ssh_config):
            self.try_again.notify()

    async def aclose(self) -> None:
        """Let go of all machines."""
        hosts, self._hosts = list(self._hosts.values()), {}
        await asyncio.gather(*(host.aclose() for host in hosts), return_exceptions=True)
        await self.connections.aclose()
        await self.here.aclose()

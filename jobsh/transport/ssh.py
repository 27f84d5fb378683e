"""Connections to hosts over ssh; implements `ports.transport`'s Connector and Connection on asyncssh."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import cast

import jobsh.transport.quick_import  # noqa: F401  # isort: skip  (before asyncssh)
import asyncssh

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import HostAddress
from jobsh.model.messages import FrontEnd, Pty, Question
from jobsh.ports.engine import Asker
from jobsh.ports.transport import ChannelRefused, Connection, Route
from jobsh.transport.authentication import Ask, HumanTime, Login
from jobsh.transport.dial import Proxy, dial
from jobsh.transport.errors import host_error
from jobsh.transport.host_keys import HostKeyRefused, HostKeys, UnknownHostKey
from jobsh.transport.keys import Keyring
from jobsh.transport.known_hosts import KnownHosts
from jobsh.transport.link import Link, make_options
from jobsh.transport.options import Settings
from jobsh.transport.sftp_files import SftpDisk
from jobsh.transport.sftp_open_files import Sftp, open_sftp
from jobsh.transport.ssh_channel import SshChannel, open_channel
from jobsh.transport.ssh_config import SshConfig

log = logging.getLogger("jobsh.transport")

_MOST_ENVIRONMENTS = 256


class SshConnector:
    """Opens connections. One per engine: it remembers ssh's answers, the known hosts and the keys that were unlocked."""

    def __init__(self) -> None:
        self._config = SshConfig()
        self._known_hosts = KnownHosts()
        self._keyring = Keyring()
        self._asking: dict[int, asyncio.Lock] = {}
        self._environments: dict[Route, Mapping[str, str]] = {}

    async def resolve(self, address: HostAddress, asker: FrontEnd) -> Route:
        """The way to a host as ssh would go it."""
        route = await self._config.resolve(address, asker)
        if asker.environment and dict(route.options).get("proxycommand"):
            self._environments[route] = dict(asker.environment)  # for the ProxyCommand; in memory only
            if len(self._environments) > _MOST_ENVIRONMENTS:
                del self._environments[next(iter(self._environments))]
        return route

    async def connect(self, route: Route, asker: Asker | None, *, via: Connection | None = None) -> SshConnection:
        """Open a connection, through `via` for the last jump."""
        settings = Settings(route)
        attempt = _Attempt(self, settings, None if settings.is_on("batchmode") else asker, via)
        return await attempt.connect()

    @asynccontextmanager
    async def turn_to_ask(self, asker: Asker) -> AsyncIterator[None]:
        """One question at a time per user."""
        lock = self._asking.setdefault(id(asker), asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._asking.pop(id(asker), None)

    def host_keys(self, settings: Settings, accepted: frozenset[bytes]) -> HostKeys:
        """What is known of a host's keys now, besides those just accepted."""
        return HostKeys(settings, self._known_hosts, accepted)

    def login(self, settings: Settings, ask: Ask | None, human_time: HumanTime) -> Login:
        """A fresh attempt to log in."""
        return Login(settings, self._keyring, ask, human_time)

    def environment(self, route: Route) -> Mapping[str, str] | None:
        """The environment of whoever asked for the route last."""
        return self._environments.get(route)


class _Attempt:
    """Opening one connection, with one time limit that stands still while a person is asked."""

    def __init__(
        self, connector: SshConnector, settings: Settings, asker: Asker | None, via: Connection | None
    ) -> None:
        self._connector = connector
        self._settings = settings
        self._asker = asker
        self._via = via
        self._limit = asyncio.timeout(None)
        self._waiting = 0
        self._left = 0.0
        self._is_over = False
        self._login: Login | None = None
        self._stage = ""

    async def connect(self) -> SshConnection:
        """The connection; raises HostError."""
        label, seconds = self._settings.label, self._settings.connect_timeout
        try:
            self._limit = asyncio.timeout(seconds)
            async with self._limit:
                try:
                    return await self._until_the_key_is_known()
                finally:
                    self._is_over = True
        except HostKeyRefused as error:
            raise error.error from None
        except TimeoutError as error:
            if not self._limit.expired():
                raise host_error(label, error) from error
            raise HostError(label, HostErrorCause.TIMED_OUT, f"{self._stage} for {seconds:g} s") from None
        except asyncssh.PermissionDenied as error:
            raise self._denied() from error
        except HostError:
            raise
        except Exception as error:
            raise host_error(label, error) from error

    async def _until_the_key_is_known(self) -> SshConnection:
        accepted: frozenset[bytes] = frozenset()
        ask = self._ask if self._asker is not None else None
        while True:
            keys = self._connector.host_keys(self._settings, accepted)
            try:
                return await self._try(keys, ask)
            except UnknownHostKey as error:
                with self._human_time():
                    await keys.accept(error.key, ask)
                accepted |= {error.key}
            finally:
                await keys.keep()

    async def _try(self, keys: HostKeys, ask: Ask | None) -> SshConnection:
        settings = self._settings
        self._login = login = self._connector.login(settings, ask, self._human_time)
        options = make_options(settings, keys, login, ask)
        loop = asyncio.get_running_loop()
        options.waiter = loop.create_future()
        link = Link(loop, options, keys)
        proxy: Proxy | None = None
        try:
            self._stage = "no answer"
            proxy = await self._reach(link)
            self._stage = "connected, but no ssh handshake and login"
            await options.waiter
        except BaseException as error:
            link.abort()
            if not options.waiter.done():
                options.waiter.cancel()
            if proxy is not None:
                await proxy.end()
                self._explain(error, proxy)
            raise
        return SshConnection(settings, link, login, proxy)

    def _explain(self, error: BaseException, proxy: Proxy) -> None:
        if isinstance(error, (asyncssh.ConnectionLost, ConnectionError)) and proxy.last_words:
            why = f"ProxyCommand says: {proxy.last_words}"
            raise HostError(self._settings.label, HostErrorCause.LINK_LOST, why) from error

    async def _reach(self, link: Link) -> Proxy | None:
        settings = self._settings
        if self._via is not None:
            if not isinstance(self._via, SshConnection):  # never go round a jump host
                raise TypeError(f"{type(self._via).__name__} cannot carry an ssh connection")
            await self._via.tunnel(link, settings.host_name, settings.port)
            return None
        command = settings.first("proxycommand")
        if command:
            _, proxy = await Proxy.dial(lambda: link, command, self._connector.environment(settings.route))
            return proxy
        await dial(
            lambda: link,
            settings.host_name,
            settings.port,
            family=settings.first("addressfamily"),
            bind=settings.first("bindaddress"),
            time=settings.connect_timeout,
        )
        return None

    def _denied(self) -> HostError:
        tried = ", ".join(self._login.tried) if self._login is not None else ""
        detail = f"{self._settings.route.user} was not let in with {tried}" if tried else "there is no key to offer"
        nobody = "give -Credential, connect from the jobsh prompt to be asked, or add the key to your ssh-agent"
        hint = nobody if self._asker is None else ""
        return HostError(self._settings.label, HostErrorCause.AUTHENTICATION, detail, hint=hint)

    async def _ask(self, question: Question) -> str | None:
        assert self._asker is not None
        with self._human_time():
            async with self._connector.turn_to_ask(self._asker):
                return await self._asker.ask(question)

    @contextmanager
    def _human_time(self) -> Iterator[None]:
        """The time limit stands still."""
        loop = asyncio.get_running_loop()
        self._waiting += 1
        when = self._limit.when()
        if self._waiting == 1 and when is not None and not self._is_over:
            self._left = when - loop.time()
            self._limit.reschedule(None)
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0 and not self._is_over:
                self._limit.reschedule(loop.time() + self._left)


class SshConnection:
    """One authenticated connection; implements `ports.transport.Connection`."""

    def __init__(self, settings: Settings, link: Link, login: Login, proxy: Proxy | None) -> None:
        self._settings = settings
        self._link = link
        self._login = login
        self._proxy = proxy

    @property
    def user(self) -> str:
        """The user logged in as."""
        return self._settings.route.user

    async def open(self, command: str, *, pty: Pty | None = None) -> SshChannel:
        """Run a fixed command string by the login shell."""
        if self.is_closed:
            raise self._lost()
        try:
            channel = await open_channel(self._link, command, pty)
        except asyncssh.ChannelOpenError as error:
            raise self._refused(error) from error
        except Exception as error:
            if not isinstance(error, (OSError, asyncssh.Error)):
                log.warning("%s: unexpected error while opening a channel", self._settings.label, exc_info=error)
            raise self._lost(str(error)) from error
        self._link.acknowledge_lazily()
        return channel

    async def disk(self) -> SftpDisk:
        """The host's files over SFTP."""
        if self.is_closed:
            raise self._lost()
        try:
            client = await open_sftp(self._link)
        except asyncssh.ChannelOpenError as error:
            raise self._no_sftp(error) from error
        except (asyncssh.Error, OSError) as error:
            if self.is_closed:
                raise self._lost(str(error)) from error
            raise self._unsupported("its SFTP does not answer as SFTP should") from error
        return SftpDisk(Sftp(client, self._settings.label))

    def _no_sftp(self, error: asyncssh.ChannelOpenError) -> Exception:
        if error.code == asyncssh.OPEN_REQUEST_SESSION_FAILED:
            return self._unsupported("it offers no SFTP")
        return self._refused(error)

    def _unsupported(self, why: str) -> HostError:
        hint = "its sshd_config needs a line such as: Subsystem sftp internal-sftp"
        return HostError(self._settings.label, HostErrorCause.UNSUPPORTED, why, hint=hint)

    def _refused(self, error: asyncssh.ChannelOpenError) -> Exception:
        if self.is_closed or error.reason == "SSH connection closed":
            return self._lost()
        if error.code == asyncssh.OPEN_REQUEST_PTY_FAILED:
            return HostError(self._settings.label, HostErrorCause.UNSUPPORTED, "it gives no terminal")
        if error.code == asyncssh.OPEN_REQUEST_SESSION_FAILED:
            return HostError(self._settings.label, HostErrorCause.UNSUPPORTED, "it runs no commands")
        return ChannelRefused(error.reason)

    def _lost(self, why: str = "") -> HostError:
        if self._login.closed.done():
            why = self._login.closed.result()
        return HostError(self._settings.label, HostErrorCause.LINK_LOST, why)

    async def tunnel(self, link: Link, host: str, port: int) -> None:
        """Carry another connection to `host`, as seen from this one."""
        factory = cast("Callable[[], asyncssh.SSHTCPSession[bytes]]", lambda: link)  # it speaks for itself
        await self._link.create_connection(factory, host, port)

    @property
    def is_closed(self) -> bool:
        """Whether it is gone."""
        return self._login.closed.done() or self._link.is_closed()

    async def wait_closed(self) -> str:
        """Wait until it is gone; why."""
        return await asyncio.shield(self._login.closed)

    async def aclose(self) -> None:
        """Close it."""
        self._link.close()
        await self._link.wait_closed()
        if self._proxy is not None:
            await self._proxy.end()

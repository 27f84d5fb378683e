"""Three hosts to try jobsh on, inside this process: `demo1` … `demo3` on loopback, throw-away keys, a home each. Needs no OpenSSH."""

from __future__ import annotations

import asyncio
import getpass
import os
import secrets
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import asyncssh

from jobsh.model.job import Outcome
from jobsh.transport.demo_session import DemoSession
from jobsh.transport.local_channel import LocalChannel

NAMES = ("demo1", "demo2", "demo3")

_MARK = "JOBSH_DEMO"
"""A variable in the environment of all that runs on the demo hosts: what is left of it at the end is found by it."""


class DemoHosts:
    """The running hosts. `ssh_config` tells the way to them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ssh_config = directory / "ssh_config"
        self._secret = secrets.token_hex(16)
        self._servers: list[asyncssh.SSHAcceptor] = []
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._sessions: set[DemoSession] = set()
        self._processes: set[asyncio.Task[Outcome]] = set()

    async def start(self) -> None:
        """Listen, and write what is needed to come in."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        user_key = asyncssh.generate_private_key("ssh-ed25519")
        known_hosts, aliases = "", ""
        for name in NAMES:
            host_key = asyncssh.generate_private_key("ssh-ed25519")
            port = await self._listen(name, host_key, user_key)
            known_hosts += f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}"
            aliases += f"Host {name}\n    HostName 127.0.0.1\n    Port {port}\n"
        _write_private(self.directory / "id", user_key.export_private_key())
        _write_private(self.directory / "known_hosts", known_hosts.encode())
        _write_private(self.ssh_config, (aliases + self._common_lines()).encode())

    async def _listen(self, name: str, host_key: asyncssh.SSHKey, user_key: asyncssh.SSHKey) -> int:
        environment = self._environment(name)
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            config=None,
            server_factory=lambda: _DemoServer(lambda: self._session(environment), self._connections),
            server_host_keys=[host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(user_key.export_public_key().decode()),
            encoding=None,
            line_editor=False,
            allow_scp=False,
        )
        self._servers.append(server)
        return server.get_port()

    def _session(self, environment: dict[str, str]) -> DemoSession:
        session = DemoSession(environment, self._started, self._sessions.discard)
        self._sessions.add(session)
        return session

    def _started(self, process: LocalChannel) -> None:
        """Remember a process until it has ended, which may be long after its session."""
        ending = asyncio.create_task(process.wait())
        self._processes.add(ending)
        ending.add_done_callback(self._processes.discard)

    def _environment(self, name: str) -> dict[str, str]:
        """That of a login: a home, and a `hostname` that tells the hosts apart."""
        home = self.directory / "home" / name
        (home / "bin").mkdir(mode=0o700, parents=True, exist_ok=True)
        hostname = home / "bin" / "hostname"
        hostname.write_text(f"#!/bin/sh\necho {name}\n")
        hostname.chmod(0o700)
        kept = {variable: os.environ[variable] for variable in ("LANG", "LC_ALL", "TZ") if variable in os.environ}
        return {
            **kept,
            "HOME": str(home),
            "USER": getpass.getuser(),
            "LOGNAME": getpass.getuser(),
            "SHELL": "/bin/sh",
            "PATH": f"{home}/bin:{os.environ.get('PATH', os.defpath)}",
            _MARK: self._secret,
        }

    def _common_lines(self) -> str:
        return (
            f"Host demo*\n    User {getpass.getuser()}\n"
            f'    IdentityFile "{self.directory}/id"\n    IdentitiesOnly yes\n    IdentityAgent none\n'
            f'    UserKnownHostsFile "{self.directory}/known_hosts"\n    GlobalKnownHostsFile /dev/null\n'
        )

    async def aclose(self) -> None:
        """End the hosts and all that runs on them, however it was started."""
        for server in self._servers:
            server.close()
        sessions, connections = tuple(self._sessions), tuple(self._connections)
        for session in sessions:
            await session.end()
        for connection in connections:
            connection.close()
            await connection.wait_closed()
        mark = f"{_MARK}={self._secret}".encode()
        for _ in range(100):
            left = await asyncio.to_thread(_kill_all, mark)
            if not left:
                break
            await asyncio.sleep(0.01)
        if self._processes:
            await asyncio.wait(self._processes, timeout=1)
        for server in self._servers:
            await server.wait_closed()


async def start_demo_hosts(directory: Path) -> DemoHosts:
    """Start the hosts; their homes and keys go into `directory`, which is the caller's to remove."""
    hosts = DemoHosts(directory)
    try:
        await hosts.start()
    except BaseException:
        await hosts.aclose()
        raise
    return hosts


def _write_private(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)


def _kill_all(mark: bytes) -> int:
    """Kill every process with `mark` in its environment; how many there were."""
    found = 0
    for pid in _processes():
        with suppress(OSError):  # it ended, or is another user's
            is_zombie = b") Z " in Path(f"/proc/{pid}/stat").read_bytes()
            if not is_zombie and mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)
                found += 1
    return found


def _processes() -> Iterable[int]:
    with suppress(OSError):
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    return ()


class _DemoServer(asyncssh.SSHServer):
    """One connection to a demo host."""

    def __init__(self, make_session: Callable[[], DemoSession], connections: set[asyncssh.SSHServerConnection]) -> None:
        self._make_session = make_session
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.add(conn)
        self._connection = conn

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._connection)

    def session_requested(self) -> DemoSession:
        return self._make_session()

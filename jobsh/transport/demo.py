"""Three hosts to try jobsh on, inside this process: `demo1` … `demo3` on loopback, throw-away keys, a home each. Needs no OpenSSH."""

from __future__ import annotations

import asyncio
import getpass
import os
import secrets
import signal
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from pathlib import Path

import asyncssh

from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.transport.local import LocalChannel, LocalConnection
from jobsh.transport.output import Output

NAMES = ("demo1", "demo2", "demo3")

_MARK = "JOBSH_DEMO"
"""A variable in the environment of all that runs on the demo hosts: what is left of it at the end is found by it."""

_LOGIN_SHELL = "stty sane 2>/dev/null; exec /bin/sh -i"


class DemoHosts:
    """The running hosts. `ssh_config` tells the way to them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ssh_config = directory / "ssh_config"
        self._secret = secrets.token_hex(16)
        self._servers: list[asyncssh.SSHAcceptor] = []
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._sessions: set[_DemoSession] = set()
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

    def _session(self, environment: dict[str, str]) -> _DemoSession:
        session = _DemoSession(environment, self._started, self._sessions.discard)
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
            left = _kill_all(mark)
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

    def __init__(
        self, make_session: Callable[[], _DemoSession], connections: set[asyncssh.SSHServerConnection]
    ) -> None:
        self._make_session = make_session
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.add(conn)
        self._connection = conn

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._connection)

    def session_requested(self) -> _DemoSession:
        return self._make_session()


class _DemoSession(asyncssh.SSHServerSession[bytes]):
    """One command on a demo host: passes bytes, signals and sizes between the channel and a local process."""

    def __init__(
        self,
        environment: dict[str, str],
        started: Callable[[LocalChannel], None],
        ended: Callable[[_DemoSession], None],
    ) -> None:
        self._environment = environment
        self._started = started
        self._ended = ended
        self._command = _LOGIN_SHELL
        self._pty: Pty | None = None
        self._input = Output(self._pause, self._resume)
        self._can_write = asyncio.Event()
        self._can_write.set()
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._local: LocalChannel | None = None
        self._running: asyncio.Task[None] | None = None
        self._work: set[asyncio.Task[None]] = set()

    # -- what the client asks for --

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object) -> bool:
        self._pty = Pty(term_type or "dumb", term_size[0] or 80, term_size[1] or 24)
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._command = command
        return True

    def session_started(self) -> None:
        self._running = asyncio.create_task(self._run())

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        if self._local is not None:
            self._soon(self._local.resize(width, height))

    def signal_received(self, signal: str) -> None:
        if self._local is not None:
            self._soon(self._local.signal(signal))

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._input.feed(Stream.OUTPUT, data)

    def eof_received(self) -> bool:
        self._input.end()
        return True

    def _pause(self) -> None:
        if self._channel is not None:
            self._channel.pause_reading()

    def _resume(self) -> None:
        if self._channel is not None:
            self._channel.resume_reading()

    def pause_writing(self) -> None:
        self._can_write.clear()

    def resume_writing(self) -> None:
        self._can_write.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._channel = None
        if self._running is not None:
            self._running.cancel()
        self._ended(self)

    async def end(self) -> None:
        """Stop passing things on; as with sshd, the process sees its input end, and a terminal hangs up."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    # -- the process --

    async def _run(self) -> None:
        home = self._environment["HOME"]
        place = LocalConnection({**self._environment, **self._sent_environment()}, home)
        self._local = local = await place.open(self._command, pty=self._pty)
        self._started(local)
        feeding = asyncio.create_task(self._feed(local))
        try:
            async for stream, data in local.read():
                await self._write(stream, data)
            self._exit(await local.wait())
        finally:
            feeding.cancel()
            await local.aclose()

    def _sent_environment(self) -> dict[str, str]:
        sent = self._channel.get_environment() if self._channel is not None else {}
        return {name: value for name, value in sent.items() if name == "LANG" or name.startswith("LC_")}

    async def _feed(self, local: LocalChannel) -> None:
        async for _, data in self._input.read():
            await local.write(data)
        await local.write_eof()

    async def _write(self, stream: Stream, data: bytes) -> None:
        if self._channel is not None:
            with suppress(OSError):
                self._channel.write(data, asyncssh.EXTENDED_DATA_STDERR if stream is Stream.ERROR else None)
            await self._can_write.wait()

    def _exit(self, outcome: Outcome) -> None:
        if self._channel is None:
            return
        if outcome.kind is OutcomeKind.EXITED:
            self._channel.exit(outcome.status or 0)
        else:
            self._channel.exit_with_signal(outcome.reason.split()[-1])

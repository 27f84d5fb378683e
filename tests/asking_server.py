"""An ssh server that asks: for the password `secret`, or for the answers `blue` and `42`. For what the tests' sshd cannot be made
to do without the machine's own accounts. Runs in a thread, so processes can be tested against it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncssh

from jobsh.transport.demo_session import DemoSession

PASSWORD = "secret"
ANSWERS = ("blue", "42")


class AskingServer(asyncssh.SSHServer):
    """`methods` holds `password`, `questions` or both."""

    def __init__(self, home: Path, methods: str, sessions: set[DemoSession]) -> None:
        self._home = str(home)
        self._methods = methods
        self._sessions = sessions

    def session_requested(self) -> DemoSession:
        environment = {"HOME": self._home, "PATH": os.environ["PATH"]}
        session = DemoSession(environment, lambda process: None, self._sessions.discard)
        self._sessions.add(session)
        return session

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return "password" in self._methods

    def validate_password(self, username: str, password: str) -> bool:
        return password == PASSWORD

    def kbdint_auth_supported(self) -> bool:
        return "questions" in self._methods

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "Two factors", "Answer \x1b]0;well\x07", "", [("Colour? ", True), ("Code: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return tuple(responses) == ANSWERS


@contextmanager
def asking_server(place: Path, methods: str, *lines: str) -> Iterator[Path]:
    """Run the server; gives the path of an ssh_config in `place` that names it `asking`, with further `lines`."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    sessions: set[DemoSession] = set()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            config=None,
            server_factory=lambda: AskingServer(place, methods, sessions),
            server_host_keys=[key],
            encoding=None,
            line_editor=False,
        )

    async def end(server: asyncssh.SSHAcceptor) -> None:
        server.close()
        for session in tuple(sessions):
            await session.end()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        yield _write_config(place, server.get_port(), key, lines)
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _write_config(place: Path, port: int, key: asyncssh.SSHKey, lines: Sequence[str]) -> Path:
    (place / "known").write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    path = place / "ssh_config"
    path.write_text(
        f"Host asking\nHostName 127.0.0.1\nPort {port}\nUser me\nIdentityAgent none\nIdentityFile {place}/nothing\n"
        f"UserKnownHostsFile {place}/known\nGlobalKnownHostsFile /dev/null\n" + "".join(f"{line}\n" for line in lines)
    )
    path.chmod(0o600)
    return path

"""Connections that go in the middle: what was said is LOST, never an invented exit status, and nothing hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.job import OutcomeKind
from jobsh.transport.ssh import SshConnection
from tests import asynchronous
from tests.integration.transport_tools import collect, connected
from tests.processes import kill
from tests.sshd import SshdFarm


class Wire:
    """A way to a host that can be cut or frozen."""

    def __init__(self, farm: SshdFarm) -> None:
        self._farm = farm
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.port = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect one client with the host."""
        far_reader, far_writer = await asyncio.open_connection(self._farm.address(1), self._farm.port)
        self._writers += [writer, far_writer]
        self._tasks += [
            asyncio.create_task(self._copy(reader, far_writer)),
            asyncio.create_task(self._copy(far_reader, writer)),
        ]

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def freeze(self) -> None:
        """Nothing gets through any more, and nobody is told."""
        self._flows.clear()

    def cut(self) -> None:
        """Reset both ends."""
        for writer in self._writers:
            writer.transport.abort()

    async def end(self) -> None:
        """Let nothing of it run on."""
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)


@asynccontextmanager
async def wire(farm: SshdFarm) -> AsyncIterator[Wire]:
    """A wire to web01."""
    made = Wire(farm)
    server = await asyncio.start_server(made.carry, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.end()


def wired_config(farm: SshdFarm, place: Path, port: int, *lines: str) -> Path:
    text = "\n".join(("Host wired", "HostName 127.0.0.1", f"Port {port}", "HostKeyAlias web", *lines))
    known = farm.known_hosts_line("x", farm.host_key).split(" ", 1)[1]
    (place / "known").write_text(f"web {known}")
    return farm.config_with(f"{text}\nUserKnownHostsFile {place}/known", place / "config")


@asynccontextmanager
async def over_a_wire(farm: SshdFarm, place: Path, *lines: str) -> AsyncIterator[tuple[SshConnection, Wire]]:
    async with (
        wire(farm) as made,
        connected(wired_config(farm, place, made.port, *lines), "wired") as connection,
    ):
        yield connection, made


async def session_process(connection: SshConnection) -> int:
    """The id of sshd's process for this connection."""
    out, _, _ = await collect(await connection.open("echo $PPID"))
    return int(out)


async def kill_session(connection: SshConnection, made: Wire) -> None:
    kill(await session_process(connection))


async def cut_wire(connection: SshConnection, made: Wire) -> None:
    made.cut()


@pytest.mark.parametrize("lose", [kill_session, cut_wire])
def test_a_stream_that_is_cut(farm: SshdFarm, tmp_path: Path, lose: Callable[..., object]) -> None:
    async def scenario() -> None:
        async with over_a_wire(farm, tmp_path) as (connection, made):
            channel = await connection.open("while :; do echo 0123456789; done")
            reader, got = channel.read(), 0
            async for _, data in reader:
                got += len(data)
                if got > 1_000_000:
                    break
            await lose(connection, made)  # type: ignore[misc]
            async for _, data in reader:
                got += len(data)
            outcome = await channel.wait()
            assert outcome.kind is OutcomeKind.LOST
            assert outcome.status is None
            assert await connection.wait_closed()
            assert connection.is_closed

    asynchronous.run(scenario())


def test_a_connection_that_is_gone_opens_nothing(farm: SshdFarm, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with over_a_wire(farm, tmp_path) as (connection, made):
            made.cut()
            with pytest.raises(HostError) as error:
                await connection.open("true")
            assert error.value.cause is HostErrorCause.LINK_LOST
            await connection.wait_closed()

    asynchronous.run(scenario())


def test_a_silent_network_is_noticed(farm: SshdFarm, tmp_path: Path) -> None:
    async def scenario() -> None:
        lines = ("ServerAliveInterval 1", "ServerAliveCountMax 1")
        async with over_a_wire(farm, tmp_path, *lines) as (connection, made):
            channel = await connection.open("cat")
            made.freeze()
            assert (await asyncio.wait_for(channel.wait(), 60)).kind is OutcomeKind.LOST
            assert "keepalive" in await connection.wait_closed()

    asynchronous.run(scenario())


def test_writing_into_a_frozen_connection_waits(farm: SshdFarm, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with over_a_wire(farm, tmp_path) as (connection, made):
            channel = await connection.open("cat >/dev/null")
            made.freeze()
            writing = asyncio.create_task(channel.write(b"x" * 10_000_000))
            done, _ = await asyncio.wait({writing}, timeout=0.3)
            assert not done
            made.cut()
            await asyncio.wait_for(writing, 60)  # it ends, without an error: `wait` tells
            assert (await channel.wait()).kind is OutcomeKind.LOST

    asynchronous.run(scenario())


async def last_words(connection: SshConnection) -> OutcomeKind | HostErrorCause:
    """Run one command after the other until that fails; how."""
    while True:
        try:
            channel = await connection.open("echo x; exit 3")
        except HostError as error:
            return error.cause
        _, _, outcome = await collect(channel)
        if outcome.status != 3:
            return outcome.kind


def test_many_connections_lost_at_random_moments(farm: SshdFarm, tmp_path: Path) -> None:
    """Whatever the moment, opening or running ends with LINK_LOST or LOST, not with another exception and not never."""

    async def one(delay: float) -> None:
        async with over_a_wire(farm, tmp_path) as (connection, made):
            asyncio.get_running_loop().call_later(delay, made.cut)
            assert await last_words(connection) in (OutcomeKind.LOST, HostErrorCause.LINK_LOST)
            await asyncio.wait_for(connection.wait_closed(), 60)

    async def scenario() -> None:
        for step in range(40):
            await one(step * 0.0007)

    asynchronous.run(scenario())


def test_a_host_that_closes_during_login(farm: SshdFarm, tmp_path: Path) -> None:
    async def scenario() -> None:
        for limit in range(100, 1500, 200):
            async with wire_that_ends_after(farm, limit) as port:
                with pytest.raises(HostError) as error:
                    async with connected(wired_config(farm, tmp_path, port), "wired"):
                        pass
                assert error.value.cause in (HostErrorCause.LINK_LOST, HostErrorCause.PROTOCOL)

    asynchronous.run(scenario())


@asynccontextmanager
async def wire_that_ends_after(farm: SshdFarm, limit: int) -> AsyncIterator[int]:
    """A way to web01 that closes after so many bytes from it."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(farm.address(1), farm.port)

        async def forward() -> None:
            while data := await reader.read(1 << 16):
                far_writer.write(data)

        forwarding = asyncio.create_task(forward())
        left = limit
        while left and (data := await far_reader.read(left)):
            writer.write(data)
            left -= len(data)
        forwarding.cancel()
        await asyncio.gather(forwarding, return_exceptions=True)
        for end in (writer, far_writer):
            end.close()
        await asyncio.gather(writer.wait_closed(), far_writer.wait_closed(), return_exceptions=True)

    carried: list[asyncio.Future[None]] = []
    server = await asyncio.start_server(lambda r, w: carried.append(asyncio.ensure_future(carry(r, w))), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*carried)

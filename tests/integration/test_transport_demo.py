"""The demo's own hosts, reached as any host: by jobsh's transport, and by OpenSSH's client."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.transport.demo import NAMES, DemoHosts, start_demo_hosts
from tests import asynchronous
from tests.integration.transport_tools import collect, connected, run
from tests.processes import processes_of, program


@asynccontextmanager
async def demo(place: Path) -> AsyncIterator[DemoHosts]:
    hosts = await start_demo_hosts(place / "de mo")
    try:
        yield hosts
    finally:
        await hosts.aclose()
    assert processes_of(place) == []


@pytest.mark.parametrize("with_ssh", [True, False])
def test_each_host_has_a_home_and_a_name(place: Path, with_ssh: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with demo(place) as hosts:
            if not with_ssh:
                monkeypatch.setenv("PATH", str(place))
            for name in NAMES:
                async with connected(hosts.ssh_config, name) as connection:
                    out, _, outcome = await run(connection, 'hostname; pwd; echo "$HOME" >&2; exit 4')
                    assert out.decode() == f"{name}\n{hosts.directory}/home/{name}\n"
                    assert outcome == Outcome.exited(4)

    asynchronous.run(scenario())


def test_bytes_both_ways_are_untouched(place: Path) -> None:
    sent = bytes(range(256)) * 20_000

    async def scenario() -> None:
        async with demo(place) as hosts, connected(hosts.ssh_config, "demo1") as connection:
            channel = await connection.open("cat")
            reading = asyncio.create_task(collect(channel))
            await channel.write(sent)
            await channel.write_eof()
            assert await reading == (sent, b"", Outcome.exited(0))

    asynchronous.run(scenario())


def test_signals_and_a_terminal(place: Path) -> None:
    async def scenario() -> None:
        async with demo(place) as hosts, connected(hosts.ssh_config, "demo2") as connection:
            channel = await connection.open("echo ready; exec sleep 1000")
            assert await anext(channel.read()) == (Stream.OUTPUT, b"ready\n")
            await channel.signal("TERM")
            assert await channel.wait() == Outcome(OutcomeKind.SIGNALLED, 143, "killed by signal TERM")

            command = "trap 'stty size; exit 5' WINCH; stty size; tty >&2; while :; do sleep 0.05; done"
            channel = await connection.open(command, pty=Pty("xterm", 80, 24))
            reader = channel.read()
            said = b""
            while b"/dev/" not in said:
                said += (await anext(reader))[1]
            await channel.resize(100, 30)
            async for _, data in reader:
                said += data
            assert said.split()[:2] == [b"24", b"80"]
            assert said.split()[-2:] == [b"30", b"100"]
            assert await channel.wait() == Outcome.exited(5)

    asynchronous.run(scenario())


def test_ssh_itself_can_come_in(place: Path) -> None:
    async def scenario() -> None:
        async with demo(place) as hosts:
            arguments = [program("ssh"), "-F", str(hosts.ssh_config), "-o", "BatchMode=yes", "demo3", "hostname"]
            process = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE)
            assert (await process.communicate())[0] == b"demo3\n"

    asynchronous.run(scenario())


def test_nothing_is_left(place: Path) -> None:
    async def scenario() -> None:
        async with demo(place) as hosts, connected(hosts.ssh_config, "demo1") as connection:
            await connection.open("sleep 1000")
            await connection.open("sleep 1000", pty=Pty("xterm", 80, 24))
            await run(
                connection, "setsid sleep 1000 >/dev/null 2>&1 </dev/null & sleep 1000 >/dev/null 2>&1 </dev/null &"
            )
            assert len(processes_of(place)) >= 4

    asynchronous.run(scenario())

"""What every Connection and Channel does, the one over ssh to a real sshd and the one on this machine."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.ports.transport import Connection
from jobsh.transport.local import LocalConnection
from tests import asynchronous
from tests.integration.transport_tools import collect, connected, run
from tests.processes import kill
from tests.sshd import SshdFarm

OpenPlace = Callable[[], AbstractAsyncContextManager[Connection]]


@asynccontextmanager
async def here() -> AsyncIterator[Connection]:
    """This machine."""
    connection = LocalConnection()
    yield connection
    await connection.aclose()


@pytest.fixture(params=["ssh", "local"])
def open_place(request: pytest.FixtureRequest, farm: SshdFarm) -> OpenPlace:
    """Opens a connection to a host, or to this machine."""
    return here if request.param == "local" else lambda: connected(farm.ssh_config, "web01")


def test_a_command_with_output_on_both_streams(open_place: OpenPlace) -> None:
    async def scenario() -> None:
        async with open_place() as connection:
            assert connection.user == getpass.getuser()
            out, err, outcome = await run(connection, "echo good; echo bad >&2; exit 3")
            assert (out, err) == (b"good\n", b"bad\n")
            assert outcome == Outcome.exited(3)

    asynchronous.run(scenario())


def test_bytes_both_ways_are_untouched(open_place: OpenPlace) -> None:
    sent = bytes(range(256)) * 20_000 + os.urandom(1_000_000)

    async def scenario() -> bytes:
        async with open_place() as connection:
            channel = await connection.open("cat")
            reading = asyncio.create_task(collect(channel))
            for start in range(0, len(sent), 70_000):
                await channel.write(sent[start : start + 70_000])
            await channel.write_eof()
            out, err, outcome = await reading
            assert (err, outcome) == (b"", Outcome.exited(0))
            return out

    assert asynchronous.run(scenario()) == sent


@pytest.mark.parametrize("name", ["TERM", "INT", "KILL"])
def test_a_command_that_is_killed(open_place: OpenPlace, name: str) -> None:
    async def scenario() -> Outcome:
        async with open_place() as connection:
            return (await run(connection, f"kill -{name} $$"))[2]

    assert asynchronous.run(scenario()) == Outcome.signalled(name)


def test_a_terminal_leaves_the_first_bytes_alone(open_place: OpenPlace) -> None:
    async def scenario() -> bytes:
        async with open_place() as connection:
            channel = await connection.open("stty size; echo $TERM; head -c 6 | od -An -c", pty=Pty("vt220", 91, 27))
            await channel.write(b"a\rb\x03\x04\n")
            out, _, outcome = await collect(channel)
            assert outcome == Outcome.exited(0)
            return out

    assert asynchronous.run(scenario()).split() == b"27 91 vt220 a \\r b 003 004 \\n".split()


def test_a_terminal_hears_of_its_new_size(open_place: OpenPlace) -> None:
    command = "trap 'stty size; exit 5' WINCH; echo ready; while :; do sleep 0.05; done"

    async def scenario() -> None:
        async with open_place() as connection:
            channel = await connection.open(command, pty=Pty("xterm", 80, 24))
            reader = channel.read()
            assert await anext(reader) == (Stream.OUTPUT, b"ready\r\n")
            await channel.resize(100, 30)
            assert await anext(reader) == (Stream.OUTPUT, b"30 100\r\n")
            assert await channel.wait() == Outcome.exited(5)

    asynchronous.run(scenario())


def test_a_closed_channel_ends_the_input_of_its_command(open_place: OpenPlace, tmp_path: Path) -> None:
    done = tmp_path / "done"

    async def scenario() -> None:
        async with open_place() as connection:
            channel = await connection.open(f"cat >/dev/null; echo over > {done}")
            await channel.write(b"something")
            await channel.aclose()
            await asynchronous.wait_until(done.exists)
            await channel.wait()

    asynchronous.run(scenario())


def test_writing_to_a_command_that_has_ended_is_no_error(open_place: OpenPlace) -> None:
    async def scenario() -> None:
        async with open_place() as connection:
            channel = await connection.open("true")
            await channel.wait()
            async for _ in channel.read():
                pass
            await channel.write(b"x" * 3_000_000)
            await channel.write_eof()
            await channel.resize(1, 1)
            await channel.signal("TERM")

    asynchronous.run(scenario())


def test_a_reader_that_stops_stops_the_command(open_place: OpenPlace, tmp_path: Path) -> None:
    counter = tmp_path / "count"
    command = f"i=0; while [ $i -lt 400 ]; do head -c 100000 /dev/zero; i=$((i+1)); echo $i > {counter}; done"

    async def scenario() -> None:
        async with open_place() as connection:
            channel = await connection.open(command)
            reader = channel.read()
            await anext(reader)
            seen = ""

            def stands_still() -> bool:
                nonlocal seen
                before, seen = seen, counter.read_text() if counter.exists() else ""
                return bool(seen) and before == seen

            async def stood_still_for_a_while() -> bool:
                await asyncio.sleep(0.3)
                return stands_still()

            await asynchronous.wait_until(stood_still_for_a_while)
            assert int(seen) < 200  # of 400: 20 MB of 40
            rest = 0
            async for _, data in reader:
                rest += len(data)
            assert rest > 30_000_000
            assert await channel.wait() == Outcome.exited(0)

    asynchronous.run(scenario())


def test_closing_lets_a_waiting_writer_go(open_place: OpenPlace, tmp_path: Path) -> None:
    started = tmp_path / "started"

    async def scenario() -> None:
        async with open_place() as connection:
            channel = await connection.open(f"echo $$ > {started}; exec sleep 1000")
            writing = asyncio.create_task(channel.write(b"x" * 10_000_000))
            await asynchronous.wait_until(lambda: started.exists() and started.read_text())
            assert not writing.done()
            await asyncio.wait_for(channel.aclose(), 60)
            await asyncio.wait_for(writing, 60)
            kill(int(started.read_text()))
            await channel.wait()

    asynchronous.run(scenario())


def test_a_terminal_is_the_controlling_one(open_place: OpenPlace) -> None:
    command = "stty sane; echo to the terminal >/dev/tty; exec sleep 1000"

    async def scenario() -> None:
        async with open_place() as connection:
            channel = await connection.open(command, pty=Pty("xterm", 80, 24))
            assert await anext(channel.read()) == (Stream.OUTPUT, b"to the terminal\r\n")
            await channel.write(b"\x03")
            outcome = await channel.wait()
            assert outcome == Outcome(OutcomeKind.SIGNALLED, 130, "killed by signal INT")

    asynchronous.run(scenario())


def test_hanging_up_a_terminal_ends_its_command(open_place: OpenPlace, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_place() as connection:
            command = f"trap 'echo hup > {tmp_path}/got; exit' HUP; echo ready; while :; do sleep 0.05; done"
            channel = await connection.open(command, pty=Pty("xterm", 80, 24))
            assert await anext(channel.read()) == (Stream.OUTPUT, b"ready\r\n")
            await channel.aclose()
            await asynchronous.wait_until((tmp_path / "got").exists)
            await channel.wait()

    asynchronous.run(scenario())

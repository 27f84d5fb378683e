"""Connections and channels over ssh, on a real sshd."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Pty
from jobsh.model.records import Stream
from jobsh.ports.transport import ChannelRefused
from tests import asynchronous
from tests.integration.transport_tools import collect, connected, run
from tests.sshd import SshdFarm


def test_a_command_with_output_on_both_streams(farm: SshdFarm) -> None:
    async def scenario() -> None:
        async with connected(farm.ssh_config, "web01") as connection:
            assert connection.user == farm.user
            out, err, outcome = await run(connection, 'echo "$HOME"; echo bad >&2; exit 3')
            assert out.decode() == f"{farm.home(1)}\n"
            assert err == b"bad\n"
            assert outcome == Outcome.exited(3)

    asynchronous.run(scenario())


def test_bytes_both_ways_are_untouched(farm: SshdFarm) -> None:
    sent = bytes(range(256)) * 20_000 + os.urandom(1_000_000)

    async def scenario() -> bytes:
        async with connected(farm.ssh_config, "web01") as connection:
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
def test_a_command_that_is_killed(farm: SshdFarm, name: str) -> None:
    async def scenario() -> Outcome:
        async with connected(farm.ssh_config, "web01") as connection:
            return (await run(connection, f"kill -{name} $$"))[2]

    assert asynchronous.run(scenario()) == Outcome(OutcomeKind.SIGNALLED, None, f"killed by signal {name}")


def test_signals_reach_the_command_where_sshd_sends_them(farm: SshdFarm) -> None:
    async def scenario() -> Outcome:
        async with connected(farm.ssh_config, "web01") as connection:
            channel = await connection.open("echo ready; exec cat")
            assert await anext(channel.read()) == (Stream.OUTPUT, b"ready\n")
            await channel.signal("SIGTERM")
            if os.geteuid() == 0:  # sshd sends none to root's commands: then nothing happens
                await channel.write_eof()
            return await channel.wait()

    killed = Outcome(OutcomeKind.SIGNALLED, None, "killed by signal TERM")
    assert asynchronous.run(scenario()) == (Outcome.exited(0) if os.geteuid() == 0 else killed)


def test_one_channel_more_than_the_host_takes(farm: SshdFarm) -> None:
    async def scenario() -> None:
        async with connected(farm.ssh_config, farm.narrow.name) as connection:
            channels = [await connection.open("cat") for _ in range(2)]
            with pytest.raises(ChannelRefused):
                await connection.open("cat")
            for channel in channels:
                await channel.write_eof()
                assert await channel.wait() == Outcome.exited(0)

    asynchronous.run(scenario())


def test_a_terminal_leaves_the_first_bytes_alone(farm: SshdFarm) -> None:
    async def scenario() -> bytes:
        async with connected(farm.ssh_config, "web01") as connection:
            channel = await connection.open("stty size; echo $TERM; head -c 6 | od -An -c", pty=Pty("vt220", 91, 27))
            await channel.write(b"a\rb\x03\x04\n")
            out, _, outcome = await collect(channel)
            assert outcome == Outcome.exited(0)
            return out

    assert asynchronous.run(scenario()).split() == b"27 91 vt220 a \\r b 003 004 \\n".split()


def test_a_terminal_hears_of_its_new_size(farm: SshdFarm) -> None:
    command = "trap 'stty size; exit 5' WINCH; echo ready; while :; do sleep 0.05; done"

    async def scenario() -> None:
        async with connected(farm.ssh_config, "web01") as connection:
            channel = await connection.open(command, pty=Pty("xterm", 80, 24))
            reader = channel.read()
            assert await anext(reader) == (Stream.OUTPUT, b"ready\r\n")
            await channel.resize(100, 30)
            assert await anext(reader) == (Stream.OUTPUT, b"30 100\r\n")
            assert await channel.wait() == Outcome.exited(5)

    asynchronous.run(scenario())


def test_a_closed_channel_ends_the_input_of_its_command(farm: SshdFarm, tmp_path: Path) -> None:
    done = tmp_path / "done"

    async def scenario() -> None:
        async with connected(farm.ssh_config, "web01") as connection:
            channel = await connection.open(f"cat >/dev/null; echo over > {done}")
            await channel.write(b"something")
            await channel.aclose()
            await asynchronous.wait_until(done.exists)

    asynchronous.run(scenario())


def test_writing_to_a_command_that_has_ended_is_no_error(farm: SshdFarm) -> None:
    async def scenario() -> None:
        async with connected(farm.ssh_config, "web01") as connection:
            channel = await connection.open("true")
            await channel.wait()
            async for _ in channel.read():
                pass
            await channel.write(b"x" * 3_000_000)
            await channel.write_eof()
            await channel.resize(1, 1)
            await channel.signal("TERM")

    asynchronous.run(scenario())


def test_a_reader_that_stops_stops_the_command(farm: SshdFarm, tmp_path: Path) -> None:
    counter = tmp_path / "count"
    command = f"i=0; while [ $i -lt 4000 ]; do head -c 10000 /dev/zero; i=$((i+1)); echo $i > {counter}; done"

    async def scenario() -> None:
        async with connected(farm.ssh_config, "web01") as connection:
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
            assert int(seen) < 1000  # of 4000: 10 MB of 40
            rest = 0
            async for _, data in reader:
                rest += len(data)
            assert rest > 30_000_000

    asynchronous.run(scenario())


def test_a_cancelled_open_leaves_no_channel(farm: SshdFarm) -> None:
    async def scenario() -> None:
        async with connected(farm.ssh_config, farm.narrow.name) as connection:
            for _ in range(5):  # more than the host would take
                opening = asyncio.create_task(connection.open("cat"))
                await asyncio.sleep(0)
                opening.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await opening

            async def takes_one_more() -> bool:
                try:
                    channel = await connection.open("echo ok")
                except ChannelRefused:  # sshd frees a slot a moment after the close
                    return False
                return (await collect(channel))[0] == b"ok\n"

            await asynchronous.wait_until(takes_one_more)

    asynchronous.run(scenario())


def test_a_closed_connection_says_so(farm: SshdFarm) -> None:
    async def scenario() -> None:
        async with connected(farm.ssh_config, "web01") as connection:
            channel = await connection.open("cat")
            await connection.aclose()
            assert connection.is_closed
            assert await connection.wait_closed() == "closed"
            assert (await channel.wait()).kind is OutcomeKind.LOST
            with pytest.raises(HostError) as error:
                await connection.open("true")
            assert error.value.cause is HostErrorCause.LINK_LOST

    asynchronous.run(scenario())

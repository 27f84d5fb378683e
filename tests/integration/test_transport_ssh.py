"""Connections and channels over ssh, on a real sshd."""

from __future__ import annotations

import asyncio
import os

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.records import Stream
from jobsh.ports.transport import ChannelRefused
from tests import asynchronous
from tests.integration.transport_tools import collect, connected
from tests.sshd import SshdFarm


def test_signals_reach_the_command_where_sshd_sends_them(farm: SshdFarm) -> None:
    async def scenario() -> Outcome:
        async with connected(farm.ssh_config, "web01") as connection:
            channel = await connection.open("echo ready; exec cat")
            assert await anext(channel.read()) == (Stream.OUTPUT, b"ready\n")
            await channel.signal("SIGTERM")
            if os.geteuid() == 0:  # sshd sends none to root's commands: then nothing happens
                await channel.write_eof()
            return await channel.wait()

    killed = Outcome(OutcomeKind.SIGNALLED, 143, "killed by signal TERM")
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

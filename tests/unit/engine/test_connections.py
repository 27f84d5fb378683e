"""The pool: one connection per route, shared, jump hosts too; further ones when a host takes no more channels."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jobsh.engine.connections import Connections
from jobsh.engine.shared_connection import MOST_CHANNELS, SharedConnection
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import parse_address
from jobsh.model.ids import new_instance_id
from jobsh.model.messages import Program, Pty
from jobsh.ports.spool import AttachedStart
from jobsh.ports.transport import Channel, ChannelRefused, Route
from jobsh.transport.local_files import LocalDisk
from tests.asynchronous import run
from tests.engines import FRONT_END, FakeAsker
from tests.fakes import FakeChannel, FakeConnection, FakeMachine, FakeWorld


def test_ten_that_want_the_same_host_share_one_connection(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        pool = Connections(world)
        asker = FakeAsker()
        leases = await asyncio.gather(*(pool.lease(parse_address("web01"), FRONT_END, asker) for _ in range(10)))
        assert len(world.connections) == pool.count == 1
        assert world.asked == [asker]
        for lease in leases:
            assert not world.connections[0].is_closed
            await lease.aclose()
            await lease.aclose()
        assert world.connections[0].is_closed
        assert pool.count == 0

    run(test())


def test_a_connection_that_broke_is_made_anew(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        pool = Connections(world)
        first = await pool.lease(parse_address("web01"), FRONT_END, None)
        world.connections[0].cut()
        second = await pool.lease(parse_address("web01"), FRONT_END, None)
        assert len(world.connections) == 2
        await first.aclose()
        assert not world.connections[1].is_closed
        await second.aclose()

    run(test())


def test_another_agent_is_another_route(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        pool = Connections(world)
        for agent in ("/a", "/b"):
            await pool.lease(parse_address("web01"), FRONT_END.replace(agent=agent), None)
        assert pool.count == 2

    run(test())


def test_jump_hosts_are_shared_and_closed_last(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        world.jumps = {
            "web01": (parse_address("gate"),),
            "web02": (parse_address("gate"),),
            "gate": (parse_address("outer"),),
        }
        pool = Connections(world)
        one = await pool.lease(parse_address("web01"), FRONT_END, None)
        other = await pool.lease(parse_address("web02"), FRONT_END, None)
        assert [connection.machine.name for connection in world.connections] == ["outer", "gate", "web01", "web02"]
        await one.aclose()
        assert [connection.is_closed for connection in world.connections] == [False, False, True, False]
        await other.aclose()
        assert all(connection.is_closed for connection in world.connections)

    run(test())


def test_a_target_that_refuses_gives_its_jump_host_back(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        world.jumps = {"web01": (parse_address("gate"),)}
        world.dead["web01"] = HostErrorCause.TIMED_OUT
        pool = Connections(world)
        with pytest.raises(HostError, match="timed out"):
            await pool.lease(parse_address("web01"), FRONT_END, None)
        assert world.connections[0].is_closed

    run(test())


def test_handshakes_at_once_are_limited(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        pool = Connections(world, most_handshakes=3)
        await asyncio.gather(*(pool.lease(parse_address(f"web{n}"), FRONT_END, None) for n in range(20)))
        assert world.most_at_once == 3
        assert pool.count == 20

    run(test())


class _Limited(FakeConnection):
    """A connection whose host takes only so many channels."""

    def __init__(self, most: int, machine: FakeMachine, route: Route) -> None:
        super().__init__(machine, route)
        self.most = most
        self.open_channels: set[FakeChannel] = set()
        self.refusals = 0

    async def open(self, command: str, *, pty: Pty | None = None) -> Channel:
        await asyncio.sleep(0)
        self.open_channels = {channel for channel in self.open_channels if not channel.is_closed}
        if len(self.open_channels) >= self.most:
            self.refusals += 1
            raise ChannelRefused("no more sessions")
        channel = FakeChannel(AttachedStart(new_instance_id(), Program(command, command)))
        self.open_channels.add(channel)
        return channel


def limited(tmp_path: Path, most: int, *, connections: int = 99) -> tuple[SharedConnection, list[_Limited]]:
    machine, address = FakeMachine("web01", tmp_path), parse_address("web01")
    made: list[_Limited] = []

    def make() -> _Limited:
        made.append(_Limited(most, machine, Route(address, "web01", 22, "me")))
        return made[-1]

    async def another() -> FakeConnection:
        if len(made) >= connections:
            raise HostError("web01", HostErrorCause.REFUSED)
        return make()

    return SharedConnection("web01", make(), another), made


def test_channels_over_the_limit_go_over_another_connection(tmp_path: Path) -> None:
    async def test() -> None:
        shared, made = limited(tmp_path, 10)
        channels = [await shared.open("true") for _ in range(2 * MOST_CHANNELS + 1)]
        assert len(made) == 3
        assert all(connection.refusals == 0 for connection in made)
        for channel in channels:
            await channel.aclose()
        await shared.open("true")
        assert len(made) == 3

    run(test())


def test_a_host_that_takes_fewer_is_learned(tmp_path: Path) -> None:
    async def test() -> None:
        shared, made = limited(tmp_path, 2)
        for _ in range(6):
            await shared.open("true")
        assert len(made) == 3

    run(test())


def test_where_no_further_connection_is_to_be_had_one_waits(tmp_path: Path) -> None:
    async def test() -> None:
        shared, made = limited(tmp_path, 1, connections=1)
        first = await shared.open("one")
        waiting = asyncio.ensure_future(shared.open("two"))
        done, _ = await asyncio.wait({waiting}, timeout=0.1)
        assert not done
        await first.aclose()
        second = await waiting
        assert len(made) == 1
        await second.aclose()

    run(test())


def test_a_closed_connection_opens_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        shared, _ = limited(tmp_path, 10)
        await shared.aclose()
        with pytest.raises(HostError, match="connection lost"):
            await shared.open("true")

    run(test())


class _LosableDisk(LocalDisk):
    """Files whose channel goes when the test says so."""

    lost = False

    @property
    def is_lost(self) -> bool:
        return self.lost


def test_files_take_one_channel_and_get_another_when_it_is_lost(tmp_path: Path) -> None:
    async def test() -> None:
        shared, made = limited(tmp_path, 10)
        disks = [_LosableDisk() for _ in range(2)]
        given = iter(disks)

        async def disk() -> LocalDisk:
            return next(given)

        made[0].disk = disk  # type: ignore[method-assign]
        assert set(await asyncio.gather(shared.disk(), shared.disk())) == {disks[0]}
        disks[0].lost = True
        assert await shared.disk() is disks[1]
        channels = [await shared.open("true") for _ in range(MOST_CHANNELS - 1)]
        assert len(made) == 1  # the channel of the lost files is free again
        for channel in channels:
            await channel.aclose()

    run(test())

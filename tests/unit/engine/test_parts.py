"""Small parts of the engine: signals, background work, throttle, idle hosts, being needed."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from jobsh.engine.background import Background
from jobsh.engine.connections import Connections
from jobsh.engine.hosts import Hosts
from jobsh.engine.signals import Signal
from jobsh.engine.throttle import Throttle
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import parse_address
from jobsh.model.messages import OpenSession
from jobsh.transport.local_files import LocalDisk
from tests.asynchronous import run, wait_until
from tests.engines import FRONT_END, fake_engine, fan_out, request
from tests.fakes import FakeSpool, FakeWorld


def test_a_signal_wakes_all_that_wait_and_nobody_later() -> None:
    async def test() -> None:
        signal = Signal()
        waiting = [asyncio.ensure_future(signal.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        signal.notify()
        await asyncio.wait(waiting)
        assert [one.cancelled() for one in waiting] == [True, False, False]
        late = asyncio.ensure_future(signal.wait())
        done, _ = await asyncio.wait({late}, timeout=0.01)
        assert not done
        late.cancel()

    run(test())


def test_what_fails_in_the_background_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        background = Background()
        ended = asyncio.Event()

        async def fail() -> None:
            raise KeyError("lost")

        async def last() -> None:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                await asyncio.sleep(0)
                ended.set()

        background.start(last(), "last")
        await asyncio.wait({background.start(fail(), "the failing one")})
        await background.aclose()
        assert ended.is_set()

    with caplog.at_level(logging.ERROR):
        run(test())
    assert "the failing one" in caplog.text
    assert "KeyError" in caplog.text


def test_a_throttle_gives_places_in_order_and_takes_each_back_once() -> None:
    async def test() -> None:
        throttle = Throttle(1)
        first = await throttle.place()
        order: list[int] = []

        async def take(number: int) -> None:
            place = await throttle.place()
            order.append(number)
            place.give_back()

        waiting = [asyncio.ensure_future(take(number)) for number in range(3)]
        await asyncio.sleep(0)
        assert order == []
        first.give_back()
        first.give_back()
        await asyncio.wait(waiting)
        assert order == [0, 1, 2]
        assert await asyncio.gather(*(Throttle(0).place() for _ in range(99)))

    run(test())


def hosts_of(world: FakeWorld, background: Background, idle_seconds: float) -> Hosts:
    connections = Connections(world)
    replicas = str(world.directory / "replicas")
    spool, disk = FakeSpool(world.here), LocalDisk()
    return Hosts(spool, disk, connections, world.open_spool, replicas, background, idle_seconds=idle_seconds)


def test_a_connection_that_nothing_uses_is_closed_after_a_while(tmp_path: Path) -> None:
    async def test() -> None:
        world, background = FakeWorld(tmp_path), Background()
        hosts = hosts_of(world, background, 0.02)
        host = hosts.find(parse_address("web01"), FRONT_END)
        with host.in_use():
            await host.spool()
            with host.in_use():
                await host.spool()
            done, _ = await asyncio.wait({asyncio.ensure_future(world.connections[0].wait_closed())}, timeout=0.1)
            assert not done
        await world.connections[0].wait_closed()
        assert hosts.find(parse_address("web01"), FRONT_END) is not host
        await hosts.aclose()
        await background.aclose()

    run(test())


def test_a_host_is_tried_again_until_it_answers(tmp_path: Path) -> None:
    async def test() -> None:
        world, background = FakeWorld(tmp_path), Background()
        hosts = hosts_of(world, background, 60)
        world.dead["web01"] = HostErrorCause.UNREACHABLE
        host = hosts.find(parse_address("web01"), FRONT_END)
        with pytest.raises(HostError):
            await host.spool()
        waiting = asyncio.ensure_future(host.spool_in_time())
        await wait_until(lambda: len(world.asked) >= 2)
        assert set(world.asked) == {None}
        del world.dead["web01"]
        hosts.try_again.notify()
        await waiting
        assert host.is_linked
        await hosts.aclose()
        assert not host.is_linked
        await background.aclose()

    run(test())


def test_an_engine_is_needed_by_front_ends_sessions_and_remote_jobs_only(tmp_path: Path) -> None:
    async def test() -> None:
        async with fake_engine(tmp_path) as served:
            engine, world = served.engine, served.world
            await engine.wait_idle(0.01)
            front_end = await served.attach()
            idle = asyncio.ensure_future(engine.wait_idle(0.01))
            await front_end.fan_out(fan_out("web01"))
            await wait_until(lambda: world.machine("web01").jobs)
            await front_end.aclose()
            done, _ = await asyncio.wait({idle}, timeout=0.1)
            assert not done
            world.machine("web01").end(world.machine("web01").only.instance_id)
            await asyncio.wait_for(idle, 60)

    run(test())


def test_an_awaited_end_keeps_its_host_connected_and_no_engine(tmp_path: Path) -> None:
    async def test() -> None:
        async with fake_engine(tmp_path) as served:
            served.engine.hosts.idle_seconds = 0.0
            front_end = await served.attach()
            session = await front_end.open_session(OpenSession(parse_address("web01")))
            job = await front_end.start_job(session.id, request())
            await front_end.remove_session(session.id)
            await front_end.aclose()
            assert not served.engine.is_needed
            assert served.engine.ends.running_there() != ()
            (connection,) = served.world.connections
            assert not connection.is_closed
            served.world.machine("web01").end(job.instance_id)
            await wait_until(lambda: connection.is_closed)
            assert served.engine.ends.running_there() == ()

    run(test())


def test_waiting_for_one_of_several_signals() -> None:
    async def test() -> None:
        first, second = Signal(), Signal()
        for notified in (first, second):
            waiting = asyncio.ensure_future(first.wait(second))
            await asyncio.sleep(0)
            notified.notify()
            await asyncio.wait_for(waiting, 60)
            first.notify()
            second.notify()

    run(test())

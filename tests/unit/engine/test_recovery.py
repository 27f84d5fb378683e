"""A new engine goes on where the last one was killed: nothing is started twice, nothing is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jobsh.engine.engine import JobEngine
from jobsh.errors import HostErrorCause
from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE, JobId
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.messages import FanOut, OpenSession
from jobsh.model.queries import JobQuery
from jobsh.ports.spool import SpoolState
from jobsh.store.memory import MemoryStore
from tests.asynchronous import run, wait_until
from tests.engines import FRONT_END, FakeAsker, Served, fake_engine, fan_out, program
from tests.fakes import FakeWorld


async def killed(served: Served) -> None:
    """What kill -9 does, seen from outside: connections break, no coroutine gets to say anything."""
    await served.engine._background.aclose()
    for connection in served.world.connections:
        connection.cut()


async def job(engine: JobEngine, number: int = 1) -> Job:
    (found,) = await engine.attach(FRONT_END, FakeAsker()).select_jobs(HERE, JobQuery(ids=(JobId(number),)))
    return found


def content(job: Job) -> bytes:
    assert job.output is not None
    return Path(job.output.directory, "out").read_bytes()


def test_running_children_are_followed_to_their_end(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        async with fake_engine(tmp_path, world=world, store=store) as first:
            front_end = await first.attach()
            await front_end.fan_out(fan_out("web01", "web02", "localhost"))
            machines = [world.machine("web01"), world.machine("web02"), world.here]
            await wait_until(lambda: all(machine.jobs for machine in machines))
            for machine in machines:
                machine.print(machine.only.instance_id, b"before ")
            await wait_until(lambda: all(c.out == 7 for c in first.engine.fan_outs.jobs.children(JobId(1))))
            await killed(first)
        for machine in machines:
            machine.print(machine.only.instance_id, b"between ")
        machines[1].end(machines[1].only.instance_id, 3)
        async with fake_engine(tmp_path, world=world, store=store) as second:
            await second.attach()
            for machine in (machines[0], machines[2]):
                machine.print(machine.only.instance_id, b"after")
                machine.end(machine.only.instance_id)
            await second.engine.here.wait_finished(JobId(1))
            ended = await job(second.engine)
        assert [child.state for child in ended.children] == [JobState.COMPLETED, JobState.FAILED, JobState.COMPLETED]
        assert [content(child) for child in ended.children] == [
            b"before between after", b"before between ", b"before between after",
        ]  # fmt: skip
        assert [len(machine.starts) for machine in machines] == [1, 1, 1]

    run(test())


def test_children_that_waited_for_a_place_are_started_by_the_next_engine(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        async with fake_engine(tmp_path, world=world, store=store) as first:
            await (await first.attach()).fan_out(fan_out("web01", "web02", text="secret", throttle_limit=1))
            await wait_until(lambda: world.machine("web01").jobs)
            await killed(first)
        assert not world.machine("web02").jobs
        async with fake_engine(tmp_path, world=world, store=store) as second:
            await second.attach()
            world.machine("web01").end(world.machine("web01").only.instance_id)
            await wait_until(lambda: world.machine("web02").jobs)
            assert world.machine("web02").starts[0].program.text == "secret"
            world.machine("web02").end(world.machine("web02").only.instance_id)
            await second.engine.here.wait_finished(JobId(1))
            assert (await job(second.engine)).state is JobState.COMPLETED
        (parent, *_) = await store.load()
        assert parent.program is None

    run(test())


def test_what_stood_still_is_judged_by_the_hosts_and_what_was_held_stays_held(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        web01, web02, web03 = (world.machine(name) for name in ("web01", "web02", "web03"))
        async with fake_engine(tmp_path, world=world, store=store) as first:
            engine = await first.attach()
            await engine.fan_out(fan_out("web01", "web02", "web03", throttle_limit=2))
            await wait_until(lambda: all(c.began for c in first.engine.fan_outs.jobs.children(JobId(1))[:2]))
            await engine.signal_job(HERE, JobId(1), "STOP")
            await killed(first)
        web02.signal(web02.only.instance_id, "CONT")  # by somebody there
        async with fake_engine(tmp_path, world=world, store=store) as second:
            engine = await second.attach()

            async def states() -> list[JobState]:
                return [child.state for child in (await job(second.engine)).children]

            async def is_learnt() -> bool:
                return await states() == [JobState.SUSPENDED, JobState.RUNNING, JobState.SUSPENDED]

            await wait_until(is_learnt)
            web02.end(web02.only.instance_id)  # its place is free, but the third one is held
            await wait_until(lambda: second.engine.fan_outs.jobs.is_finished(JobId(1, 2)))
            assert not web03.jobs
            await engine.signal_job(HERE, JobId(1), "CONT")
            await wait_until(lambda: web03.jobs)
            for machine in (web01, web03):
                machine.end(machine.only.instance_id)
            await second.engine.here.wait_finished(JobId(1))
            assert await states() == [JobState.COMPLETED] * 3

    run(test())


def test_a_job_that_a_dead_host_has_is_unknown_not_failed(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        async with fake_engine(tmp_path, world=world, store=store) as first:
            await (await first.attach()).fan_out(fan_out("web01"))
            await wait_until(lambda: world.machine("web01").jobs)
            await wait_until(lambda: first.engine.fan_outs.jobs.children(JobId(1))[0].began is not None)
            await killed(first)
        world.dead["web01"] = HostErrorCause.TIMED_OUT
        async with fake_engine(tmp_path, world=world, store=store) as second:

            async def is_unknown() -> bool:
                return (await job(second.engine)).state is JobState.UNKNOWN

            await wait_until(is_unknown)
            del world.dead["web01"]
            second.engine.hosts.try_again.notify()

            async def is_running() -> bool:
                return (await job(second.engine)).state is JobState.RUNNING

            await wait_until(is_running)
        assert len(world.machine("web01").starts) == 1

    run(test())


def test_a_link_that_breaks_while_a_job_is_started_starts_it_once(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        web01 = world.machine("web01")
        begin = web01.begin

        def begin_and_cut(start):  # type: ignore[no-untyped-def]
            web01.begin = begin  # type: ignore[method-assign]
            started = begin(start)
            world.cut("web01", None)
            return started

        web01.begin = begin_and_cut  # type: ignore[method-assign]
        async with fake_engine(tmp_path, world=world) as served:
            await (await served.attach()).fan_out(fan_out("web01"))
            await wait_until(lambda: len(web01.starts) == 2)
            web01.end(web01.only.instance_id)
            await served.engine.here.wait_finished(JobId(1))
            assert (await job(served.engine)).state is JobState.COMPLETED
        assert len({start.instance_id for start in web01.starts}) == len(web01.jobs) == 1

    run(test())


def test_a_stop_that_was_asked_for_is_carried_out_by_the_next_engine(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        async with fake_engine(tmp_path, world=world, store=store) as first:
            front_end = await first.attach()
            await front_end.fan_out(fan_out("web01"))
            await wait_until(lambda: first.engine.fan_outs.jobs.children(JobId(1))[0].began is not None)
            world.cut("web01")
            await asyncio.gather(front_end.stop_job(HERE, JobId(1), 1.0), return_exceptions=True)
            await killed(first)
        assert world.machine("web01").only.state is SpoolState.RUNNING
        del world.dead["web01"]
        async with fake_engine(tmp_path, world=world, store=store) as second:
            await second.attach()
            await second.engine.here.wait_finished(JobId(1))
            assert (await job(second.engine)).state is JobState.STOPPED

    run(test())


def test_a_parent_is_removed_with_its_replicas_though_its_host_is_dead(tmp_path: Path) -> None:
    async def test() -> None:
        world = FakeWorld(tmp_path)
        async with fake_engine(tmp_path, world=world) as served:
            front_end = await served.attach()
            await front_end.fan_out(fan_out("web01"))
            await wait_until(lambda: served.engine.fan_outs.jobs.children(JobId(1))[0].began is not None)
            world.cut("web01")
            await front_end.remove_job(HERE, JobId(1), force=True)
            assert await front_end.select_jobs(HERE, JobQuery()) == ()
            assert not list((tmp_path / "replicas").iterdir())
            del world.dead["web01"]
            served.engine.hosts.try_again.notify()
            await wait_until(lambda: not world.machine("web01").jobs)

    run(test())


def test_a_new_engine_reaches_hosts_as_who_asked_the_last_one(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        front_end = FRONT_END.replace(ssh_config="/my/config", agent="/my/agent")
        async with fake_engine(tmp_path, world=world, store=store) as first:
            await (await first.attach(front_end)).fan_out(fan_out("web01"))
            await wait_until(lambda: world.machine("web01").jobs)
            await killed(first)
        async with fake_engine(tmp_path, world=world, store=store) as second:
            await second.attach()
            await wait_until(lambda: len(world.connections) == 2)
        assert [connection.route.agent for connection in world.connections] == ["/my/agent"] * 2
        assert {asked.ssh_config for asked in world.asking} == {"/my/config"}

    run(test())


def test_where_the_agent_is_gone_the_newest_front_ends_helps(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        async with fake_engine(tmp_path, world=world, store=store) as first:
            await (await first.attach(FRONT_END.replace(agent="/old"))).fan_out(fan_out("web01"))
            await wait_until(lambda: world.machine("web01").jobs)
            await killed(first)
        world.agents_gone.add("/old")
        async with fake_engine(tmp_path, world=world, store=store) as second:
            await second.attach(FRONT_END.replace(agent="/new"))
            await wait_until(lambda: len(world.connections) == 2)
        assert world.connections[1].route.agent == "/new"

    run(test())


def test_a_child_that_waited_starts_from_its_sessions_state_under_the_next_engine(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        async with fake_engine(tmp_path, world=world, store=store) as first:
            front_end = await first.attach()
            sessions = [await front_end.open_session(OpenSession(parse_address(name))) for name in ("web01", "web02")]
            await front_end.fan_out(FanOut(program(), tuple(s.id for s in sessions), throttle_limit=1))
            await wait_until(lambda: world.machine("web01").jobs)
            await killed(first)
        async with fake_engine(tmp_path, world=world, store=store) as second:
            await second.attach()
            world.machine("web01").end(world.machine("web01").only.instance_id)
            await wait_until(lambda: world.machine("web02").starts)
            assert world.machine("web02").starts[0].session == sessions[1].instance_id
            assert world.machine("web02").forgotten == []

    run(test())


def test_sessions_of_front_ends_outlive_an_engine_that_is_stopped_and_keep_their_numbers(tmp_path: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(tmp_path), MemoryStore()
        async with fake_engine(tmp_path, world=world, store=store) as first:
            session = await (await first.attach()).open_session(OpenSession(parse_address("web01")))
            await first.engine.aclose()
        async with fake_engine(tmp_path, world=world, store=store) as second:
            other = await (await second.attach()).open_session(OpenSession(parse_address("web01")))
            resumed = await (await second.attach()).resume_session(session, ())
            assert (other.id, resumed.id, resumed.instance_id) == (2, 1, session.instance_id)
            assert world.machine("web01").forgotten == []

    run(test())

"""Sessions that are disconnected, connected and received, by the same engine, the next one, and another client's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause, InvalidState, NotFound, OperationError
from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE, JobId, SessionId
from jobsh.model.job import Job, Mark
from jobsh.model.job_state import JobState
from jobsh.model.messages import FanOut, OpenSession, Refused
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.session_option import OutputBufferingMode, SessionOption
from jobsh.ports.engine import Engine
from jobsh.ports.spool import Client
from jobsh.store.memory import MemoryStore
from tests.asynchronous import run, wait_until
from tests.engines import Served, fake_engine, invoke, output_of, program, request
from tests.fakes import FakeMachine, FakeSpool, FakeWorld

OTHER = Client("2b", "me@desk")
OPENED, LEFT = SessionState.OPENED, SessionState.DISCONNECTED

Test = Callable[[Served, Engine], Awaitable[None]]
Use = Callable[[Test], None]


@pytest.fixture(params=["in-process", "socket"])
def use(request: pytest.FixtureRequest, place: Path) -> Use:
    async def used(test: Test) -> None:
        async with fake_engine(place, over_socket=request.param == "socket") as served:
            engine = await served.attach()
            await test(served, engine)
            await engine.aclose()

    return lambda test: run(used(test))


async def open_on(engine: Engine, host: str = "web01", **fields: object) -> Session:
    return await engine.open_session(OpenSession(parse_address(host)).replace(**fields))


async def run_in(engine: Engine, machine: FakeMachine, *sessions: Session) -> Job:
    """A fan-out whose children run on one machine."""
    before = len(machine.starts)
    job = await engine.fan_out(FanOut(program(), tuple(session.id for session in sessions)))
    await wait_until(lambda: len(machine.starts) == before + len(sessions))
    return job


async def state_of(engine: Engine, job: Job) -> JobState:
    (now,) = await engine.select_jobs(HERE, JobQuery(ids=(job.id,)))
    return now.state


async def seen(engine: Engine, host: str = "web01") -> list[tuple[str, SessionState, Availability]]:
    found = await engine.find_sessions(OpenSession(parse_address(host)))
    return [(session.name, session.state, session.availability) for session in found]


def test_a_session_is_left_with_its_jobs_and_taken_up_again(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        job = await run_in(engine, web01, session)
        web01.print(web01.only.instance_id, b"one\n")
        left = await engine.disconnect_session(session.id, SessionOption(idle_timeout=90.0))
        assert (left.state, left.availability) == (LEFT, Availability.NONE)
        assert (left.disconnected_on, left.expires_on, left.option.idle_timeout) == (1000.0, 1090.0, 90.0)
        assert await state_of(engine, job) is JobState.DISCONNECTED
        assert (await engine.status()).sessions == 0
        assert await engine.disconnect_session(session.id, SessionOption()) == left  # once is enough
        web01.print(web01.only.instance_id, b"two\n")

        again = await engine.connect_session(session.id)
        assert (again.state, again.availability, again.expires_on) == (OPENED, Availability.AVAILABLE, None)
        assert await state_of(engine, job) is JobState.RUNNING
        assert await engine.connect_session(session.id) == again  # nothing happens to one that is open
        web01.end(web01.only.instance_id, 3)
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert (ended.state, ended.exit_code) == (JobState.FAILED, 3)
        assert await output_of(engine, ended.children[0]) == (b"one\ntwo\n", b"")

    use(test)


def test_a_job_that_ends_meanwhile_is_seen_to_have_ended(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        job = await run_in(engine, web01, session)
        await engine.disconnect_session(session.id, SessionOption())
        web01.end(web01.only.instance_id)
        assert await state_of(engine, job) is JobState.DISCONNECTED
        await engine.connect_session(session.id)
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert ended.state is JobState.COMPLETED

    use(test)


def test_who_follows_a_job_is_told_of_the_pause_and_follows_on_when_it_is_over(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        job = await run_in(engine, web01, session)
        seen_states: list[JobState] = []
        out = 0

        async def follow() -> None:
            nonlocal out
            async for now in engine.follow_jobs(HERE, (JobId(job.id.number, 1),), until_end=True):
                seen_states.append(now.state)
                out = now.output.out if now.output is not None else 0

        following = asyncio.ensure_future(follow())
        await wait_until(lambda: seen_states)
        await engine.disconnect_session(session.id, SessionOption())
        await wait_until(lambda: seen_states[-1] is JobState.DISCONNECTED)
        web01.print(web01.only.instance_id, b"one\n")
        await engine.connect_session(session.id)
        await wait_until(lambda: out == 4)
        web01.end(web01.only.instance_id)
        await following
        assert seen_states[-1] is JobState.COMPLETED

    use(test)


def test_children_that_did_not_begin_yet_begin_first(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        await engine.fan_out(FanOut(program(), (session.id,)))
        await engine.disconnect_session(session.id, SessionOption())
        assert web01.starts[0].session == session.instance_id

    use(test)


def test_a_disconnected_job_is_stopped_and_removed_where_it_is(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        stopped, removed = [await run_in(engine, web01, session) for _ in range(2)]
        await engine.disconnect_session(session.id, SessionOption())
        report = await engine.stop_job(HERE, stopped.id, 1.0)
        assert (report.job.state, report.left) == (JobState.STOPPED, 0)
        with pytest.raises(InvalidState, match="still running"):
            await engine.remove_job(HERE, removed.id, force=False)
        await engine.remove_job(HERE, removed.id, force=True)
        assert [job.id for job in await engine.select_jobs(HERE, JobQuery())] == [stopped.id]
        assert len(web01.jobs) == 1

    use(test)


@pytest.mark.parametrize("seconds", [0.0, 59.9])
def test_an_idle_time_out_that_is_too_short_leaves_the_session_open(use: Use, seconds: float) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await open_on(engine)
        with pytest.raises(OperationError, match="too short"):
            await engine.disconnect_session(session.id, SessionOption(idle_timeout=seconds))
        assert [s.state for s in await engine.select_sessions(SessionQuery())] == [OPENED]

    use(test)


def test_what_is_neither_open_nor_disconnected_is_not_disconnected(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await open_on(engine)
        served.world.cut("web01")

        async def is_broken() -> bool:
            (now,) = await engine.select_sessions(SessionQuery())
            return (now.state, now.availability) == (SessionState.BROKEN, Availability.NONE)

        await wait_until(is_broken)
        with pytest.raises(InvalidState) as broken:
            await engine.disconnect_session(session.id, SessionOption())
        assert broken.value.error_id == "CannotDisconnectSessionWhenNotOpened"
        await engine.remove_session(session.id)
        with pytest.raises(NotFound):
            await engine.disconnect_session(session.id, SessionOption())

    use(test)


def test_a_command_in_the_foreground_keeps_its_session(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await open_on(engine)
        web01 = served.world.machine("web01")
        running = await engine.invoke(invoke(session.id, saves_state=True))
        await wait_until(lambda: web01.channels)
        (busy,) = await engine.select_sessions(SessionQuery())
        assert (busy.state, busy.availability) == (OPENED, Availability.BUSY)
        with pytest.raises(InvalidState) as in_use:
            await engine.disconnect_session(session.id, SessionOption())
        assert in_use.value.error_id == "CannotDisconnectSessionInUse"

        # another terminal's is refused, beside it run jobs, what changes nothing, and commands of the same front end
        other = await served.attach()
        second = await other.invoke(invoke(session.id, saves_state=True))
        (refused,) = [event async for event in second.events()]
        assert isinstance(refused, Refused)
        assert refused.error.error_id == "InvokeCommandCommandInvalidSessionAvailability"
        await run_in(other, web01, session)
        looking, own = await other.invoke(invoke(session.id)), await engine.invoke(invoke(session.id, saves_state=True))
        await wait_until(lambda: len(web01.channels) == 3)
        for beside in (looking, own):
            await beside.aclose()
        await running.aclose()
        (idle,) = await engine.select_sessions(SessionQuery())
        assert idle.availability is Availability.AVAILABLE
        await other.aclose()

    use(test)


def test_a_disconnected_session_takes_no_command(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session, open_one = await open_on(engine), await open_on(engine, "web02")
        await engine.disconnect_session(session.id, SessionOption())
        attached = await engine.invoke(invoke(session.id))
        (refused,) = [event async for event in attached.events()]
        assert isinstance(refused, Refused)
        assert refused.error.error_id == "InvokeCommandCommandInvalidSessionState"
        with pytest.raises(InvalidState, match="Disconnected"):
            await engine.start_job(session.id, request())
        job = await engine.fan_out(FanOut(program(), (session.id, open_one.id)))  # its child fails, the other one runs
        web02 = served.world.machine("web02")
        await wait_until(lambda: web02.jobs)
        (now,) = await engine.select_jobs(HERE, JobQuery(ids=(job.id,)))
        assert [child.state for child in now.children] == [JobState.FAILED, JobState.RUNNING]
        assert "is Disconnected" in now.status_message

    use(test)


def test_a_session_whose_host_is_silent_stays_and_is_told_so(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await open_on(engine)
        await engine.disconnect_session(session.id, SessionOption())
        served.world.cut("web01", HostErrorCause.UNREACHABLE)
        with pytest.raises(HostError):
            await engine.connect_session(session.id)
        with pytest.raises(HostError):
            await engine.find_sessions(OpenSession(parse_address("web01")))
        with pytest.raises(OperationError) as removed:
            await engine.remove_session(session.id)
        assert removed.value.error_id == "RemoveSessionCannotConnectToServer"
        assert await engine.select_sessions(SessionQuery()) == ()
        del served.world.dead["web01"]
        assert await seen(engine) == [("Session1", LEFT, Availability.NONE)]

    use(test)


def test_removing_a_disconnected_session_ends_it_on_its_host_and_its_jobs_go_on(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        job = await run_in(engine, web01, session)
        await engine.disconnect_session(session.id, SessionOption())
        await engine.remove_session(session.id)
        assert await seen(engine) == []
        assert await state_of(engine, job) is JobState.RUNNING

    use(test)


def test_a_session_whose_time_ran_out_is_gone_and_its_jobs_are_what_they_are(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        job = await run_in(engine, web01, session)
        await engine.disconnect_session(session.id, SessionOption(idle_timeout=60.0))
        del web01.sessions[session.instance_id]
        web01.end(web01.only.instance_id, was_stopped=True)
        with pytest.raises(NotFound, match="not there any more"):
            await engine.connect_session(session.id)
        assert await engine.select_sessions(SessionQuery()) == ()
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert ended.state is JobState.STOPPED

    use(test)


# -- what others left --


def test_another_client_sees_a_session_and_has_it_when_it_was_left(use: Use, place: Path) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await open_on(engine, name="build")
        async with fake_engine(place / "other", world=served.world, client=OTHER) as desk:
            there = await desk.attach()
            assert await seen(there) == [("build", LEFT, Availability.BUSY)]
            (found,) = await there.find_sessions(OpenSession(parse_address("web01")))
            assert await there.select_sessions(SessionQuery()) == ()  # it was never theirs
            assert (await there.select_sessions(SessionQuery(ids=(found.id,)))) == (found,)
            with pytest.raises(InvalidState) as held:
                await there.connect_session(found.id)
            assert held.value.error_id == "SessionNotAvailable"

            await engine.disconnect_session(session.id, SessionOption())
            assert await seen(there) == [("build", LEFT, Availability.NONE)]
            assert (await there.connect_session(found.id)).state is OPENED
            assert [s.name for s in await there.select_sessions(SessionQuery())] == ["build"]
            assert await seen(engine) == [("build", LEFT, Availability.BUSY)]
            with pytest.raises(InvalidState, match="held by another client"):
                await engine.connect_session(session.id)
            with pytest.raises(OperationError, match="removed here only"):
                await engine.remove_session(session.id)
        # they are gone, and did not disconnect
        await wait_until(lambda: _is_free(engine))

    use(test)


async def _is_free(engine: Engine) -> bool:
    return await seen(engine) == [("build", LEFT, Availability.NONE)]


def test_a_session_that_was_taken_while_the_connection_was_lost(use: Use, place: Path) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await open_on(engine, name="build")
        served.world.cut("web01", HostErrorCause.UNREACHABLE)
        await wait_until(lambda: _state_is(engine, session.id, SessionState.BROKEN))
        async with fake_engine(place / "other", world=served.world, client=OTHER) as desk:
            there = await desk.attach()
            del served.world.dead["web01"]
            (found,) = await there.find_sessions(OpenSession(parse_address("web01")))
            if found.availability is Availability.NONE:
                await there.connect_session(found.id)
                await wait_until(lambda: _state_is(engine, session.id, LEFT))
                (ours,) = await engine.select_sessions(SessionQuery())
                assert ours.availability is Availability.BUSY

    use(test)


async def _state_is(engine: Engine, id: SessionId, state: SessionState) -> bool:
    return [session.state for session in await engine.select_sessions(SessionQuery(ids=(id,)))] == [state]


def test_a_session_that_was_taken_without_our_notice_is_seen_to_be_when_it_is_used(use: Use) -> None:
    """The network was silent for so long that the guard gave up, and nobody told us."""

    async def test(served: Served, engine: Engine) -> None:
        session = await open_on(engine)
        web01 = served.world.machine("web01")
        thief = FakeSpool(web01)
        await thief.begin_session(web01.sessions[session.instance_id][0], OTHER)
        assert await _state_is(engine, session.id, OPENED)
        attached = await engine.invoke(invoke(session.id))
        (refused,) = [event async for event in attached.events()]
        assert isinstance(refused, Refused)
        assert refused.error.error_id == "SessionNotAvailable"
        await wait_until(lambda: _state_is(engine, session.id, LEFT))
        (now,) = await engine.select_sessions(SessionQuery())
        assert now.availability is Availability.BUSY

    use(test)


def test_what_nobody_received_comes_to_another_client_as_a_job(use: Use, place: Path) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        job = await run_in(engine, web01, session)
        id = web01.only.instance_id
        web01.print(id, b"one\n")
        child = JobId(job.id.number, 1)
        [_ async for _ in engine.follow_jobs(HERE, (child,), until_end=False)]
        await engine.mark_received(HERE, (Mark(child, 4, 0),))
        await engine.disconnect_session(session.id, SessionOption())
        async with fake_engine(place / "other", world=served.world, client=OTHER) as desk:
            there = await desk.attach()
            (found,) = await there.find_sessions(OpenSession(parse_address("web01")))
            await there.connect_session(found.id)
            (adopted,) = await there.receive_session(found.id, "night")
            assert (adopted.name, adopted.location, adopted.state) == ("night", "web01", JobState.RUNNING)
            assert await there.receive_session(found.id, "") == (adopted,)  # the same one
            web01.print(id, b"two\n")
            web01.end(id)
            (ended,) = await there.wait_jobs(HERE, (adopted.id,), any_one=False, timeout=60)
            out, _ = await output_of(there, ended.children[0])
            assert ended.children[0].output is not None
            assert out[ended.children[0].output.received_out :] == b"two\n"
            await there.mark_received(HERE, (Mark(ended.children[0].id, 8, 0),))
            assert await there.receive_session(found.id, "") == ()
            await there.disconnect_session(found.id, SessionOption())
        await engine.connect_session(session.id)
        (now,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert (now.state, now.has_more_data) == (JobState.COMPLETED, False)  # they received it

    use(test)


def test_a_session_that_was_left_lies_there_while_its_jobs_have_something_to_say(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        leaving = await served.attach()
        received, removed = [await open_on(leaving, name=name) for name in ("received", "removed")]
        jobs = [await run_in(leaving, web01, session) for session in (received, removed)]
        await leaving.aclose()
        for start in web01.starts:
            web01.print(start.instance_id, b"one\n")
            web01.end(start.instance_id)
        await engine.wait_jobs(HERE, tuple(job.id for job in jobs), any_one=False, timeout=60)
        free = Availability.NONE
        assert await seen(engine) == [("received", LEFT, free), ("removed", LEFT, free)]
        await engine.mark_received(HERE, (Mark(JobId(jobs[0].id.number, 1), 4, 0),))
        await wait_until(lambda: _names_are(engine, "removed"))
        await engine.remove_job(HERE, jobs[1].id, force=False)
        await wait_until(lambda: _names_are(engine))

    use(test)


async def _names_are(engine: Engine, *names: str) -> bool:
    return [name for name, _, _ in await seen(engine)] == list(names)


def test_buffering_can_be_changed_when_connecting_and_the_time_cannot(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        said = SessionOption(idle_timeout=90.0, output_buffering_mode=OutputBufferingMode.DROP)
        session = await open_on(engine, option=said)
        await engine.disconnect_session(session.id, SessionOption())
        wish = SessionOption(idle_timeout=600.0, output_buffering_mode=OutputBufferingMode.BLOCK)
        now = await engine.connect_session(session.id, wish)
        assert (now.option.idle_timeout, now.option.output_buffering_mode) == (90.0, OutputBufferingMode.BLOCK)

    use(test)


def test_a_job_that_is_known_here_is_received_as_that_job(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        assert await engine.receive_session(session.id, "") == ()
        job = await run_in(engine, web01, session)
        await engine.disconnect_session(session.id, SessionOption())
        with pytest.raises(InvalidState, match="is Disconnected"):
            await engine.receive_session(session.id, "")
        await engine.connect_session(session.id)
        (same,) = await engine.receive_session(session.id, "other name")
        assert (same.instance_id, same.name) == (job.instance_id, job.name)

    use(test)


def test_a_command_of_the_session_itself_is_a_job_only_when_it_is_received(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        web01 = served.world.machine("web01")
        session = await open_on(engine)
        await engine.start_command(session.id, request("make"))
        assert (web01.starts[0].session, web01.starts[0].is_numbered) == (session.instance_id, False)
        assert await engine.select_jobs(HERE, JobQuery()) == ()
        web01.print(web01.only.instance_id, b"done\n")
        web01.end(web01.only.instance_id)
        (job,) = await engine.receive_session(session.id, "")
        assert (job.command, job.location) == ("make", "web01")
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert await output_of(engine, ended.children[0]) == (b"done\n", b"")

    use(test)


# -- engines that go --


def test_a_disconnected_job_rests_under_the_next_engine_until_its_session_is_connected(place: Path) -> None:
    async def test() -> None:
        world, store = FakeWorld(place), MemoryStore()
        async with fake_engine(place, world=world, store=store) as first:
            engine = await first.attach()
            session = await open_on(engine)
            web01 = world.machine("web01")
            job = await run_in(engine, web01, session)
            left = await engine.disconnect_session(session.id, SessionOption())
        async with fake_engine(place, world=world, store=store) as second:
            engine = await second.attach()
            assert await state_of(engine, job) is JobState.DISCONNECTED
            assert not second.engine.fan_outs.jobs.are_followed
            # a front end that lived on has it still; others find it
            assert (await engine.resume_session(left, ())).state is LEFT
            (found,) = await engine.find_sessions(OpenSession(parse_address("web01")))
            assert found.id == left.id
            await engine.connect_session(found.id)
            (same,) = await engine.receive_session(found.id, "")
            assert (same.id, same.state) == (job.id, JobState.RUNNING)
            web01.print(web01.only.instance_id, b"x")
            web01.end(web01.only.instance_id)
            (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
            assert await output_of(engine, ended.children[0]) == (b"x", b"")

    run(test())


def test_a_session_of_another_client_never_keeps_an_engine(place: Path) -> None:
    async def test() -> None:
        async with fake_engine(place) as served:
            engine = await served.attach()
            session = await open_on(engine)
            await run_in(engine, served.world.machine("web01"), session)
            await engine.disconnect_session(session.id, SessionOption())
            await engine.aclose()
            assert not served.engine.is_needed

    run(test())

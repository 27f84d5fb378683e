"""One suite for every Engine: in this process, and over the socket."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause, InvalidState, NotFound, SpoolError
from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE, JobId, SessionId, new_instance_id
from jobsh.model.job import Job, JobKind, Mark, Outcome, OutcomeKind
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.messages import (
    Data,
    Ended,
    FanOut,
    HostedChange,
    HostJob,
    JobEnded,
    OpenSession,
    Program,
    Question,
    QuestionKind,
    Refused,
    SessionChanged,
)
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.record_file import FrameKind, beginning, frame
from jobsh.model.records import Stream
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.wire import loads
from jobsh.ports.engine import Engine
from jobsh.ports.spool import SpoolStart, SpoolState
from jobsh.runtime.record_writer import take_ownership
from jobsh.store.memory import MemoryStore
from tests.asynchronous import run, wait_until
from tests.engines import Served, fake_engine, fan_out, invoke, program, request, targets

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


async def the_job(engine: Engine, id: JobId) -> Job:
    (job,) = await engine.select_jobs(HERE, JobQuery(ids=(id,)))
    return job


async def next_of(items: AsyncIterator[object]) -> object:
    async with asyncio.timeout(60):
        return await anext(items)


async def next_end(events: AsyncIterator[object]) -> JobEnded:
    while True:
        event = await next_of(events)
        if isinstance(event, JobEnded):
            return event


# -- jobs of this machine --


def test_a_local_job_from_start_to_removal(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.start_job(HERE, request("make", "build"))
        assert (job.id, job.name, job.kind, job.state, job.location, job.command) == (
            JobId(1), "build", JobKind.BACKGROUND, JobState.RUNNING, "localhost", "make",
        )  # fmt: skip
        served.world.here.print(job.instance_id, b"one\n")
        served.world.here.print(job.instance_id, b"oops", Stream.ERROR)
        served.world.here.end(job.instance_id, 3)
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert (ended.state, ended.status_message, ended.exit_code) == (JobState.FAILED, "exit status 3", 3)
        (followed,) = [job async for job in engine.follow_jobs(HERE, (job.id,), until_end=True)]
        assert followed.output is not None
        assert (followed.output.out, followed.output.err, followed.output.is_complete) == (4, 4, True)
        assert Path(followed.output.directory, "out").read_bytes() == b"one\n"
        assert (await the_job(engine, job.id)).has_more_data
        await engine.mark_received(HERE, (Mark(job.id, 4, 4),))
        assert not (await the_job(engine, job.id)).has_more_data
        await engine.remove_job(HERE, job.id, force=False)
        assert await engine.select_jobs(HERE, JobQuery()) == ()

    use(test)


def test_a_job_without_a_name_gets_one(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        await engine.start_job(HERE, request())
        assert (await engine.start_job(HERE, request())).name == "Job2"

    use(test)


def test_follow_tells_of_growth_until_the_end(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.start_job(HERE, request())
        snapshots = engine.follow_jobs(HERE, (job.id,), until_end=True)
        sizes = []
        async for snapshot in snapshots:
            assert snapshot.output is not None
            sizes.append(snapshot.output.out)
            if snapshot.output.out < 30:
                served.world.here.print(job.instance_id, b"x" * 10)
            else:
                served.world.here.end(job.instance_id)
        assert sizes[:4] == [0, 10, 20, 30]
        assert snapshot.state is JobState.COMPLETED

    use(test)


def test_stopping_says_stopped_and_a_running_job_is_not_removed(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.start_job(HERE, request())
        with pytest.raises(InvalidState, match="still running"):
            await engine.remove_job(HERE, job.id, force=False)
        report = await engine.stop_job(HERE, job.id, 1.0)
        assert (report.job.state, report.stopped, report.left) == (JobState.STOPPED, 1, 0)
        assert (await engine.stop_job(HERE, job.id, 1.0)).stopped == 0
        other = await engine.start_job(HERE, request())
        await engine.remove_job(HERE, other.id, force=True)
        assert [job.id.number for job in await engine.select_jobs(HERE, JobQuery())] == [1]

    use(test)


def test_waiting_for_any_one_and_for_no_time(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        one, other = [await engine.start_job(HERE, request()) for _ in range(2)]
        ids = (one.id, other.id)
        polled = await engine.wait_jobs(HERE, ids, any_one=False, timeout=0)
        assert [job.state for job in polled] == [JobState.RUNNING] * 2
        served.world.here.end(other.instance_id)
        waited = await engine.wait_jobs(HERE, ids, any_one=True, timeout=None)
        assert [job.state for job in waited] == [JobState.RUNNING, JobState.COMPLETED]

    use(test)


def test_a_number_that_is_not_there(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        assert await engine.select_jobs(HERE, JobQuery(ids=(JobId(99),))) == ()
        with pytest.raises(NotFound) as raised:
            await engine.stop_job(HERE, JobId(99), 0)
        assert raised.value.target == "99"

    use(test)


def test_a_job_that_somebody_else_started_in_the_spool_is_seen(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        first = await engine.start_job(HERE, request())
        copy = served.world.here.jobs[first.instance_id].replace(instance_id="f" * 32, number=7, name="theirs")
        served.world.here.path(copy.instance_id, "out").parent.mkdir()
        served.world.here.path(copy.instance_id, "out").touch()
        served.world.here.jobs[copy.instance_id] = copy
        assert [(job.id.number, job.name) for job in await engine.select_jobs(HERE, JobQuery())][1] == (7, "theirs")
        events = engine.events()
        told = asyncio.ensure_future(next_of(events))
        await engine.status()
        served.world.here.end(copy.instance_id)
        event = await told
        assert isinstance(event, JobEnded)
        assert event.job.id == JobId(7)

    use(test)


# -- fan-outs --


def test_a_fan_out_has_a_child_per_host(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        served.world.dead["web02"] = HostErrorCause.REFUSED
        parent = await engine.fan_out(fan_out("web01", "web02", name="up"))
        assert (parent.id, parent.kind, parent.location) == (JobId(1), JobKind.REMOTE, "web01,web02")
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.jobs)
        web01.print(web01.only.instance_id, b"hello\n")
        web01.end(web01.only.instance_id)
        (job,) = await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=60)
        good, bad = job.children
        assert (good.id, good.location, good.state) == (JobId(1, 1), "web01", JobState.COMPLETED)
        assert good.output is not None
        assert Path(good.output.directory, "out").read_bytes() == b"hello\n"
        assert bad.outcome is not None
        assert (bad.state, bad.outcome.kind) == (JobState.FAILED, OutcomeKind.NOT_STARTED)
        assert bad.status_message == "web02: connection refused"
        assert job.state is JobState.FAILED
        await engine.mark_received(HERE, (Mark(good.id, 6, 0),))
        assert not (await the_job(engine, parent.id)).has_more_data
        assert (await the_job(engine, good.id)).id == good.id

    use(test)


def test_jobsh_code_runs_here_with_the_host_as_its_location(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        code = Program("Get-Job", "Get-Job", ("jobsh",))
        session = await engine.open_session(OpenSession(parse_address("web02")))
        await engine.fan_out(fan_out("me@web01:2222", "localhost").replace(program=code))
        await wait_until(lambda: len(served.world.here.starts) == 2)
        job = await engine.start_job(session.id, request().replace(program=code))
        assert job.seen_from is HERE
        locations = [dict(start.program.variables).get("JOBSH_LOCATION") for start in served.world.here.starts]
        assert [location and loads(location) for location in locations] == [
            parse_address("me@web01:2222"), None, parse_address("web02"),
        ]  # fmt: skip
        assert not served.world.machine("web02").jobs
        assert [child.location for child in (await the_job(engine, JobId(1))).children] == [
            "me@web01:2222",
            "localhost",
        ]

    use(test)


def test_the_last_word_of_a_followed_child_says_how_it_ended(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        parent = await engine.fan_out(fan_out("web01", "web02"))
        machines = [served.world.machine(name) for name in ("web01", "web02")]
        await wait_until(lambda: all(machine.jobs for machine in machines))
        last: dict[JobId, Job] = {}
        async for snapshot in engine.follow_jobs(HERE, (parent.id,), until_end=True):
            if not last:
                for machine in machines:
                    machine.print(machine.only.instance_id, b"x" * 1000)
                    machine.end(machine.only.instance_id, 1)
            last[snapshot.id] = snapshot
        assert [(job.state, job.exit_code, job.output and job.output.out) for job in last.values()] == [
            (JobState.FAILED, 1, 1000)
        ] * 2

    use(test)


def test_one_number_counter_for_all_jobs_of_a_machine(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        await engine.start_job(HERE, request())
        parent = await engine.fan_out(fan_out("web01"))
        last = await engine.start_job(HERE, request())
        assert [parent.id.number, last.id.number] == [2, 3]
        assert [job.id.number for job in await engine.select_jobs(HERE, JobQuery())] == [1, 2, 3]

    use(test)


def test_only_so_many_children_run_at_once(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        names = [f"web{n}" for n in range(6)]
        parent = await engine.fan_out(fan_out(*names, throttle_limit=2))

        def running() -> list[str]:
            return [
                n for n in names if any(j.state is SpoolState.RUNNING for j in served.world.machine(n).jobs.values())
            ]

        for _ in range(3):
            await wait_until(lambda: len(running()) == 2)
            for name in running():
                served.world.machine(name).end(served.world.machine(name).only.instance_id)
        (job,) = await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=60)
        assert job.state is JobState.COMPLETED

    use(test)


def test_stopping_a_fan_out_stops_what_runs_and_what_waits(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        parent = await engine.fan_out(fan_out("web01", "web02", throttle_limit=1))
        await wait_until(lambda: served.world.machine("web01").jobs)
        report = await engine.stop_job(HERE, parent.id, 1.0)
        assert [child.state for child in report.job.children] == [JobState.STOPPED] * 2
        assert (report.stopped, report.left) == (1, 0)
        assert not served.world.machine("web02").jobs
        await engine.remove_job(HERE, parent.id, force=False)
        assert not served.world.machine("web01").jobs
        assert await engine.select_jobs(HERE, JobQuery()) == ()

    use(test)


def test_a_spool_that_refuses_fails_its_child(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        parent = await engine.fan_out(fan_out("web01", text="full"))
        (job,) = await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=60)
        assert job.children[0].status_message == "web01: the disk is full"
        with pytest.raises(SpoolError, match="full"):
            await engine.start_job(HERE, request("full"))

    use(test)


# -- suspending --


def test_a_job_is_suspended_and_resumed_and_never_counts_as_ended(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.start_job(HERE, request())
        report = await engine.signal_job(HERE, job.id, "STOP")
        assert (report.job.state, report.processes) == (JobState.SUSPENDED, 1)
        assert (await engine.signal_job(HERE, job.id, "STOP")).job.state is JobState.SUSPENDED
        (paused,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60, through_pauses=False)
        assert (paused.state, paused.ended, paused.outcome) == (JobState.SUSPENDED, None, None)
        (polled,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=0)
        assert polled.state is JobState.SUSPENDED
        with pytest.raises(InvalidState):
            await engine.remove_job(HERE, job.id, force=False)
        assert (await engine.signal_job(HERE, job.id, "CONT")).job.state is JobState.RUNNING
        assert (await engine.signal_job(HERE, job.id, "USR1")).processes == 1
        assert served.world.here.signals == ["STOP", "STOP", "CONT", "USR1"]
        await engine.signal_job(HERE, job.id, "STOP")
        assert (await engine.stop_job(HERE, job.id, 1.0, "HUP")).job.state is JobState.STOPPED
        assert served.world.here.signals[-1] == "HUP"
        with pytest.raises(InvalidState, match="has ended"):
            await engine.signal_job(HERE, job.id, "STOP")

    use(test)


def test_whoever_waits_or_follows_is_told_of_a_pause(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.start_job(HERE, request())
        snapshots = engine.follow_jobs(HERE, (job.id,), until_end=True)
        await next_of(snapshots)
        waiting = asyncio.ensure_future(
            engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60, through_pauses=False)
        )
        through = asyncio.ensure_future(engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60))
        await engine.signal_job(HERE, job.id, "STOP")
        assert (await waiting)[0].state is JobState.SUSPENDED
        followed = await next_of(snapshots)
        assert isinstance(followed, Job)
        assert followed.state is JobState.SUSPENDED
        await engine.signal_job(HERE, job.id, "CONT")
        served.world.here.end(job.instance_id)
        assert (await through)[0].state is JobState.COMPLETED

    use(test)


def test_a_fan_out_is_suspended_with_the_children_that_did_not_start_yet(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        parent = await engine.fan_out(fan_out("web01", "web02").replace(throttle_limit=1))
        web01, web02 = served.world.machine("web01"), served.world.machine("web02")
        await wait_until(lambda: web01.jobs)
        await wait_until(lambda: child_runs(engine, parent.id))
        report = await engine.signal_job(HERE, parent.id, "STOP")
        assert [child.state for child in report.job.children] == [JobState.SUSPENDED] * 2
        assert report.job.state is JobState.SUSPENDED
        web01.end(web01.only.instance_id)  # its place is free now, but the other one is held
        await wait_until(lambda: child_ended(engine, parent.id))
        assert (await the_job(engine, parent.id)).state is JobState.SUSPENDED
        assert not web02.jobs
        assert (await engine.signal_job(HERE, parent.id, "CONT")).job.state is JobState.RUNNING
        await wait_until(lambda: web02.jobs)
        web02.end(web02.only.instance_id)
        (ended,) = await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=60)
        assert ended.state is JobState.COMPLETED

    use(test)


async def child_runs(engine: Engine, id: JobId) -> bool:
    return (await the_job(engine, id)).children[0].state is JobState.RUNNING


async def child_ended(engine: Engine, id: JobId) -> bool:
    return (await the_job(engine, id)).children[0].state.is_finished


def test_a_child_that_is_suspended_is_so_again_after_its_host_came_back(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        parent = await engine.fan_out(fan_out("web01"))
        await wait_until(lambda: child_runs(engine, parent.id))

        async def state() -> JobState:
            return (await the_job(engine, parent.id)).state

        await engine.signal_job(HERE, parent.id, "STOP")
        served.world.cut("web01")
        await wait_until(lambda: is_state(state, JobState.UNKNOWN))
        del served.world.dead["web01"]
        await wait_until(lambda: is_state(state, JobState.SUSPENDED))
        report = await engine.stop_job(HERE, parent.id, 1.0)
        assert (report.job.state, report.left) == (JobState.STOPPED, 0)

    use(test)


def test_a_child_whose_host_asks_something_is_blocked_until_it_is_answered(use: Use, place: Path) -> None:
    async def test(served: Served, engine: Engine) -> None:
        served.world.question = Question(QuestionKind.PASSWORD, "web01", "web01's password: ")
        asker = SlowAsker()
        mine = await served.attach(asker=asker)
        parent = await mine.fan_out(fan_out("web01"))
        await asker.asked.wait()
        assert (await the_job(engine, parent.id)).state is JobState.BLOCKED
        asker.answer.set()
        await wait_until(lambda: child_runs(engine, parent.id))
        asker.asked.clear()
        asker.answer.clear()
        other = await mine.fan_out(fan_out("web02"))
        await asker.asked.wait()
        report = await engine.stop_job(HERE, other.id, 1.0)
        assert (report.job.state, report.left) == (JobState.STOPPED, 0)
        asker.answer.set()
        await mine.aclose()

    use(test)


class SlowAsker:
    """A user who thinks about it."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()

    async def ask(self, question: Question) -> str | None:
        self.asked.set()
        await self.answer.wait()
        return "secret"


def test_a_child_whose_host_goes_is_unknown_and_comes_back(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        parent = await engine.fan_out(fan_out("web01"))
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.jobs)
        id = web01.only.instance_id
        web01.print(id, b"before ")

        async def state() -> JobState:
            return (await the_job(engine, parent.id)).state

        async def has_bytes() -> bool:
            output = (await the_job(engine, JobId(1, 1))).output
            return output is not None and output.out == 7

        await wait_until(has_bytes)
        served.world.cut("web01")
        await wait_until(lambda: is_state(state, JobState.UNKNOWN))
        web01.print(id, b"meanwhile ")
        del served.world.dead["web01"]
        await wait_until(lambda: is_state(state, JobState.RUNNING))
        web01.print(id, b"after")
        web01.end(id)
        (job,) = await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=60)
        output = job.children[0].output
        assert output is not None
        assert Path(output.directory, "out").read_bytes() == b"before meanwhile after"
        assert len(web01.starts) == 1

    use(test)


async def is_state(state: Callable[[], Awaitable[JobState]], wanted: JobState) -> bool:
    return await state() is wanted


@pytest.mark.parametrize(
    ("state", "reason"),
    [(SpoolState.LOST, "runner was killed"), (SpoolState.LOST_BY_REBOOT, "restarted"), (SpoolState.NONE, "is gone")],
)
def test_a_job_whose_end_nobody_saw_failed_and_says_why(use: Use, state: SpoolState, reason: str) -> None:
    async def test(served: Served, engine: Engine) -> None:
        parent = await engine.fan_out(fan_out("web01"))
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.jobs)
        web01.lose(web01.only.instance_id, state)
        (job,) = await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=60)
        assert job.children[0].state is JobState.FAILED
        assert reason in job.children[0].status_message
        assert job.children[0].exit_code is None

    use(test)


def test_the_end_of_a_fan_out_is_told(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        events = engine.events()
        told = asyncio.ensure_future(next_of(events))
        await engine.status()
        parent = await engine.fan_out(fan_out("web01"))
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.jobs)
        web01.end(web01.only.instance_id)
        event = await told
        assert isinstance(event, JobEnded)
        assert (event.job.id, event.job.state) == (parent.id, JobState.COMPLETED)

    use(test)


# -- sessions --


def test_a_session_from_opening_to_removal(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("me@web01"), "s"))
        assert (session.name, session.state, session.availability) == ("s", SessionState.OPENED, Availability.AVAILABLE)
        assert (session.home, session.directory, session.computer_name) == ("/home/me", "/srv", "me@web01")
        hidden = await engine.open_session(OpenSession(parse_address("web02"), is_temporary=True))
        assert await engine.select_sessions(SessionQuery()) == (session,)
        assert await engine.select_sessions(SessionQuery(ids=(hidden.id,))) == (hidden,)
        assert await engine.select_sessions(SessionQuery(computer_names=("web*",))) == ()
        await engine.remove_session(session.id)
        assert await engine.select_sessions(SessionQuery()) == ()
        assert served.world.machine("web01").forgotten == [session.instance_id]
        with pytest.raises(NotFound):
            await engine.remove_session(session.id)

    use(test)


def test_a_host_that_refuses_opens_no_session(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        served.world.dead["web01"] = HostErrorCause.HOST_KEY_UNKNOWN
        with pytest.raises(HostError) as raised:
            await engine.open_session(OpenSession(parse_address("web01")))
        assert (raised.value.host, raised.value.cause) == ("web01", HostErrorCause.HOST_KEY_UNKNOWN)
        assert await engine.select_sessions(SessionQuery()) == ()

    use(test)


def test_jobs_of_a_sessions_host_are_numbered_there_and_fetched_on_demand(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        job = await engine.start_job(session.id, request("journal", "log"))
        web01 = served.world.machine("web01")
        assert web01.starts[0].session == session.instance_id
        assert (job.id, job.location, job.seen_from) == (JobId(1), "localhost", session.id)
        assert await engine.select_jobs(HERE, JobQuery()) == ()
        web01.print(job.instance_id, b"there")
        (now,) = [job async for job in engine.follow_jobs(session.id, (job.id,), until_end=False)]
        assert now.output is not None
        assert Path(now.output.directory, "out").read_bytes() == b"there"
        web01.end(job.instance_id)
        (ended,) = await engine.wait_jobs(session.id, (job.id,), any_one=False, timeout=60)
        assert (ended.state, ended.seen_from) == (JobState.COMPLETED, session.id)
        await engine.mark_received(session.id, (Mark(job.id, 5, 0),))
        assert web01.only.received_out == 5
        (kept,) = await engine.select_jobs(session.id, JobQuery(names=("l*",)))
        assert not kept.has_more_data
        await engine.remove_job(session.id, job.id, force=False)
        assert not Path(now.output.directory).exists()

    use(test)


def test_a_session_is_removed_with_its_front_end_unless_another_uses_it(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        first, second = await served.attach(), await served.attach()
        session = await first.open_session(OpenSession(parse_address("web01")))
        await second.select_jobs(session.id, JobQuery())
        await first.aclose()
        assert len(await engine.select_sessions(SessionQuery())) == 1
        await second.aclose()
        assert await engine.select_sessions(SessionQuery()) == ()

    use(test)


def test_a_session_with_running_jobs_is_disconnected_and_goes_with_them(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        first = await served.attach()
        session = await first.open_session(OpenSession(parse_address("web01")))
        job = await first.start_job(session.id, request())
        await first.aclose()
        (left,) = await engine.select_sessions(SessionQuery())
        assert left.state is SessionState.DISCONNECTED
        served.world.machine("web01").end(job.instance_id)

        async def is_gone() -> bool:
            return not await engine.select_sessions(SessionQuery())

        await wait_until(is_gone)

    use(test)


def test_the_end_of_a_hosts_job_is_told_to_all_also_after_its_session(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        other = await served.attach()
        told = [asyncio.ensure_future(next_end(one.events())) for one in (engine, other)]
        session = await engine.open_session(OpenSession(parse_address("me@web01")))
        job = await engine.start_job(session.id, request("make", "build"))
        attached = await engine.start_job(session.id, request(is_attached=True))
        (running,) = await other.running_there()
        assert (running.host, running.job.id, running.job.seen_from) == ("me@web01", job.id, session.id)
        await engine.remove_session(session.id)
        served.world.machine("web01").end(attached.instance_id)
        served.world.machine("web01").end(job.instance_id, 3)
        for event in await asyncio.gather(*told):
            assert (event.host, event.job.name, event.job.status_message) == ("me@web01", "build", "exit status 3")
        assert await engine.running_there() == ()
        await other.aclose()

    use(test)


def test_a_hosts_job_whose_directory_goes_is_not_told(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        told = asyncio.ensure_future(next_end(engine.events()))
        session = await engine.open_session(OpenSession(parse_address("web01")))
        gone, other = [await engine.start_job(session.id, request()) for _ in range(2)]
        web01 = served.world.machine("web01")
        del web01.jobs[gone.instance_id]
        web01.wake()
        await wait_until(lambda: is_running_there(engine, other))
        web01.end(other.instance_id)
        assert (await told).job.id == other.id

    use(test)


def test_a_session_is_kept_for_a_child_that_did_not_begin_yet(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        leaving = await served.attach()
        first = await leaving.open_session(OpenSession(parse_address("web01")))
        second = await leaving.open_session(OpenSession(parse_address("web02")))
        await leaving.fan_out(FanOut(program(), (first.id, second.id), throttle_limit=1))
        await leaving.aclose()
        web01, web02 = (served.world.machine(name) for name in ("web01", "web02"))
        await wait_until(lambda: web01.jobs)
        assert [s.state for s in await engine.select_sessions(SessionQuery())] == [SessionState.DISCONNECTED] * 2
        assert web02.forgotten == []
        web01.end(web01.only.instance_id)
        await wait_until(lambda: web02.starts)
        assert web02.starts[0].session == second.instance_id
        web02.end(web02.only.instance_id)
        await wait_until(lambda: web02.forgotten == [second.instance_id])
        assert await engine.select_sessions(SessionQuery()) == ()

    use(test)


def test_a_removed_session_keeps_its_state_for_children_that_begin_from_it(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        parent = await engine.fan_out(FanOut(program(), (session.id,)))
        await engine.remove_session(session.id)
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.starts)
        assert (web01.starts[0].session, web01.forgotten) == (session.instance_id, [])
        web01.end(web01.only.instance_id)
        await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=10)
        await wait_until(lambda: web01.forgotten == [session.instance_id])

    use(test)


def test_a_disconnected_session_is_taken_over_or_removed(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        leaving = await served.attach()
        taken = await leaving.open_session(OpenSession(parse_address("web01")))
        removed = await leaving.open_session(OpenSession(parse_address("web02")))
        jobs = [await leaving.start_job(session.id, request()) for session in (taken, removed)]
        await leaving.aclose()
        assert [s.state for s in await engine.select_sessions(SessionQuery())] == [SessionState.DISCONNECTED] * 2
        invocation = await engine.invoke(invoke(taken.id))
        (now, _) = await engine.select_sessions(SessionQuery())
        assert now.state is SessionState.OPENED
        await invocation.aclose()
        await engine.remove_session(removed.id)
        assert len(served.world.machine("web02").jobs) == 1
        assert [s.id for s in await engine.select_sessions(SessionQuery())] == [taken.id]
        served.world.machine("web01").end(jobs[0].instance_id)
        await wait_until(lambda: is_running_there(engine, jobs[1]))
        assert len(await engine.select_sessions(SessionQuery())) == 1  # it is ours now

    use(test)


async def is_running_there(engine: Engine, *jobs: Job) -> bool:
    return [one.job.instance_id for one in await engine.running_there()] == [job.instance_id for job in jobs]


def test_a_session_of_a_lost_engine_is_resumed(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        lost = Session(
            SessionId(7), new_instance_id(), "mine", parse_address("web01"), SessionState.OPENED, Availability.BUSY
        )
        web01 = served.world.machine("web01")
        job = web01.begin(SpoolStart(new_instance_id(), program("make")))
        running = (Job(JobId(1), job.instance_id, "", JobKind.BACKGROUND, JobState.RUNNING, "localhost", "make"),)
        resumed = await engine.resume_session(lost, running)
        assert (resumed.id, resumed.instance_id, resumed.name, resumed.state, resumed.availability, resumed.directory) == (
            7, lost.instance_id, "mine", SessionState.OPENED, Availability.AVAILABLE, "/srv",
        )  # fmt: skip
        other = await served.attach()
        assert (await other.resume_session(lost, running)).id == 7
        assert (await engine.open_session(OpenSession(parse_address("web01")))).id == 8
        with pytest.raises(InvalidState, match="session 8 is another"):
            await engine.resume_session(lost.replace(id=SessionId(8)), ())
        told = asyncio.ensure_future(next_end(engine.events()))
        assert await is_running_there(engine, *running)
        web01.end(job.instance_id)
        event = await told
        assert (event.host, event.job.seen_from) == ("web01", 7)
        await other.aclose()

    use(test)


def test_a_resumed_session_waits_for_its_host(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        served.world.dead["web01"] = HostErrorCause.UNREACHABLE
        states = SessionState.OPENED, Availability.AVAILABLE
        lost = Session(SessionId(1), new_instance_id(), "s", parse_address("web01"), *states, directory="/there")
        resumed = await engine.resume_session(lost, ())
        assert (resumed.state, resumed.directory) == (SessionState.BROKEN, "/there")
        del served.world.dead["web01"]
        invocation = await engine.invoke(invoke(lost.id))  # connects; the session need not find out by itself

        async def is_opened() -> bool:
            return (await engine.select_sessions(SessionQuery()))[0].state is SessionState.OPENED

        await wait_until(is_opened)
        await invocation.aclose()

    use(test)


def test_sessions_of_others_are_not_told_of(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        told = asyncio.ensure_future(next_of(engine.events()))
        other = await served.attach()
        theirs = await other.open_session(OpenSession(parse_address("web02")))
        await other.remove_session(theirs.id)
        ours = await engine.open_session(OpenSession(parse_address("web01")))
        await engine.remove_session(ours.id)
        event = await told
        assert isinstance(event, SessionChanged)
        assert (event.session.id, event.session.state) == (ours.id, SessionState.CLOSED)
        await other.aclose()

    use(test)


def test_a_session_whose_connection_breaks_says_so_and_comes_back(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        events = engine.events()
        told = asyncio.ensure_future(next_of(events))
        await engine.status()
        served.world.cut("web01", None)
        event = await told
        assert isinstance(event, SessionChanged)
        assert event.session.state is SessionState.BROKEN
        event = await next_of(events)
        assert isinstance(event, SessionChanged)
        assert (event.session.id, event.session.state) == (session.id, SessionState.OPENED)

    use(test)


# -- attached commands --


def test_attached_commands_give_their_output_and_end(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        served.world.dead["web02"] = HostErrorCause.TIMED_OUT
        invocation = await engine.invoke(invoke(*targets("web01", "web02")))
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.channels)
        web01.channels[0].print(b"\0\xff")
        web01.channels[0].print(b"err", Stream.ERROR)
        web01.channels[0].end(3)
        events = [event async for event in invocation.events()]
        assert [e for e in events if isinstance(e, Refused)] == [Refused(1, "web02", "timed out", "")]
        assert [e for e in events if isinstance(e, Data)] == [
            Data(0, Stream.OUTPUT, b"\0\xff"), Data(0, Stream.ERROR, b"err"),
        ]  # fmt: skip
        (ended,) = [e for e in events if isinstance(e, Ended)]
        assert (ended.index, ended.outcome.status, ended.left) == (0, 3, 0)
        assert await invocation.aclose() == 0

    use(test)


def test_standard_input_signals_and_sizes_reach_the_single_command(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        invocation = await engine.invoke(invoke(*targets("web01"), has_stdin=True))
        for part in (b"one ", b"\xfftwo"):
            await invocation.write(part)
        await invocation.write_eof()
        await invocation.resize(100, 40)
        await invocation.signal("INT")
        (channel,) = served.world.machine("web01").channels
        assert (bytes(channel.taken), channel.input_ended.is_set()) == (b"one \xfftwo", True)
        assert channel.signals == ["WINCH 100x40", "INT"]
        assert await invocation.aclose() == 0
        assert channel.is_closed

    use(test)


def test_input_given_with_the_request_goes_to_all(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        invocation = await engine.invoke(invoke(*targets("web01", "web02"), stdin=b"\0data"))
        for name in ("web01", "web02"):
            machine = served.world.machine(name)
            await wait_until(lambda machine=machine: machine.channels and machine.channels[0].input_ended.is_set())
            assert bytes(machine.channels[0].taken) == b"\0data"
            assert machine.channels[0].start.has_stdin
        await invocation.aclose()

    use(test)


def test_closing_an_invocation_stops_what_runs(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        invocation = await engine.invoke(invoke(*targets("web01", "web02"), throttle_limit=1))
        await wait_until(lambda: served.world.machine("web01").channels)
        assert await invocation.aclose() == 0
        assert served.world.machine("web01").channels[0].is_closed
        assert not served.world.machine("web02").channels

    use(test)


def test_a_front_end_that_leaves_takes_what_is_attached_with_it(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        leaving = await served.attach()
        await leaving.invoke(invoke(*targets("web01")))
        attached = await leaving.start_job(HERE, request(is_attached=True))
        staying = await leaving.start_job(HERE, request())
        assert attached.is_attached
        assert served.world.here.starts[0].is_attached
        await wait_until(lambda: served.world.machine("web01").channels)
        await leaving.aclose()
        assert served.world.machine("web01").channels[0].is_closed
        jobs = await engine.select_jobs(HERE, JobQuery())
        assert [job.state for job in jobs] == [JobState.STOPPED, JobState.RUNNING]
        assert jobs[1].id == staying.id

    use(test)


def test_a_command_in_a_session_makes_it_busy(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        invocation = await engine.invoke(invoke(session.id, saves_state=True))
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.channels)
        assert (await engine.select_sessions(SessionQuery()))[0].availability is Availability.BUSY
        assert (web01.channels[0].start.session, web01.channels[0].start.saves_state) == (session.instance_id, True)
        web01.channels[0].end()
        assert [type(event) async for event in invocation.events()] == [Ended]
        assert (await engine.select_sessions(SessionQuery()))[0].availability is Availability.AVAILABLE
        await invocation.aclose()

    use(test)


def test_much_output_arrives_whole_however_slow_the_reader(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        invocation = await engine.invoke(invoke(*targets("web01")))
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.channels)
        sent = [bytes([n % 256]) * 40_000 for n in range(200)]
        for data in sent:
            web01.channels[0].print(data)
        web01.channels[0].end()
        taken = []
        async for event in invocation.events():
            if isinstance(event, Data):
                taken.append(event.data)
                await asyncio.sleep(0)
        assert b"".join(taken) == b"".join(sent)
        await invocation.aclose()

    use(test)


# -- the rest --


def test_history_and_status(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        for line in ("one", "two \udcff", "three"):
            await engine.add_history(line)
        assert [item.text for item in await engine.history(2)] == ["two \udcff", "three"]
        await engine.forget_history(tuple(item.id for item in await engine.history(1)))
        assert [item.text for item in await engine.history(9)] == ["one", "two \udcff"]
        await engine.open_session(OpenSession(parse_address("web01")))
        await engine.start_job(HERE, request())
        status = await engine.status()
        assert (status.front_ends, status.sessions, status.connections, status.running_jobs) == (1, 1, 1, 1)

    use(test)


def test_a_job_by_its_instance_id(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.start_job(HERE, request())
        assert await engine.job_of(job.instance_id) == job
        assert await engine.job_of(new_instance_id()) is None

    use(test)


# -- jobs that front ends run themselves --


def thread_job(**fields: object) -> HostJob:
    return HostJob(JobKind.THREAD, "1 + 1", running=1).replace(**fields)


def in_records(job: Job, *texts: bytes) -> int:
    """The job writes lines of output; how large its file is then."""
    assert job.output is not None
    path = Path(job.output.directory, "out")
    with path.open("ab") as file:
        file.write(b"" if path.stat().st_size else beginning(job.instance_id))
        for text in texts:
            file.write(frame(Stream.OUTPUT, FrameKind.RAW, 1.0, text))
    return path.stat().st_size


def test_a_hosted_job_from_start_to_removal(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.host_job(thread_job(name="sum"))
        assert (job.id, job.name, job.kind, job.state, job.location) == (
            JobId(1), "sum", JobKind.THREAD, JobState.RUNNING, "jobsh",
        )  # fmt: skip
        other = await served.attach()
        snapshots = other.follow_jobs(HERE, (job.id,), until_end=True)
        assert await next_of(snapshots) == job
        size = in_records(job, b"2\n")
        await engine.report_hosted((HostedChange(job.id, size=size),))
        grown = await next_of(snapshots)
        assert isinstance(grown, Job)
        assert grown.has_more_data
        await engine.report_hosted((HostedChange(job.id, JobEvent.SUCCEED, Outcome.exited(0), size),))
        (ended,) = [job async for job in snapshots]
        assert ended.output is not None
        assert (ended.state, ended.output.is_complete) == (JobState.COMPLETED, True)
        await other.mark_received(HERE, (Mark(job.id, size, size),))
        assert not (await the_job(engine, job.id)).has_more_data
        await other.remove_job(HERE, job.id, force=False)
        assert await engine.select_jobs(HERE, JobQuery()) == ()
        assert not Path(ended.output.directory).exists()

    use(test)


def test_every_front_end_stops_hosted_jobs(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.host_job(HostJob(JobKind.TASK, "sleep 9", children=3, running=2))
        assert [child.state for child in job.children] == [JobState.RUNNING, JobState.RUNNING, JobState.NOT_STARTED]
        assert (job.kind, job.children[2].kind, job.children[2].name) == (
            JobKind.TASK, JobKind.TASK_CHILD, "Job1.3",
        )  # fmt: skip
        other = await served.attach()
        served.world.here.orphans[job.children[0].instance_id] = 2
        stopping = asyncio.ensure_future(other.stop_job(HERE, job.id, 1.0, "TERM"))
        assert await next_of(engine.hosted_stops()) == job.id
        assert (await the_job(engine, job.id)).state is JobState.STOPPING
        stopped = Outcome(OutcomeKind.STOPPED, None, "stopped")
        await engine.report_hosted(tuple(HostedChange(c.id, JobEvent.STOP, stopped) for c in job.children[:2]))
        assert not stopping.done()
        before = Outcome(OutcomeKind.STOPPED, None, "stopped before it was started")
        await engine.report_hosted((HostedChange(job.children[2].id, JobEvent.STOP, before),))
        report = await stopping
        assert (report.job.state, report.stopped, report.left) == (JobState.STOPPED, 2, 0)
        assert report.job.children[2].status_message == "stopped before it was started"

    use(test)


def test_a_hosted_job_ends_with_its_front_end(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        owner = await served.attach()
        job = await owner.host_job(thread_job())
        size = in_records(job, b"2\n")
        in_records(job, b"3\n")
        assert job.output is not None
        path = Path(job.output.directory, "out")
        path.write_bytes(path.read_bytes()[:-1])  # it was killed while it wrote
        heard = engine.events()
        told = asyncio.ensure_future(next_end(heard))
        await engine.status()
        await owner.aclose()
        ended = (await told).job
        assert ended.output is not None
        assert (ended.state, ended.status_message, ended.output.out) == (JobState.STOPPED, "its shell ended", size)

    use(test)


def test_of_a_front_ends_jobs_stays_what_somebody_may_still_want(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        owner = await served.attach()
        went_well, failed, unread = [
            await owner.host_job(thread_job(name=name)) for name in ("well", "failed", "unread")
        ]
        action = await owner.host_job(thread_job(kind=JobKind.EVENT, name="action"))
        size = in_records(unread, b"2\n")
        await owner.report_hosted(
            (
                HostedChange(went_well.id, JobEvent.SUCCEED, Outcome.exited(0)),
                HostedChange(failed.id, JobEvent.FAIL, Outcome.exited(1)),
                HostedChange(unread.id, JobEvent.SUCCEED, Outcome.exited(0), size),
            )
        )
        await owner.aclose()
        await wait_until(lambda: action.id not in served.engine.hosted.jobs)
        assert {job.name for job in await engine.select_jobs(HERE, JobQuery())} == {"failed", "unread"}

    use(test)


def test_where_no_output_can_be_kept_no_job_is_listed(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        Path(served.engine.hosts.replicas).write_text("no directory")
        with pytest.raises(SpoolError, match=r"Not a directory|File exists"):
            await engine.host_job(thread_job())
        assert await engine.select_jobs(HERE, JobQuery()) == ()

    use(test)


def test_a_hosted_job_takes_no_signals_and_a_running_one_is_not_removed(use: Use) -> None:
    async def test(served: Served, engine: Engine) -> None:
        job = await engine.host_job(thread_job())
        with pytest.raises(InvalidState, match="takes no signals"):
            await engine.signal_job(HERE, job.id, "STOP")
        with pytest.raises(InvalidState, match="still running"):
            await engine.remove_job(HERE, job.id, force=False)

    use(test)


def test_the_next_engine_knows_hosted_jobs_and_their_owners_reclaim_them(place: Path) -> None:
    async def test() -> None:
        store = MemoryStore()
        async with fake_engine(place, store=store) as served:
            engine = await served.attach()
            owned, lost = await engine.host_job(thread_job()), await engine.host_job(thread_job())
            assert owned.output is not None
            lock = take_ownership(owned.output.directory)
            size = in_records(owned, b"2\n")
        async with fake_engine(place, store=store) as served:
            engine = await served.attach()
            assert (await the_job(engine, lost.id)).status_message == "its shell ended"
            job = await the_job(engine, owned.id)
            assert job.output is not None
            assert (job.state, job.output.out) == (JobState.RUNNING, size)
            await engine.reclaim_hosted((HostedChange(owned.id, JobEvent.START, None, size), HostedChange(lost.id)))
            assert await next_of(engine.hosted_stops()) == lost.id
            await engine.report_hosted((HostedChange(owned.id, JobEvent.SUCCEED, Outcome.exited(0), size),))
            assert (await the_job(engine, owned.id)).state is JobState.COMPLETED
        os.close(lock)

    run(test())

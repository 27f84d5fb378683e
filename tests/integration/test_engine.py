"""An engine over the real world: jobs here and on hosts of a real sshd."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jobsh.app.engine import local_engine
from jobsh.config import private_directory, read_settings
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE, JobId
from jobsh.model.job import Job, Mark, OutcomeKind
from jobsh.model.job_state import JobState
from jobsh.model.messages import Ended, OpenSession, Refused
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import SessionState
from jobsh.ports.engine import Engine
from tests.asynchronous import run, wait_until
from tests.engines import (
    FakeAsker,
    fan_out,
    invoke,
    output_of,
    real_front_end,
    request,
    run_attached,
    surroundings,
    targets,
)
from tests.processes import processes_of
from tests.sshd import SshdFarm

DEAD = "Host dead01\n    HostName 127.77.9.9\n    Port 1\n"


class World:
    """A user on this machine who can reach the hosts of the farm and `dead01`."""

    def __init__(self, farm: SshdFarm, place: Path) -> None:
        self.farm = farm
        self.place = place
        self.environment = farm.environment(place / "me")
        self.ssh_config = farm.config_with(DEAD, place / "ssh_config")
        self.front_end = real_front_end(self.environment, self.ssh_config)
        self.surroundings = surroundings(self.environment)

    def use(self, test: Callable[[Engine], Awaitable[None]], name: str = "me") -> None:
        run(self._used(test, name))

    async def _used(self, test: Callable[[Engine], Awaitable[None]], name: str) -> None:
        async with self.engine(name) as engine:
            front_end = engine.attach(self.front_end, FakeAsker())
            await test(front_end)
            await front_end.aclose()

    def engine(self, name: str = "me"):  # type: ignore[no-untyped-def]
        settings = read_settings(self.farm.environment(self.place / name))
        private_directory(settings.state)
        return local_engine(settings)


@pytest.fixture
def world(farm: SshdFarm, place: Path) -> World:
    return World(farm, place)


async def wait(engine: Engine, job: Job) -> Job:
    (ended,) = await engine.wait_jobs(job.seen_from, (job.id,), any_one=False, timeout=60)
    return ended


# -- here --


def test_a_job_of_this_machine_has_the_front_ends_surroundings(world: World) -> None:
    async def test(engine: Engine) -> None:
        (world.place / "work").mkdir()
        own = surroundings({**world.environment, "GREETING": "hé\udcff"}).replace(
            directory=str(world.place / "work"), umask=0o027
        )
        job = await engine.start_job(
            HERE, request('pwd; umask; printf %s "$GREETING"; echo oops >&2; exit 3', surroundings=own)
        )
        ended = await wait(engine, job)
        assert (ended.state, ended.status_message, ended.exit_code) == (JobState.FAILED, "exit status 3", 3)
        out, err = await output_of(engine, job)
        where, mask, greeting = out.split(b"\n")
        assert (where, int(mask, 8), greeting, err) == (
            bytes(world.place / "work"),
            0o027,
            "hé".encode() + b"\xff",
            b"oops\n",
        )

    world.use(test)


def test_a_killed_program_failed_with_the_shells_status(world: World) -> None:
    async def test(engine: Engine) -> None:
        job = await engine.start_job(HERE, request("kill -KILL $$", surroundings=world.surroundings))
        ended = await wait(engine, job)
        assert (ended.state, ended.exit_code) == (JobState.FAILED, 137)  # a POSIX shell cannot tell it from `exit 137`

    world.use(test)


def test_stopping_leaves_no_process(world: World) -> None:
    async def test(engine: Engine) -> None:
        job = await engine.start_job(
            HERE, request("trap '' TERM; setsid sleep 300 & sleep 300 & wait; wait", surroundings=world.surroundings)
        )
        await wait_until(lambda: len(sleeps(world)) == 2)
        report = await engine.stop_job(HERE, job.id, 0.2)
        assert (report.job.state, report.left) == (JobState.STOPPED, 0)
        assert sleeps(world) == []
        await engine.remove_job(HERE, job.id, force=False)
        assert await engine.select_jobs(HERE, JobQuery()) == ()

    world.use(test)


def sleeps(world: World) -> list[int]:
    def is_sleep(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep\x00300")
        except OSError:
            return False

    return [pid for pid in processes_of(world.place) + processes_of(world.farm.directory) if is_sleep(pid)]


def test_marks_are_in_the_spool_and_mean_the_same_to_the_next_engine(world: World) -> None:
    async def first(engine: Engine) -> None:
        job = await engine.start_job(HERE, request("echo hello", surroundings=world.surroundings))
        await wait(engine, job)
        await engine.mark_received(HERE, (Mark(job.id, 3, 0),))

    async def second(engine: Engine) -> None:
        (job,) = await engine.select_jobs(HERE, JobQuery())
        assert job.output is not None
        assert (job.output.received_out, job.output.out, job.has_more_data) == (3, 6, True)

    world.use(first)
    world.use(second)


# -- on hosts --


def test_results_come_home_and_a_dead_host_is_one_failed_child(world: World) -> None:
    async def test(engine: Engine) -> None:
        text = f"printf 'out\\0\\377'; echo err >&2; [ $HOME = {world.farm.home(2)} ] && exit 3 || exit 0"
        job = await engine.fan_out(fan_out("web01", "web02", "dead01", text=text, name="up"))
        assert job.state in (JobState.NOT_STARTED, JobState.RUNNING)
        ended = await wait(engine, job)
        assert [child.state for child in ended.children] == [JobState.COMPLETED, JobState.FAILED, JobState.FAILED]
        assert [child.exit_code for child in ended.children] == [0, 3, None]
        assert ended.children[2].outcome is not None
        assert ended.children[2].outcome.kind is OutcomeKind.NOT_STARTED
        assert ended.children[2].status_message.startswith("dead01: connection refused")
        for child in ended.children[:2]:
            assert await output_of(engine, child) == (b"out\0\xff", b"err\n")
        await engine.remove_job(HERE, job.id, force=False)
        for number in (1, 2):
            assert not list(world.farm.home(number).rglob("script"))

    world.use(test)


def test_a_large_output_arrives_exactly(world: World) -> None:
    text = "i=0; while [ $i -lt 300 ]; do head -c 50000 /dev/urandom | tee -a copy; i=$((i+1)); done"

    async def test(engine: Engine) -> None:
        job = await engine.fan_out(fan_out("web01", text=f"cd; rm -f copy; {text}"))
        ended = await wait(engine, job)
        out, _ = await output_of(engine, ended.children[0])
        there = (world.farm.home(1) / "copy").read_bytes()
        assert len(out) == 15_000_000
        assert hashlib.sha256(out).digest() == hashlib.sha256(there).digest()

    world.use(test)


def test_stopping_a_fan_out_leaves_no_process_anywhere(world: World) -> None:
    async def test(engine: Engine) -> None:
        job = await engine.fan_out(
            fan_out("web01", "web02", "localhost", text="sleep 300", surroundings=world.surroundings)
        )
        await wait_until(lambda: len(sleeps(world)) == 3)
        report = await engine.stop_job(HERE, job.id, 1.0)
        assert [child.state for child in report.job.children] == [JobState.STOPPED] * 3
        assert report.left == 0
        assert sleeps(world) == []

    world.use(test)


def test_a_fan_out_stands_still_on_every_host(world: World) -> None:
    async def test(engine: Engine) -> None:
        text = "echo up; setsid sh -c 'while :; do echo tick; sleep 0.05; done' & wait"
        parent = await engine.fan_out(fan_out("web01", "web02", text=text))
        await wait_until(lambda: all_have_bytes(engine, parent.id))
        report = await engine.signal_job(HERE, parent.id, "STOP")
        assert [child.state for child in report.job.children] == [JobState.SUSPENDED] * 2
        assert report.processes >= 4
        still = await sizes_of(engine, parent.id)
        (paused,) = await engine.wait_jobs(HERE, (parent.id,), any_one=False, timeout=60, through_pauses=False)
        assert paused.state is JobState.SUSPENDED
        assert await sizes_of(engine, parent.id) == still
        await engine.signal_job(HERE, parent.id, "CONT")
        await wait_until(lambda: all_have_bytes(engine, parent.id, still))
        await engine.signal_job(HERE, parent.id, "STOP")
        stopped = await engine.stop_job(HERE, parent.id, 5.0)
        assert (stopped.job.state, stopped.left) == (JobState.STOPPED, 0)

    world.use(test)


async def sizes_of(engine: Engine, id: JobId) -> tuple[int, ...]:
    """Bytes of output of each child on its host, all of them fetched."""
    leaves = [leaf async for leaf in engine.follow_jobs(HERE, (id,), until_end=False)]
    return tuple(leaf.output.out if leaf.output else 0 for leaf in sorted(leaves, key=lambda leaf: leaf.id))


async def all_have_bytes(engine: Engine, id: JobId, more_than: tuple[int, ...] = (0, 0)) -> bool:
    return all(size > least for size, least in zip(await sizes_of(engine, id), more_than, strict=True))


def test_a_session_keeps_its_shell_state_and_its_jobs_live_there(world: World) -> None:
    async def first(engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        assert session.home == str(world.farm.home(1))
        output, ends = await run_attached(engine, invoke(session.id, text="mkdir -p d; cd d; x=7", saves_state=True))
        assert isinstance(ends[0], Ended)
        output, _ = await run_attached(engine, invoke(session.id, text="pwd; echo $x", saves_state=True))
        assert output[0] == f"{world.farm.home(1)}/d\n7\n".encode()
        (session,) = await engine.select_sessions(SessionQuery())
        assert session.directory == f"{world.farm.home(1)}/d"
        job = await engine.start_job(session.id, request("pwd; echo there"))
        assert job.location == "localhost"
        await wait(engine, job)
        assert (await output_of(engine, job))[0] == f"{world.farm.home(1)}/d\nthere\n".encode()
        await engine.mark_received(session.id, (Mark(job.id, 5, 0),))
        assert await engine.select_jobs(HERE, JobQuery()) == ()

    async def from_another_machine(engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        (job,) = await engine.select_jobs(session.id, JobQuery())
        assert job.output is not None
        assert (job.command, job.state, job.output.received_out) == ("pwd; echo there", JobState.COMPLETED, 5)
        assert (await output_of(engine, job))[0].endswith(b"there\n")
        await engine.remove_job(session.id, job.id, force=False)

    world.use(first)
    world.use(from_another_machine, "other")


def test_waiting_for_a_hosts_own_job_leaves_its_output_there(world: World) -> None:
    async def test(engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        texts = ["head -c 3000000 /dev/zero; sleep 0.3; head -c 3000000 /dev/zero; exit 2", "sleep 0.2; echo x >&2"]
        jobs = [await engine.start_job(session.id, request(text)) for text in texts]
        ended = await engine.wait_jobs(session.id, tuple(job.id for job in jobs), any_one=False, timeout=60)
        assert [job.status_message for job in ended] == ["exit status 2", ""]
        for job in ended:
            assert job.output is not None
            assert not os.path.exists(job.output.directory)
        assert len((await output_of(engine, jobs[0]))[0]) == 6_000_000

    world.use(test)


def test_a_session_with_a_running_job_is_disconnected_when_its_front_end_leaves(world: World) -> None:
    async def test(engine: Engine) -> None:
        leaving = engine._services.attach(world.front_end, FakeAsker())  # type: ignore[attr-defined]
        session = await leaving.open_session(OpenSession(parse_address("web01")))
        job = await leaving.start_job(session.id, request("sleep 300"))
        idle = await leaving.open_session(OpenSession(parse_address("web02")))
        await leaving.aclose()
        assert [s.id for s in await engine.select_sessions(SessionQuery())] == [session.id] != [idle.id]
        (left,) = await engine.select_sessions(SessionQuery())
        assert left.state is SessionState.DISCONNECTED
        assert (await engine.stop_job(session.id, job.id, 1.0)).left == 0

    world.use(test)


# -- attached --


def test_attached_commands_stream_bytes_from_several_hosts(world: World) -> None:
    async def test(engine: Engine) -> None:
        aims = targets("web01", "web02", "dead01", "localhost")
        output, ends = await run_attached(
            engine, invoke(*aims, text="cat /bin/ls; exit 5", surroundings=world.surroundings)
        )
        there = Path("/bin/ls").read_bytes()
        assert output == {0: there, 1: there, 3: there}
        refused = ends[2]
        assert isinstance(refused, Refused)
        assert refused.cause == HostErrorCause.REFUSED.value
        codes = {index: end.outcome.status for index, end in ends.items() if isinstance(end, Ended)}
        assert codes == {0: 5, 1: 5, 3: 5}

    world.use(test)


def test_standard_input_reaches_the_command_byte_for_byte(world: World) -> None:
    data = os.urandom(300_000)

    async def test(engine: Engine) -> None:
        invocation = await engine.invoke(invoke(*targets("web01"), text="cat", has_stdin=True))

        async def feed() -> None:
            for at in range(0, len(data), 50_000):
                await invocation.write(data[at : at + 50_000])
            await invocation.write_eof()

        feeding = asyncio.ensure_future(feed())
        taken = b"".join([event.data async for event in invocation.events() if hasattr(event, "data")])
        await feeding
        assert taken == data
        await invocation.aclose()
        for stdin in (b"", data):
            output, _ = await run_attached(engine, invoke(*targets("web01", "web02"), text="cat", stdin=stdin))
            assert output == ({0: data, 1: data} if stdin else {})

    world.use(test)


def test_closing_an_attached_command_leaves_nothing_of_it(world: World) -> None:
    async def test(engine: Engine) -> None:
        aims = targets("web01", "web02", "localhost")
        invocation = await engine.invoke(
            invoke(
                *aims,
                text="trap '' HUP TERM; setsid sleep 300 & sleep 300 & echo; wait; wait",
                surroundings=world.surroundings,
            )
        )
        await wait_until(lambda: len(sleeps(world)) == 6)
        assert await invocation.aclose() == 0
        assert sleeps(world) == []

    world.use(test)


def test_a_host_that_refuses_opens_no_session(world: World) -> None:
    async def test(engine: Engine) -> None:
        with pytest.raises(HostError) as raised:
            await engine.open_session(OpenSession(parse_address("dead01")))
        assert raised.value.cause is HostErrorCause.REFUSED

    world.use(test)


def test_more_commands_than_one_connection_carries(world: World) -> None:
    async def test(engine: Engine) -> None:
        session = await engine.open_session(OpenSession(parse_address("web03")))
        results = await asyncio.gather(*(run_attached(engine, invoke(session.id, text=f"echo {n}")) for n in range(30)))
        assert [output[0] for output, _ in results] == [b"%d\n" % n for n in range(30)]

    world.use(test)


def test_the_engine_reports_ids_that_count_here(world: World) -> None:
    async def test(engine: Engine) -> None:
        one = await engine.start_job(HERE, request("true", surroundings=world.surroundings))
        two = await engine.fan_out(fan_out("web01", text="true"))
        three = await engine.start_job(HERE, request("true", surroundings=world.surroundings))
        assert [job.id for job in (one, two, three)] == [JobId(1), JobId(2), JobId(3)]

    world.use(test)

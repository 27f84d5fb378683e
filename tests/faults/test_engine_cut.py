"""Connections that break under a running engine: jobs become Unknown, never Failed, and no byte is lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from pathlib import Path

import pytest

from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE
from jobsh.model.job_state import JobState
from jobsh.model.messages import OpenSession
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import SessionState
from tests.asynchronous import wait_until
from tests.engines import fan_out, invoke, output_of, real_front_end, request, run_attached
from tests.faults.test_engine_killed import CHATTY, ERR, OUT
from tests.integration.test_engine_process import User
from tests.processes import processes_of
from tests.sshd import SshdFarm


@pytest.fixture
def user(farm: SshdFarm, place: Path) -> User:
    user = User(place)
    user.front_end = real_front_end(user.environment, farm.ssh_config)
    return user


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:  # it ended meanwhile
        return ""


def _parent(pid: int) -> int:
    return int((_read(pid, "stat").rpartition(")")[2].split() or ["", "0"])[1])


def connections_of(farm: SshdFarm) -> list[int]:
    """The processes of the farm's sshd that serve one connection each."""
    listeners = {pid for pid in processes_of(farm.directory) if "[listener]" in _read(pid, "cmdline")}
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if "sshd: " in _read(pid, "cmdline") and _parent(pid) in listeners]


def cut(farm: SshdFarm) -> list[int]:
    """Kill all connections; their processes."""
    found = connections_of(farm)
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return found


def test_cutting_connections_in_the_middle_of_chatty_jobs(user: User, farm: SshdFarm) -> None:
    dice = random.Random(5)

    async def test() -> None:
        for number in (1, 2):
            (farm.home(number) / "runs").unlink(missing_ok=True)
        engine = await user.connect()
        job = await engine.fan_out(fan_out("web01", "web02", text=CHATTY))

        async def all_run() -> bool:
            (seen,) = await engine.select_jobs(HERE, JobQuery(ids=(job.id,)))
            return all(child.state is JobState.RUNNING for child in seen.children)

        await wait_until(all_run)  # a connection that breaks before it is made is a host that was not reached
        states, cuts = set(), 0
        for _ in range(5):
            await asyncio.sleep(dice.uniform(0.05, 0.4))  # the random moments are the test
            cuts += len(cut(farm))
            (seen,) = await engine.select_jobs(HERE, JobQuery(ids=(job.id,)))
            states |= {child.state for child in seen.children if child.status_message != "exit status 4"}
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert cuts >= 5
        assert states <= {JobState.RUNNING, JobState.UNKNOWN}
        assert [child.status_message for child in ended.children] == ["exit status 4"] * 2
        for child in ended.children:
            assert await output_of(engine, child) == (OUT, ERR)
        assert [(farm.home(number) / "runs").read_text() for number in (1, 2)] == ["begin\n"] * 2

    user.run(test(), timeout=110)


def test_a_session_and_its_shell_state_survive_a_cut(user: User, farm: SshdFarm) -> None:
    async def test() -> None:
        engine = await user.connect()
        session = await engine.open_session(OpenSession(parse_address("web01")))
        await run_attached(engine, invoke(session.id, text="cd /tmp; kept=7", saves_state=True))
        job = await engine.start_job(session.id, request("sleep 1; echo done"))
        old = cut(farm)
        assert old

        async def is_back() -> bool:
            (seen,) = await engine.select_sessions(SessionQuery())
            return seen.state is SessionState.OPENED and not set(connections_of(farm)) <= set(old)

        await wait_until(is_back)
        output, _ = await run_attached(engine, invoke(session.id, text="echo $PWD $kept", saves_state=True))
        assert output[0] == b"/tmp 7\n"
        (ended,) = await engine.wait_jobs(session.id, (job.id,), any_one=False, timeout=60)
        assert ended.state is JobState.COMPLETED
        assert (await output_of(engine, job))[0] == b"done\n"

    user.run(test())


def test_a_stop_asked_for_while_the_host_was_lost_is_carried_out(user: User, farm: SshdFarm) -> None:
    async def test() -> None:
        engine = await user.connect()
        job = await engine.fan_out(fan_out("web01", text="sleep 654"))

        async def state() -> JobState:
            return (await engine.select_jobs(HERE, JobQuery(ids=(job.id,))))[0].children[0].state

        async def runs() -> bool:
            return await state() is JobState.RUNNING

        await wait_until(runs)
        cut(farm)
        report = await engine.stop_job(HERE, job.id, 1.0)
        assert (report.job.state, report.left) == (JobState.STOPPED, 0)

    user.run(test())


def test_a_suspended_job_stands_still_through_a_cut_and_goes_on_afterwards(user: User, farm: SshdFarm) -> None:
    async def test() -> None:
        engine = await user.connect()
        job = await engine.fan_out(fan_out("web01", text="sleep 0.5; echo done"))

        async def state() -> JobState:
            return (await engine.select_jobs(HERE, JobQuery(ids=(job.id,))))[0].children[0].state

        async def runs() -> bool:
            return await state() is JobState.RUNNING

        await wait_until(runs)
        await engine.signal_job(HERE, job.id, "STOP")
        were = set(cut(farm))
        assert were

        async def stands_still() -> bool:
            is_back = bool(set(connections_of(farm)) - were)
            return is_back and await state() is JobState.SUSPENDED

        await wait_until(stands_still)
        await engine.signal_job(HERE, job.id, "CONT")
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert ended.state is JobState.COMPLETED
        assert (await output_of(engine, ended.children[0]))[0] == b"done\n"

    user.run(test())

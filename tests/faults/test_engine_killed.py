"""kill -9 of engines and front ends: no byte is lost or doubled, nothing is started twice, nothing attached is left."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jobsh.errors import EngineLost
from jobsh.link.client import LinkClient
from jobsh.model.ids import HERE
from jobsh.model.job_state import JobState
from jobsh.model.queries import JobQuery
from tests.asynchronous import wait_until
from tests.engines import fan_out, invoke, output_of, real_front_end, request, surroundings, targets
from tests.integration.test_engine_process import User
from tests.processes import await_condition, kill, processes_of
from tests.sshd import SshdFarm

CHATTY = "i=0; echo begin >>$HOME/runs; while [ $i -lt 120 ]; do printf '%060000d\\n' $i; echo e$i >&2; i=$((i+1)); sleep 0.01; done; exit 4"
OUT = b"".join(b"%060000d\n" % n for n in range(120))
ERR = b"".join(b"e%d\n" % n for n in range(120))


@pytest.fixture
def user(farm: SshdFarm, place: Path) -> User:
    user = User(place)
    user.front_end = real_front_end(user.environment, farm.ssh_config)
    return user


async def killed(user: User) -> None:
    pid = user.whereabouts()["pid"]
    os.kill(pid, signal.SIGKILL)
    await wait_until(lambda: pid not in user.engines())


def test_kill_9_of_the_engine_in_the_middle_of_chatty_jobs(user: User, farm: SshdFarm) -> None:
    dice = random.Random(7)

    async def test() -> None:
        for number in (1, 2):
            (farm.home(number) / "runs").unlink(missing_ok=True)
        engine = await user.connect()
        own = surroundings(user.environment)
        job = await engine.fan_out(fan_out("web01", "web02", "localhost", text=CHATTY, surroundings=own))
        for _ in range(4):
            await asyncio.sleep(dice.uniform(0.1, 0.5))  # the random moments are the test
            await killed(user)
            await engine.aclose()
            engine = await user.connect()
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert [child.status_message for child in ended.children] == ["exit status 4"] * 3
        for child in ended.children:
            assert await output_of(engine, child) == (OUT, ERR)
        for home in (farm.home(1), farm.home(2), Path(user.environment["HOME"])):
            assert (home / "runs").read_text() == "begin\n"
        await engine.aclose()

    user.run(test(), timeout=110)


def test_children_in_a_queue_are_started_once_by_the_engines_after(user: User, farm: SshdFarm) -> None:
    async def test() -> None:
        engine = await user.connect()
        names = [host.name for host in farm.hosts]
        for home in (host.home for host in farm.hosts):
            (home / "once").unlink(missing_ok=True)
        job = await engine.fan_out(fan_out(*names, text="echo x >>$HOME/once; sleep 0.2", throttle_limit=1))
        for _ in range(2):
            await asyncio.sleep(0.25)
            await killed(user)
            await engine.aclose()
            engine = await user.connect()
        (ended,) = await engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert ended.state is JobState.COMPLETED
        assert [(host.home / "once").read_text() for host in farm.hosts] == ["x\n"] * len(names)
        await engine.aclose()

    user.run(test(), timeout=110)


def sleeps(*places: Path) -> list[int]:
    def is_sleep(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep\x00321")
        except OSError:
            return False

    return [pid for place in places for pid in processes_of(place) if is_sleep(pid)]


_FRONT_END = """
import asyncio, sys
from pathlib import Path
from jobsh.model.ids import HERE
from tests.engines import invoke, real_front_end, request, surroundings, targets
from tests.integration.test_engine_process import User
async def test():
    user = User(Path(sys.argv[1]))
    user.front_end = real_front_end(user.environment, sys.argv[2])
    engine = await user.connect()
    own = surroundings(user.environment)
    text = "trap '' TERM HUP; setsid sleep 321 & sleep 321 & wait; wait"
    await engine.invoke(invoke(*targets("web01", "web02", "localhost"), text=text, surroundings=own))
    await engine.start_job(HERE, request("sleep 321", surroundings=own, is_attached=True))
    await asyncio.Event().wait()
asyncio.run(test())
"""


@pytest.mark.parametrize("victim", ["front end", "engine"])
def test_nothing_attached_is_left_when_one_is_killed(user: User, farm: SshdFarm, victim: str) -> None:
    command = [sys.executable, "-c", _FRONT_END, str(user.place), str(farm.ssh_config)]
    front_end = subprocess.Popen(command, cwd=Path.cwd(), stderr=subprocess.DEVNULL)
    places = (user.place, farm.directory)
    try:
        await_condition(lambda: len(sleeps(*places)) == 7, what="all commands run")
        kill(front_end.pid if victim == "front end" else user.whereabouts()["pid"])
        await_condition(lambda: not sleeps(*places), what="nothing is left")
    finally:
        front_end.kill()
        front_end.wait()


def test_a_front_end_that_goes_does_not_harm_jobs(user: User, farm: SshdFarm) -> None:
    async def test() -> None:
        leaving: LinkClient = await user.connect()
        own = surroundings(user.environment)
        local = await leaving.start_job(HERE, request("sleep 0.5; echo local", surroundings=own))
        remote = await leaving.fan_out(fan_out("web01", text="sleep 0.5; echo remote"))
        leaving._calls._stream.abort()
        with pytest.raises(EngineLost):
            await leaving.status()
        await leaving.aclose()
        engine = await user.connect()
        ended = await engine.wait_jobs(HERE, (local.id, remote.id), any_one=False, timeout=60)
        assert [job.state for job in ended] == [JobState.COMPLETED] * 2
        assert (await output_of(engine, local))[0] == b"local\n"
        assert (await output_of(engine, ended[1].children[0]))[0] == b"remote\n"
        assert len(await engine.select_jobs(HERE, JobQuery())) == 2
        await engine.aclose()

    user.run(test())


def test_invocations_of_a_killed_engine_end_with_engine_lost(user: User) -> None:
    async def test() -> None:
        engine = await user.connect()
        invocation = await engine.invoke(invoke(*targets("web01"), text="echo; sleep 321"))
        events = invocation.events()
        await anext(events)
        await killed(user)
        with pytest.raises(EngineLost):
            await anext(events)
        await invocation.aclose()
        await engine.aclose()

    user.run(test())

"""The engine as a process: one per user, found and started by front ends, gone when nobody needs it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from jobsh.app.connect import connect_engine, engine_status, restart_engine, stop_engine
from jobsh.config import Settings, read_settings
from jobsh.errors import EngineLost, JobshError, StoreError
from jobsh.link.client import LinkClient
from jobsh.model.ids import HERE
from jobsh.model.job_state import JobState
from jobsh.model.queries import JobQuery
from tests.asynchronous import run, wait_until
from tests.engines import FakeAsker, invoke, output_of, real_front_end, request, surroundings, targets
from tests.processes import await_condition, processes_of, seconds_without_a_processor
from tests.sshd import private_environment

Connect = Callable[[], Awaitable[LinkClient]]


class User:
    """A user with a home of their own, whose engine is stopped in the end."""

    def __init__(self, place: Path, **environment: str) -> None:
        self.place = place
        self.environment = {**private_environment(place), **environment}
        self.front_end = real_front_end(self.environment)
        self._clients: list[LinkClient] = []

    def run(self, test: Coroutine[Any, Any, None], timeout: float = 60.0) -> None:
        """Run a test; its connections are closed however it ends."""
        run(self._closing(test), timeout=timeout)

    async def _closing(self, test: Coroutine[Any, Any, None]) -> None:
        try:
            await test
        finally:
            for client in self._clients:
                await client.aclose()

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment)

    async def connect(self, *, start: bool = True, version: str = "0.1.0") -> LinkClient:
        front_end = self.front_end.replace(version=version)
        client = await connect_engine(self.settings, front_end, FakeAsker(), start=start)
        self._clients.append(client)
        return client

    def whereabouts(self) -> dict[str, Any]:
        with open(self.settings.whereabouts) as file:
            found: dict[str, Any] = json.load(file)
            return found

    def engines(self) -> list[int]:
        return [pid for pid in processes_of(self.place) if b"engine\0run" in _command_line(pid)]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@pytest.fixture
def user(place: Path) -> User:
    return User(place)


def with_engine(user: User, test: Callable[[LinkClient], Coroutine[Any, Any, None]]) -> None:
    async def used() -> None:
        engine = await user.connect()
        await test(engine)
        await engine.aclose()

    user.run(used())


def test_the_first_front_end_starts_the_engine_and_the_next_finds_it(user: User) -> None:
    async def test() -> None:
        with pytest.raises(EngineLost):
            await user.connect(start=False)
        first = await user.connect()
        status = await first.status()
        second = await user.connect()
        assert (await second.status()).pid == status.pid == user.whereabouts()["pid"]
        assert (await second.status()).front_ends == 2
        await first.aclose()
        await second.aclose()

    user.run(test())
    assert len(user.engines()) == 1


def test_it_owes_its_starter_nothing(user: User) -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    script = (
        "import asyncio, os, sys\n"
        "from tests.integration.test_engine_process import User\n"
        "from pathlib import Path\n"
        "async def test():\n"
        "    engine = await User(Path(sys.argv[1]), SECRET_OF_STARTER='canary').connect()\n"
        "    await engine.aclose()\n"
        "asyncio.run(test())\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(user.place)], pass_fds=(writing,), stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    os.close(writing)
    assert starter.communicate(timeout=60)[0] == b""  # its standard output is not held open
    assert os.read(reading, 1) == b""  # nor any other descriptor
    os.close(reading)
    (pid,) = user.engines()
    proc = Path(f"/proc/{pid}")
    assert os.getsid(pid) not in (os.getsid(0), starter.pid)
    assert os.readlink(proc / "cwd") == "/"
    assert b"canary" not in (proc / "environ").read_bytes()
    assert int(proc.joinpath("stat").read_text().rpartition(")")[2].split()[1]) != os.getpid()


def test_its_files_are_for_this_user_alone(user: User) -> None:
    async def test(engine: LinkClient) -> None:
        await engine.status()

    with_engine(user, test)
    for path in (user.settings.state, user.settings.runtime):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
    files = [
        user.settings.log,
        user.settings.store,
        user.settings.whereabouts,
        user.settings.lock,
        user.settings.socket,
    ]
    assert [stat.S_IMODE(os.stat(path).st_mode) for path in files] == [0o600] * len(files)


def test_twenty_that_start_at_the_same_instant_end_with_one_engine(user: User) -> None:
    async def test() -> None:
        engines = await asyncio.gather(*(user.connect() for _ in range(20)))
        pids = {(await engine.status()).pid for engine in engines}
        assert len(pids) == 1
        for engine in engines:
            await engine.aclose()

    user.run(test())
    assert len(user.engines()) == 1


def test_processes_that_start_at_the_same_instant_end_with_one_engine(user: User) -> None:
    command = [sys.executable, "-c", _CONNECT, str(user.place)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path.cwd()) for _ in range(8)]
    pids = {process.communicate(timeout=60)[0] for process in started}
    assert len(pids) == 1
    assert int(pids.pop()) == user.engines()[0]


_CONNECT = """
import asyncio, sys
from pathlib import Path
from tests.integration.test_engine_process import User
async def test():
    engine = await User(Path(sys.argv[1])).connect()
    print((await engine.status()).pid)
    await engine.aclose()
asyncio.run(test())
"""


def test_a_killed_engine_is_replaced_and_its_local_job_did_not_notice(user: User) -> None:
    async def test() -> None:
        first = await user.connect()
        job = await first.start_job(
            HERE, request("seq 20000; sleep 0.3; echo end; exit 3", surroundings=surroundings(user.environment))
        )
        os.kill(user.whereabouts()["pid"], signal.SIGKILL)
        with pytest.raises(EngineLost):
            await first.wait_jobs(HERE, (job.id,), any_one=False, timeout=None)
        assert os.path.exists(user.settings.socket)
        second = await user.connect()
        (ended,) = await second.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert (ended.state, ended.status_message) == (JobState.FAILED, "exit status 3")
        out, _ = await output_of(second, job)
        assert out == b"".join(b"%d\n" % n for n in range(1, 20001)) + b"end\n"
        for engine in (first, second):
            await engine.aclose()

    user.run(test())
    assert len(user.engines()) == 1


def test_a_suspended_job_is_suspended_for_the_next_engine_and_takes_an_interrupt(user: User) -> None:
    async def test() -> None:
        engine = await user.connect()
        text = "trap 'echo interrupted; exit 7' INT; echo up; while :; do sleep 0.05; done"
        job = await engine.start_job(HERE, request(text, surroundings=surroundings(user.environment)))
        async for snapshot in engine.follow_jobs(HERE, (job.id,), until_end=True):
            if snapshot.has_more_data:
                break
        assert (await engine.signal_job(HERE, job.id, "STOP")).job.state is JobState.SUSPENDED
        for pid in user.engines():
            os.kill(pid, signal.SIGKILL)
        again = await user.connect()
        (found,) = await again.select_jobs(HERE, JobQuery(ids=(job.id,)))
        assert found.state is JobState.SUSPENDED
        await again.signal_job(HERE, job.id, "INT")  # taken when it goes on
        await again.signal_job(HERE, job.id, "CONT")
        (ended,) = await again.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
        assert (ended.state, ended.exit_code) == (JobState.FAILED, 7)

    user.run(test())


def test_it_is_found_after_the_runtime_directory_went(user: User) -> None:
    async def test() -> None:
        first = await user.connect()
        pid = (await first.status()).pid
        shutil.rmtree(user.environment["XDG_RUNTIME_DIR"])
        second = await user.connect()
        assert (await second.status()).pid == pid
        assert (await second.status()).front_ends == 2
        for engine in (first, second):
            await engine.aclose()

    user.run(test())
    assert len(user.engines()) == 1


def test_it_is_found_without_the_variables_of_a_login(user: User) -> None:
    async def test() -> None:
        first = await user.connect()
        cron = User(user.place)
        cron.environment = {"HOME": user.environment["HOME"], "PATH": user.environment["PATH"]}
        second = await cron.connect(start=False)
        assert (await second.status()).pid == (await first.status()).pid
        for engine in (first, second):
            await engine.aclose()

    user.run(test())


def test_a_long_home_does_not_break_the_socket(place: Path) -> None:
    async def test(engine: LinkClient) -> None:
        assert (await engine.status()).front_ends == 1

    user = User(place / ("x" * 120))
    with_engine(user, test)


def test_it_leaves_when_nobody_needs_it_and_local_jobs_go_on(place: Path) -> None:
    user = User(place, JOBSH_ENGINE_IDLE="0.1")

    async def test() -> None:
        engine = await user.connect()
        job = await engine.start_job(HERE, request("sleep 600", surroundings=surroundings(user.environment)))
        await engine.aclose()
        await wait_until(lambda: not user.engines())
        assert not os.path.exists(user.settings.socket)
        engine = await user.connect()
        (again,) = await engine.select_jobs(HERE, JobQuery(ids=(job.id,)))
        assert again.state is JobState.RUNNING
        assert (await engine.stop_job(HERE, job.id, 1.0)).left == 0
        await engine.aclose()

    user.run(test())


def test_status_stop_and_restart(user: User) -> None:
    async def test() -> None:
        assert await engine_status(user.settings, "0.1.0") is None
        assert not await stop_engine(user.settings, "0.1.0")
        engine = await user.connect()
        status = await engine_status(user.settings, "0.1.0")
        assert status is not None
        assert (status.version, status.state_directory) == ("0.1.0", user.settings.state)
        assert status.socket == user.settings.socket
        await engine.aclose()
        restarted = await restart_engine(user.settings, user.front_end)
        assert restarted.pid != status.pid
        assert await stop_engine(user.settings, "0.1.0")
        assert await engine_status(user.settings, "0.1.0") is None

    user.run(test())
    assert user.engines() == []


def test_an_engine_without_its_socket_is_stopped_all_the_same(user: User) -> None:
    async def test() -> None:
        engine = await user.connect()
        await engine.aclose()
        os.unlink(user.settings.socket)
        assert await stop_engine(user.settings, "0.1.0")

    user.run(test())
    assert user.engines() == []


def test_an_engine_that_hangs_keeps_nobody_waiting(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LONGEST_ANSWER", "_LONGEST_END"):
        monkeypatch.setattr(f"jobsh.app.connect.{name}", 0.2)

    async def test() -> None:
        engine = await user.connect()
        job = await engine.start_job(HERE, request("sleep 600", surroundings=surroundings(user.environment)))
        await engine.aclose()
        os.kill(user.whereabouts()["pid"], signal.SIGSTOP)
        with pytest.raises(EngineLost, match=r"process \d+\) does not answer"):
            await user.connect()
        with pytest.raises(EngineLost, match="does not answer"):
            await engine_status(user.settings, "0.1.0")
        assert await stop_engine(user.settings, "0.1.0")
        assert await engine_status(user.settings, "0.1.0") is None
        monkeypatch.undo()
        again = await user.connect()
        (seen,) = await again.select_jobs(HERE, JobQuery(ids=(job.id,)))
        assert seen.state is JobState.RUNNING
        assert (await again.stop_job(HERE, job.id, 1.0)).left == 0

    user.run(test())


def test_only_the_engine_is_signalled(user: User) -> None:
    innocent = subprocess.Popen(["sleep", "60"])

    async def test() -> None:
        engine = await user.connect()
        await engine.aclose()
        told = user.whereabouts()
        Path(user.settings.whereabouts).write_text(json.dumps({**told, "pid": innocent.pid, "socket": "/none"}))
        assert await stop_engine(user.settings, "0.1.0")

    try:
        user.run(test())
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_sigterm_is_a_clean_end(user: User) -> None:
    async def test(engine: LinkClient) -> None:
        os.kill(user.whereabouts()["pid"], signal.SIGTERM)
        with pytest.raises(EngineLost):
            async for _ in engine.events():
                pass

    with_engine(user, test)
    await_condition(lambda: not user.engines())
    assert not os.path.exists(user.settings.whereabouts)
    assert "Traceback" not in Path(user.settings.log).read_text()


def test_a_newer_front_end_replaces_an_idle_engine_without_losing_a_job(user: User) -> None:
    async def test() -> None:
        older = await user.connect()
        job = await older.start_job(HERE, request("sleep 600", surroundings=surroundings(user.environment)))
        newer = await user.connect(version="0.2.0")
        assert (await newer.status()).version == "0.2.0"
        (seen,) = await newer.select_jobs(HERE, JobQuery())
        assert (seen.id, seen.state) == (job.id, JobState.RUNNING)
        again = await user.connect()  # an older front end is served
        assert (await again.status()).version == "0.2.0"
        await newer.stop_job(HERE, job.id, 1.0)
        for engine in (older, newer, again):
            await engine.aclose()

    user.run(test())


def test_a_newer_front_end_speaks_with_an_engine_whose_foreground_is_needed(user: User) -> None:
    async def test() -> None:
        older = await user.connect()
        local = targets("localhost")
        invocation = await older.invoke(
            invoke(*local, text="echo on; sleep 600", surroundings=surroundings(user.environment))
        )
        events = invocation.events()
        await anext(events)
        newer = await user.connect(version="0.2.0")
        assert (await newer.status()).version == "0.1.0"
        assert await invocation.aclose() == 0
        for engine in (older, newer):
            await engine.aclose()

    user.run(test())


def test_a_store_that_cannot_be_read_is_an_error_with_its_reason(user: User) -> None:
    os.makedirs(user.settings.state, mode=0o700)
    Path(user.settings.store).write_bytes(b"no database " * 500)

    async def test() -> None:
        with pytest.raises(StoreError, match="no jobsh store"):
            await user.connect()
        await wait_until(lambda: user.engines() == [])

    user.run(test())
    assert Path(user.settings.store).read_bytes() == b"no database " * 500


def test_a_directory_of_somebody_else_is_refused(user: User) -> None:
    Path(user.settings.state).parent.mkdir(parents=True)
    Path(user.settings.state).symlink_to("/tmp")

    async def test() -> None:
        with pytest.raises(JobshError, match="not a directory of its own"):
            await user.connect()

    user.run(test())


def test_a_cold_start_is_quick(user: User) -> None:
    async def test() -> None:
        began = time.monotonic() - seconds_without_a_processor()
        engine = await user.connect()
        took = time.monotonic() - began - seconds_without_a_processor()
        took -= seconds_without_a_processor(str((await engine.status()).pid))
        await engine.aclose()
        assert took < 3.0  # the benchmark holds it to 0.6 s on a quiet machine

    user.run(test())


def test_front_ends_stay_light() -> None:
    heavy = (
        "asyncssh",
        "sqlite3",
        "prompt_toolkit",
        "rich",
        "jobsh.engine",
        "jobsh.store",
        "jobsh.spool",
        "jobsh.transport",
    )
    code = f"import jobsh.app.connect, sys; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=Path.cwd()).stdout
    assert said == b"[]\n"

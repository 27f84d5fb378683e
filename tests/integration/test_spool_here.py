"""What only the spool of this machine does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from jobsh.errors import SpoolError
from jobsh.model.ids import new_instance_id
from jobsh.model.messages import Program, Surroundings
from jobsh.ports.spool import SpoolStart, SpoolState, Wanted
from jobsh.spool.local import LocalSpool
from jobsh.transport.local import LocalConnection
from tests import asynchronous
from tests.asynchronous import wait_until
from tests.processes import kill
from tests.spools import collect, environment_in, local_spool, run_job, script, start, surroundings_in


def test_a_job_has_the_front_ends_surroundings(place: Path) -> None:
    elsewhere = place / "else where"
    elsewhere.mkdir()
    environment = (*environment_in(place, ODD="se\ncret", JOBSH_JOB="another", JOBSH_ATTACHED="another-x").items(),)
    surroundings = Surroundings(str(elsewhere), 0o027, environment)
    text = "pwd; umask; printf '%s\\n' \"$ODD\"; echo ${JOBSH_ATTACHED-none}; [ $JOBSH_JOB = another ] || echo own"

    async def scenario() -> None:
        async with local_spool(place) as spool:
            id = new_instance_id()
            await spool.start(SpoolStart(id, script(text), surroundings=surroundings))
            (collected,) = await collect(spool, id)
            assert collected.out.decode().splitlines() == [str(elsewhere), "0027", "se", "cret", "none", "own"]
            files = Path(spool.replica_directory(id) or "")
            assert not any(
                b"cret" in path.read_bytes() for path in files.iterdir() if path.name not in ("alive", "out")
            )

    asynchronous.run(scenario())


@pytest.mark.parametrize("variables", [(("v", "x" * 100_000),) * 1, tuple((f"v{n}", "x" * 100_000) for n in range(30))])
def test_a_job_that_cannot_be_started_leaves_nothing(place: Path, variables: tuple[tuple[str, str], ...]) -> None:
    gone = Surroundings(str(place / "gone"), 0o022, tuple(environment_in(place).items()))

    async def scenario() -> None:
        async with local_spool(place) as spool:
            id = new_instance_id()
            here = gone if len(variables) == 1 else surroundings_in(place)
            with pytest.raises(SpoolError, match=r"gone|too long"):
                await spool.start(SpoolStart(id, script("true", variables=variables), surroundings=here))
            assert await spool.jobs() == ()
            assert (await spool.look((id,)))[0].state is SpoolState.NONE
            await spool.start(SpoolStart(id, script("true"), surroundings=surroundings_in(place)))
            assert (await collect(spool, id))[0].job.state is SpoolState.ENDED

    asynchronous.run(scenario())


def test_jobs_that_are_elsewhere_have_numbers_of_the_same_counter(place: Path) -> None:
    async def scenario() -> None:
        async with local_spool(place) as spool:
            fan_out = new_instance_id()
            assert await spool.reserve_number(fan_out) == 1
            await collect(spool, await start(spool, "true", place))
            assert [job.number for job in await spool.jobs()] == [2]
            assert await spool.reserve_number(new_instance_id()) == 3
            await spool.release_number(fan_out, 1)
            assert await spool.reserve_number(new_instance_id()) == 4

    asynchronous.run(scenario())


def test_jobsh_code_is_given_to_jobsh(place: Path) -> None:
    async def scenario() -> None:
        spool = LocalSpool(
            place / "spool",
            (sys.executable, "-c", "import sys; print(sys.argv[2:], open(sys.argv[1]).read())"),
            LocalConnection,
        )
        program = Program("Get-Job", "Get-Job", ("jobsh",), ("a b",))
        id = new_instance_id()
        await spool.start(SpoolStart(id, program, surroundings=surroundings_in(place)))
        assert (await collect(spool, id))[0].out == b"['a b'] Get-Job\n"
        await spool.aclose()

    asynchronous.run(scenario())


def test_many_jobs_at_once_leave_no_zombies_and_no_descriptors(place: Path) -> None:
    async def scenario() -> None:
        async with local_spool(place) as spool:
            await run_job(spool, "true", place)
            before, others = len(os.listdir("/proc/self/fd")), set(_children())
            ids = [await start(spool, f"echo {n}", place) for n in range(60)]
            for n, collected in enumerate(await collect(spool, *ids)):
                assert collected.out == b"%d\n" % n
            assert len(os.listdir("/proc/self/fd")) == before

            async def no_zombies() -> bool:
                await run_job(spool, "true", place)
                return not [pid for pid in _children() if pid not in others and _state(pid) == "Z"]

            await wait_until(no_zombies, what="all runners are reaped")

    asynchronous.run(scenario())


def _children() -> list[int]:
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(word) for word in path.read_text().split()]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def test_following_ends_with_the_follower(place: Path) -> None:
    async def scenario() -> None:
        async with local_spool(place) as spool:
            id = await start(spool, "echo x; sleep 60", place)
            before = len(os.listdir("/proc/self/fd"))
            for _ in range(5):
                events = spool.follow((Wanted(id),))
                async for _ in events:
                    break
                await events.aclose()
            assert len(os.listdir("/proc/self/fd")) <= before + 2  # the one inotify descriptor
            await spool.stop(id, 1)

    asynchronous.run(scenario())


def test_a_guard_that_was_killed_comes_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobsh.ports.spool import AttachedStart, Stopped
    from jobsh.spool import control
    from tests.processes import processes_of

    monkeypatch.setattr(control, "BEAT_SECONDS", 0.1)

    async def scenario() -> None:
        async with local_spool(place) as spool:
            cookie = new_instance_id()
            await spool.attach(AttachedStart(cookie, script("sleep 60"), surroundings=surroundings_in(place)))
            guards = [pid for pid in processes_of(place) if Path(f"/proc/{pid}/cmdline").read_bytes() == b"/bin/sh\0"]
            for pid in guards:
                kill(pid)
            assert (await spool.stop_attached(cookie)).left == 0
            assert await spool.stop_attached(cookie) == Stopped(0, 0)
            assert guards

    asynchronous.run(scenario())

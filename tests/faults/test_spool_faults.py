"""Cut connections, killed processes, a full disk: no byte lost or doubled, no job run twice, nothing left behind. Quick forms."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from jobsh.errors import HostError, SpoolError
from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.records import Stream
from jobsh.ports.spool import AttachedStart, Bytes, Over, Spool, SpoolJob, SpoolState, Stopped, Wanted
from jobsh.spool import control
from jobsh.spool.remote import RemoteSpool
from tests import asynchronous
from tests.asynchronous import wait_until
from tests.integration.transport_tools import connected
from tests.processes import await_condition, kill, processes_of, words_of
from tests.spools import (
    ConnectionHere,
    OpenSpool,
    collect,
    environment_in,
    open_kind,
    remote_spool,
    run_job,
    script,
    start,
)
from tests.sshd import SshdFarm

LINES = 4000

CHATTY = f"""i=0
while [ $i -lt {LINES} ]; do
  i=$((i+1)); echo "out $i abcdefghijklmnopqrstuvwxyz @@ over 1 2"
  [ $((i%7)) = 0 ] && printf 'err %s \\377\\000\\n@x\\n' $i >&2
  [ $((i%200)) = 0 ] && sleep 0.1
done
printf 'no newline at end'; exit 7
"""
EXPECTED_OUT = b"".join(b"out %d abcdefghijklmnopqrstuvwxyz @@ over 1 2\n" % i for i in range(1, LINES + 1))
EXPECTED_OUT += b"no newline at end"
EXPECTED_ERR = b"".join(b"err %d \xff\x00\n@x\n" % i for i in range(7, LINES + 1, 7))


class Copy:
    """A client's copy of a job: its length is the offset."""

    def __init__(self, id: InstanceId) -> None:
        self.id = id
        self.out = bytearray()
        self.err = bytearray()
        self.job: SpoolJob | None = None

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.id, len(self.out), len(self.err))

    def take(self, event: object) -> None:
        if isinstance(event, Bytes):
            stream = self.err if event.stream is Stream.ERROR else self.out
            assert event.offset == len(stream)
            stream += event.data
        elif isinstance(event, Over):
            self.job = event.job


async def follow_into(spool: Spool, copies: dict[InstanceId, Copy]) -> None:
    wanted = tuple(copy.wanted for copy in copies.values() if copy.job is None)
    async for event in spool.follow(wanted):
        copies[event.job.instance_id if isinstance(event, Over) else event.instance_id].take(event)


def assert_exact(copy: Copy) -> None:
    assert copy.out == EXPECTED_OUT
    assert copy.err == EXPECTED_ERR
    assert copy.job is not None
    assert copy.job.outcome == Outcome.exited(7)


def sessions_of(farm: SshdFarm) -> list[int]:
    """sshd's processes for connections, not the one that listens."""
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and Path(f"/proc/{name}/cmdline").read_bytes().startswith(b"sshd: " + farm.user.encode()):
                found.append(int(name))
    return [pid for pid in found if _is_below(pid, farm)]


def _is_below(pid: int, farm: SshdFarm) -> bool:
    while pid > 1:
        try:
            if os.fsencode(farm.directory / "sshd_config") in Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


@pytest.mark.parametrize("count", [1, 3])
def test_connections_cut_at_random_moments(farm: SshdFarm, place: Path, count: int) -> None:
    async def scenario() -> None:
        open_spool = open_kind("ssh", place, lambda: farm)
        async with open_spool() as spool:
            copies = {id: Copy(id) for id in [await start(spool, CHATTY, place) for _ in range(count)]}
        cuts = 0
        while any(copy.job is None for copy in copies.values()):
            with contextlib.suppress(HostError):
                async with connected(farm.ssh_config, "web01") as connection, remote_spool(connection) as spool:
                    following = asyncio.create_task(follow_into(spool, copies))
                    await asyncio.wait({following}, timeout=random.uniform(0.03, 0.2) if cuts < 12 else None)
                    if not following.done():
                        cuts += 1
                        if cuts % 2:
                            for pid in sessions_of(farm):
                                kill(pid)
                        else:
                            await connection.aclose()
                    with contextlib.suppress(HostError):
                        await following
        assert cuts >= 4
        for copy in copies.values():
            assert_exact(copy)

    asynchronous.run(scenario())


@pytest.mark.parametrize(("count", "least"), [(1, 3), (3, 1)])  # those that serve many jobs live for a moment only
def test_the_helpers_of_a_follower_killed_at_random_moments(place: Path, count: int, least: int) -> None:
    async def scenario() -> None:
        async with remote_spool(ConnectionHere(place)) as spool:
            copies = {id: Copy(id) for id in [await start(spool, CHATTY, place) for _ in range(count)]}
            following = asyncio.create_task(follow_into(spool, copies))
            kills = 0
            while not following.done() and kills < 25:
                await asyncio.sleep(random.uniform(0.001, 0.02))
                helpers = [pid for pid in processes_of(place) if _is_helper(pid)]
                if helpers:
                    kill(random.choice(helpers))
                    kills += 1
            await following
            assert kills >= least
            for copy in copies.values():
                assert_exact(copy)

    asynchronous.run(scenario())


def _is_helper(pid: int) -> bool:
    """tail, cat, dd, head, ls and the shells that follow; not the job, its runner, or the guard."""
    with contextlib.suppress(OSError):
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        return b"JOBSH_JOB=" not in environment and words_of(pid)[0] in (b"tail", b"cat", b"dd", b"head", b"ls")
    return False


def test_starts_cut_at_random_moments_run_once(farm: SshdFarm, place: Path) -> None:
    padding = "# padding\n" * 3000

    async def scenario() -> None:
        ids = [new_instance_id() for _ in range(25)]
        attempts = 0
        for id in ids:
            is_started = False
            while not is_started:
                attempts += 1
                with contextlib.suppress(HostError):
                    async with connected(farm.ssh_config, "web02") as connection:
                        spool = RemoteSpool(connection, "web02")
                        starting = asyncio.create_task(
                            start(spool, f"echo ran >>{place}/{id}\n{padding}", place, id=id)
                        )
                        limit = random.uniform(0.005, 0.06) if random.random() < 0.7 else None
                        is_started = (
                            bool((await asyncio.wait({starting}, timeout=limit))[0]) and not starting.exception()
                        )
                        await connection.aclose()
                        await asyncio.wait({starting})
        async with connected(farm.ssh_config, "web02") as connection, remote_spool(connection) as spool:
            await collect(spool, *ids)
        assert attempts > len(ids)
        assert [(place / id).read_text() for id in ids] == ["ran\n"] * len(ids)

    asynchronous.run(scenario())


@pytest.fixture(params=["local", "connection"])
def open_spool(request: pytest.FixtureRequest, place: Path) -> OpenSpool:
    return open_kind(request.param, place, lambda: request.getfixturevalue("farm"))


def runner_of(id: InstanceId) -> int:
    """The process id of a job's runner."""
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and f"{id}/run.sh".encode() in Path(f"/proc/{name}/cmdline").read_bytes():
                words = Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
                if words[1].endswith(b"/run.sh"):
                    return int(name)
    return 0


async def _running(spool: Spool, *ids: InstanceId) -> None:
    async def all_run() -> bool:
        return all(job.state is SpoolState.RUNNING and _leads_its_group(job.pid) for job in await spool.look(ids))

    await wait_until(all_run, what="the jobs run")


def _leads_its_group(pid: int) -> bool:
    try:
        return pid > 1 and os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


def test_a_killed_runner_is_seen_at_once(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, "sleep 600", place)
            await _running(spool, id)
            following = asyncio.create_task(collect(spool, id))
            job_pid = (await spool.look((id,)))[0].pid
            kill(runner_of(id))

            async def is_orphan() -> bool:
                return (await spool.look((id,)))[0].state is SpoolState.ORPHAN

            await wait_until(is_orphan, what="it is an orphan")
            assert not following.done()
            os.killpg(job_pid, signal.SIGKILL)
            (collected,) = await following
            assert collected.job.state is SpoolState.LOST
            assert collected.job.outcome is not None
            assert collected.job.outcome.kind is OutcomeKind.LOST

    asynchronous.run(scenario())


@pytest.mark.parametrize("count", [1, 2])
def test_the_output_of_an_orphan_is_kept(open_spool: OpenSpool, place: Path, count: int) -> None:
    async def scenario() -> None:
        text = f"echo before; while [ ! -e {place}/go ]; do sleep 0.02; done; (sleep 0.3; echo late) & echo after"
        async with open_spool() as spool:
            ids = [await start(spool, text, place) for _ in range(count)]
            await _running(spool, *ids)
            following = asyncio.create_task(collect(spool, *ids))
            for id in ids:
                kill(runner_of(id))
            (place / "go").touch()
            for collected in await following:
                assert collected.out == b"before\nafter\nlate\n"
                assert collected.job.state is SpoolState.LOST

    asynchronous.run(scenario())


def test_an_orphan_can_be_stopped(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, "sleep 600 & setsid sleep 601 & wait", place)
            await _running(spool, id)
            kill(runner_of(id))
            stopped = await spool.stop(id, 1)
            assert stopped.left == 0
            assert stopped.stopped >= 2
            assert (await spool.look((id,)))[0].state is SpoolState.LOST
            await spool.remove(id)

    asynchronous.run(scenario())


def _rewrite_run(spool_root: Path, id: InstanceId, **words: str) -> None:
    path = next(spool_root.rglob(f"{id}/run"))
    names = ("run", "runner", "runner_birth", "job", "job_birth", "boot", "host")
    found = dict(zip(names, path.read_text().split(), strict=False)) | words
    path.write_text(" ".join(found[name] for name in names) + " .\n" + path.read_text().partition("\n")[2])


def test_a_foreign_process_of_the_same_number_is_not_touched(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        foreign = subprocess.Popen(["sleep", "60"], start_new_session=True)
        try:
            async with open_spool() as spool:
                id = await start(spool, "sleep 600", place)
                await _running(spool, id)
                kill(runner_of(id))
                os.killpg((await spool.look((id,)))[0].pid, signal.SIGKILL)
                _rewrite_run(place, id, runner=str(foreign.pid), job=str(foreign.pid), runner_birth="1", job_birth="1")
                assert (await spool.look((id,)))[0].state is SpoolState.LOST
                assert await spool.stop(id, 0.2) == Stopped(0, 0)
                assert foreign.poll() is None
        finally:
            foreign.kill()
            foreign.wait()

    asynchronous.run(scenario())


def test_after_a_restart_of_the_machine_a_job_is_lost(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, "echo before; sleep 600", place)
            await _running(spool, id)
            await spool.stop(id, 0)
            for end in place.rglob(f"{id}/end.*"):
                end.unlink()
            _rewrite_run(place, id, boot="00000000-0000-0000-0000-000000000000")
            (collected,) = await collect(spool, id)
            assert (collected.out, collected.job.state) == (b"before\n", SpoolState.LOST_BY_REBOOT)
            _rewrite_run(place, id, boot="00000000-0000-0000-0000-000000000000", host="elsewhere")
            assert (await spool.look((id,)))[0].state is SpoolState.OTHER_MACHINE

    asynchronous.run(scenario())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk(open_spool: OpenSpool, place: Path) -> None:
    small = place / ("spool" if "local" in repr(open_spool) else ".local")

    async def scenario(small: Path) -> None:
        async with open_spool() as spool:
            text = "i=0; while [ $i -lt 5 ]; do i=$((i+1)); head -c 1000000 /dev/zero || echo failed >&2; done; exit 9"
            out, _, job = await run_job(spool, text, place)
            assert job.outcome == Outcome.exited(9)
            assert len(out) == job.out
            assert set(out) == {0}
            assert len(out) > 1_500_000
            id = new_instance_id()
            with pytest.raises(SpoolError):
                await start(spool, "echo hi" + "# padding" * 5000, place, id=id)
            assert not [path for path in small.rglob("*") if id in path.name]

    for name in ("spool", ".local"):
        (place / name).mkdir(mode=0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(place / name)], check=True)
    try:
        asynchronous.run(scenario(small))
    finally:
        for name in ("spool", ".local"):
            subprocess.run(["umount", "-l", str(place / name)], check=True)


def test_following_a_silent_job_again_and_again_leaves_nothing(place: Path) -> None:
    async def scenario() -> None:
        async with remote_spool(ConnectionHere(place)) as spool:
            ids = [await start(spool, "sleep 600", place) for _ in range(2)]
            await wait_until(lambda: _quiet(place), what="only jobs and the guard run")
            before = set(processes_of(place))
            for n in range(30):
                wanted = tuple(Wanted(id) for id in ids[: 1 + n % 2])
                following = asyncio.create_task(_drain(spool, wanted))
                await asyncio.sleep(random.uniform(0.01, 0.1))
                following.cancel()
                await asyncio.wait({following})
            await wait_until(lambda: before.issuperset(processes_of(place)), what="nothing of the followers is left")
            assert not list(place.rglob("wake/*"))
            for id in ids:
                await spool.stop(id, 1)

    asynchronous.run(scenario())


def _quiet(place: Path) -> bool:
    """Whether both jobs sleep and nothing else is under way."""
    found = processes_of(place)
    sleeps = [pid for pid in found if words_of(pid)[0] == b"sleep"]
    return len(sleeps) == 2 and not any(_is_helper(pid) for pid in found)


async def _drain(spool: Spool, wanted: tuple[Wanted, ...]) -> None:
    async for _ in spool.follow(wanted):
        pass


def test_a_fork_storm_is_stopped(open_spool: OpenSpool, place: Path) -> None:
    storm = """i=0; while [ $i -lt 100 ]; do i=$((i+1)); sleep 608 & done
(trap '' TERM; while :; do sleep 0.05 & wait; done) &
echo up; wait"""

    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, storm, place)
            async for _ in spool.follow((Wanted(id),)):
                break
            stopped = await spool.stop(id, 0.3)
            assert stopped.left == 0
            assert stopped.stopped > 100
            assert not [pid for pid in processes_of(place) if f"JOBSH_JOB={id}" in _environment(pid)]

    asynchronous.run(scenario())


def _environment(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_text(errors="replace")
    except OSError:
        return ""


# -- attached commands --


def test_a_silent_network_ends_what_is_attached(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "LEASE_SECONDS", 1)
    monkeypatch.setattr(control, "BEAT_SECONDS", 1000)

    async def scenario() -> None:
        async with remote_spool(ConnectionHere(place)) as spool:
            channel = await spool.attach(AttachedStart(new_instance_id(), script("trap '' TERM; sleep 600; sleep 601")))
            outcome = await channel.wait()
            assert outcome.status != 0
            await wait_until(lambda: not processes_of(place), what="the guard went, too")

    asynchronous.run(scenario())


def test_beats_keep_what_is_attached(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "LEASE_SECONDS", 2)
    monkeypatch.setattr(control, "BEAT_SECONDS", 0.3)

    async def scenario() -> None:
        async with remote_spool(ConnectionHere(place)) as spool:
            channel = await spool.attach(AttachedStart(new_instance_id(), script("sleep 3; exit 5")))
            assert await channel.wait() == Outcome.exited(5)

    asynchronous.run(scenario())


@pytest.mark.parametrize("kind", ["local", "connection"])
def test_kill_9_of_the_engine_ends_what_is_attached(place: Path, kind: str) -> None:
    program = textwrap.dedent(f"""
        import asyncio, pathlib
        from tests.spools import *
        async def main():
            place = pathlib.Path({str(place)!r})
            async with open_kind({kind!r}, place, None)() as spool:
                for text in ("sleep 631", "cat", "(setsid sleep 632 &); trap '' TERM; while :; do sleep 0.2; done"):
                    await spool.attach(AttachedStart(new_instance_id(), script(text), has_stdin=True, surroundings=surroundings_in(place)))
                await start(spool, "sleep 633", place, is_attached=True)
                await start(spool, "sleep 634", place)
                print("up", flush=True)
                await asyncio.sleep(600)
        asyncio.run(main())
    """)
    environment = {**environment_in(place), "PYTHONPATH": os.pathsep.join(sys.path)}
    engine = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment, cwd=place)
    try:
        assert engine.stdout is not None
        assert engine.stdout.readline() == b"up\n"
    finally:
        engine.kill()
        engine.wait()
        if engine.stdout is not None:
            engine.stdout.close()

    def only_the_job_is_left() -> bool:
        names = [Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:2] for pid in processes_of(place)]
        sleeps = [words[1] for words in names if words[0] == b"sleep"]
        return sleeps == [b"634"] and not any(words[0] == b"cat" for words in names)

    def without_race() -> bool:
        with contextlib.suppress(OSError):
            return only_the_job_is_left()
        return False

    await_condition(without_race, what="only the job is left")

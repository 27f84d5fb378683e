"""Receive-Job's parameters as they are written: places, what is refused, time limits, pauses, events."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jobsh.model.ids import JobId
from jobsh.model.job_state import JobState
from tests.asynchronous import run, wait_until
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import Ran, TestShell


@pytest.fixture
def shell(tmp_path: Path, engine: FakeEngine) -> TestShell:
    """Job 1 runs here; job 2 has children on web01, web02 and db1, which wrote their hosts' names."""
    engine.add()
    engine.add_children("web01", "web02", "root@db1:22")
    return TestShell(tmp_path, engine)


async def write(engine: FakeEngine) -> None:
    await engine.grow(JobId(1), b"here\n")
    for n, name in enumerate((b"web01", b"web02", b"db1"), 1):
        await engine.grow(JobId(2, n), name + b"\n")


def ran(shell: TestShell, engine: FakeEngine, text: str) -> Ran:
    async def main() -> Ran:
        await write(engine)
        return await shell.run(text)

    return run(main())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Receive-Job 2", "web01 web02 db1"),
        ("Receive-Job 2 web01", "web01"),
        ("Receive-Job 2 -Location WEB02, root*", "web02 db1"),
        ("Receive-Job 1, 2 -Location localhost", "here"),
        ("Receive-Job 2 -ComputerName web01, db1", "web01 db1"),
        ("Receive-Job 2 -Cn web[01-02]", "web01 web02"),
        ("Receive-Job 2.2", "web02"),
        ("Receive-Job 2, 1", "web01 web02 db1 here"),
        ("Receive-Job 2 -NoRecurse", ""),
        ("Receive-Job 1 -NoRecurse", "here"),
        ("Receive-Job -State Running -Keep; Receive-Job 1", "here web01 web02 db1 here"),
        ("Receive-Job 1; Receive-Job 1", "here"),
        ("$s = New-Session web02; Receive-Job 2 -Session $s", "web02"),
        ("Get-Job 1 | Receive-Job", "here"),
        ("(Get-Job 2).ChildJobs[2] | Receive-Job", "db1"),
    ],
)
def test_what_is_received(shell: TestShell, engine: FakeEngine, text: str, written: str) -> None:
    said = ran(shell, engine, f'{text} | ForEach-Object {{ "$_" }}' if ";" not in text else text)
    assert said.errors == []
    assert [line.rpartition(": ")[2] for line in said.out.split("\n") if line] == written.split()


@pytest.mark.parametrize(
    ("text", "error_id", "words"),
    [
        ("Receive-Job 1 -ComputerName web01", "ComputerNameParameterNotSupported", "job 1 (Job1) has none"),
        ("$s = New-Session web01; Receive-Job 1 -Session $s", "RunspaceParameterNotSupported", "job 1 (Job1) has none"),
        ("Receive-Job 2 -Location nowhere", "JobNotAtLocation", "none of the jobs runs at 'nowhere'"),
        ("Receive-Job 1 -AutoRemoveJob", "InvalidOperation", "-AutoRemoveJob needs -Wait"),
        ("Receive-Job 1 -Force", "InvalidOperation", "-Force needs -Wait"),
        ("Receive-Job 1 -WriteEvents", "InvalidOperation", "-WriteEvents needs -Wait"),
        ("Receive-Job 1 -WriteJobInResults", "InvalidOperation", "-WriteJobInResults needs -Wait"),
        ("Receive-Job 1 -TimeoutSec 1", "InvalidOperation", "-TimeoutSec needs -Wait"),
        ("Receive-Job 1 -Wait -AutoRemoveJob -Keep", "", "-AutoRemoveJob and -Keep exclude each other"),
        ("Receive-Job 2 -Location web01 -ComputerName web02", "", "exclude each other"),
        ("Receive-Job -Id 2 -Location web01", "AmbiguousParameterSet", "-Location does not go together with -Id"),
    ],
)
def test_what_is_refused(shell: TestShell, engine: FakeEngine, text: str, error_id: str, words: str) -> None:
    (error,) = ran(shell, engine, text).errors
    assert words in error.message
    assert not error_id or error.error_id == error_id
    assert engine.marks == []


def test_keep_goes_with_wait(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> None:
        await write(engine)
        await engine.finish(JobId(1))
        for limit in ("", "-TimeoutSec -1"):
            assert (await shell.run(f"Receive-Job 1 -Wait -Keep {limit}")).out == "here\n"

    run(main())


def test_a_time_limit_gives_what_came_and_124(shell: TestShell, engine: FakeEngine) -> None:
    said = ran(shell, engine, "Receive-Job 1 -Wait -TimeoutSec 50ms -AutoRemoveJob")
    assert (said.out, said.status, said.errors) == ("here\n", 124, [])
    assert engine.removed == []
    assert [(mark.id, mark.out) for mark in engine.marks] == [(JobId(1), 5)]


def test_it_does_not_wait_for_a_suspended_job_unless_forced(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> None:
        await write(engine)
        await engine.signal_job(None, JobId(1), "STOP")
        said = await shell.run("Receive-Job 1 -Wait -AutoRemoveJob")
        assert said.out == "here\n"
        assert [error.error_id for error in said.errors] == ["ReceiveJobAutoRemovalError"]
        waiting = asyncio.create_task(shell.run("Receive-Job 1 -Wait -Force -AutoRemoveJob"))
        await engine.signal_job(None, JobId(1), "CONT")
        await engine.grow(JobId(1), b"on\n")
        await engine.finish(JobId(1))
        assert (await waiting).out == "on\n"
        assert engine.removed == [JobId(1)]

    run(main())


def test_it_waits_on_for_the_children_that_are_not_suspended(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> None:
        await write(engine)
        await engine.signal_job(None, JobId(2, 1), "STOP")
        waiting = asyncio.create_task(shell.run('Receive-Job 2 -Wait | ForEach-Object { "$_" }'))
        await engine.finish(JobId(2, 2))
        await engine.grow(JobId(2, 3), b"later\n")
        await engine.finish(JobId(2, 3))
        assert sorted((await waiting).out.split()) == ["db1", "later", "web01", "web02"]

    run(main())


def test_events_and_jobs_among_the_results(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> None:
        await write(engine)
        await engine.finish(JobId(1), 3)
        text = (
            "Receive-Job 1 -Wait -WriteEvents -WriteJobInResults -ErrorAction Ignore | ForEach-Object {"
            ' if ($_ -is [string]) { "text $_" } elseif ($_.JobStateInfo -and $_.Job) {'
            ' "event $($_.Job.Id) $($_.JobStateInfo.State)" } else { "job $($_.Id)" } }'
        )
        assert (await shell.run(text)).out.splitlines() == ["job 1", "text here", "event 1 Failed"]
        text = text.replace("Receive-Job 1", "Receive-Job 2").replace("-WriteJobInResults", "")
        for n in (1, 2, 3):
            await engine.finish(JobId(2, n))
        said = (await shell.run(text)).out.splitlines()
        events = [line for line in said if line.startswith("event")]
        assert events[-1] == "event 2 Completed"
        assert sorted(events[:-1]) == [f"event 2.{n} Completed" for n in (1, 2, 3)]

    run(main())


def test_an_event_says_what_it_was_before(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> None:
        text = "Receive-Job 1 -Wait -WriteEvents | % { $_.PreviousJobStateInfo.State; $_.JobStateInfo.State }"
        waiting = asyncio.create_task(shell.run(text))
        await wait_until(lambda: engine.following)
        await engine.signal_job(None, JobId(1), "STOP")
        said = await waiting
        assert said.out.split() == ["Running", "Suspended"]
        assert said.said == ["job 1 (Job1) has not ended, it is Suspended: Receive-Job -Wait -Force waits on"]
        assert engine.job(JobId(1)).state is JobState.SUSPENDED

    run(main())

"""Suspend-Job, Resume-Job, bg, kill, -Signal and -Grace of Stop-Job, what they say; and Debug-Job, which is not there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jobsh.cmdlets.stop_job import StopJob
from jobsh.model.ids import JobId
from jobsh.model.job_state import JobState
from jobsh.model.records import Stream
from tests.asynchronous import run, wait_until
from tests.unit.cmdlets.fakes import FakeContext, FakeEngine, output
from tests.unit.cmdlets.shell import TestShell


@pytest.fixture
def shell(tmp_path: Path, engine: FakeEngine) -> TestShell:
    """Job 1 runs, job 2 is suspended, job 3 has two children, job 4 has ended."""
    engine.add()
    engine.add(state=JobState.SUSPENDED)
    engine.add_children("web01", "web02")
    engine.add(state=JobState.COMPLETED)
    return TestShell(tmp_path, engine)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Suspend-Job 1", [(1, "STOP")]),
        ("sujb 1 -Force -Wait", [(1, "STOP")]),
        ("sujb 1 -F", [(1, "STOP")]),
        ("Suspend-Job 2", [(2, "STOP")]),
        ("Suspend-Job -State Running", [(1, "STOP"), (3, "STOP")]),
        ("Get-Job 1 | Suspend-Job", [(1, "STOP")]),
        ("Resume-Job 2 -Wait", [(2, "CONT")]),
        ("rujb -State Suspended", [(2, "CONT")]),
        ("bg", [(2, "CONT")]),
        ("bg %2", [(2, "CONT")]),
        ("kill -STOP %1", [(1, "STOP")]),
        ("kill -CONT %2", [(2, "CONT")]),
        ("kill -INT %1", [(1, "INT")]),
        ("kill -s USR1 %1", [(1, "USR1")]),
        ("kill -2 %1", [(1, "INT")]),
        ("kill -SIGHUP %1", [(1, "HUP")]),
        ("kill -0 %1", [(1, "0")]),
        ("Suspend-Job 1 -WhatIf", []),
    ],
)
def test_the_signal_goes_to_the_jobs(
    shell: TestShell, engine: FakeEngine, text: str, sent: list[tuple[int, str]]
) -> None:
    assert run(shell.run(text)).errors == []
    assert engine.signals == [(JobId(number), name) for number, name in sent]
    assert engine.stops == []


def test_the_jobs_are_given_as_they_are_then(shell: TestShell) -> None:
    said = run(shell.run("(Suspend-Job 1, 3).State; (Get-Job 3).ChildJobs.State; (Resume-Job *).State"))
    assert said.out.split() == ["Suspended"] * 4 + ["Running"] * 3
    assert [error.error_id for error in said.errors] == ["JobCannotBeSignalled"]


def test_a_job_that_has_ended_is_one_error_and_the_others_are_suspended(shell: TestShell, engine: FakeEngine) -> None:
    said = run(shell.run("Suspend-Job 4, 1"))
    assert [error.message for error in said.errors] == ["job 4 (Job4) has ended: it is Completed"]
    assert engine.signals == [(JobId(1), "STOP")]


def test_bg_without_a_suspended_job_says_so(shell: TestShell, engine: FakeEngine) -> None:
    run(shell.run("bg"))
    said = run(shell.run("bg"))
    assert said.said == ["no job is suspended here: jobs run in the background already"]
    assert len(engine.signals) == 1


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("Stop-Job 1", [(1, 3.0, "TERM")]),
        ("Stop-Job 1 -Grace 90s -Signal sigint", [(1, 90.0, "INT")]),
        ("Stop-Job 1 -Grace 0 -Signal 9", [(1, 0.0, "KILL")]),
        ("Stop-Job 2", [(2, 3.0, "TERM")]),
        ("kill %1", [(1, 3.0, "TERM")]),
        ("kill -9 %1 %3", [(1, 3.0, "KILL"), (3, 3.0, "KILL")]),
        ("kill -TERM %1", [(1, 3.0, "TERM")]),
        ("Stop-Job 4", []),
    ],
)
def test_how_a_job_is_stopped(
    shell: TestShell, engine: FakeEngine, text: str, stops: list[tuple[int, float, str]]
) -> None:
    assert run(shell.run(text)).errors == []
    assert engine.stops == [(JobId(number), grace, name) for number, grace, name in stops]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("Stop-Job 1 -Signal STOP", "-Signal STOP ends no process", "Suspend-Job does that"),
        ("Stop-Job 1 -Signal CONT", "-Signal CONT ends no process", "Resume-Job does that"),
        ("Stop-Job 1 -Signal NONSENSE", "-Signal: there is no signal NONSENSE", "signals are TERM"),
        ("Stop-Job 1 -Signal 0", "-Signal 0 ends no process", "Get-Job -State Running does that"),
        ("Debug-Job 1", "Debug-Job is not in jobsh", "Receive-Job 1 -Keep"),
        ("Debug-Job -BreakAll 1", "Debug-Job has no -BreakAll in jobsh", ""),
    ],
)
def test_what_is_refused_says_what_to_do_instead(
    shell: TestShell, engine: FakeEngine, text: str, message: str, hint: str
) -> None:
    (error,) = run(shell.run(text)).errors
    assert message in error.message
    assert hint in error.hint
    assert engine.stops == []


@pytest.mark.parametrize(("is_interactive", "stream"), [(True, Stream.INFORMATION), (False, Stream.VERBOSE)])
def test_what_was_stopped_is_said(engine: FakeEngine, is_interactive: bool, stream: Stream) -> None:
    engine.stopped = 7
    ctx = FakeContext(engine)
    ctx.is_interactive = is_interactive
    run(output(StopJob(name=(engine.add().name,)), ctx))
    assert ctx.said == [(stream, "job 1 (Job1): stopped 7 of 7, 0 processes left")]


def test_fg_lets_a_suspended_job_go_on_and_shows_what_it_writes(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> None:
        going = asyncio.create_task(shell.run("fg %2"))
        await wait_until(lambda: engine.signals)
        assert engine.signals == [(JobId(2), "CONT")]
        await engine.grow(JobId(2), b"on\n")
        await engine.finish(JobId(2))
        assert (await going).out == "on\n"

    run(main())


def test_waiting_gives_up_on_a_suspended_job_unless_forced(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> None:
        said = await shell.run("(Wait-Job 2).State")
        assert said.out == "Suspended\n"
        assert said.said == ["job 2 (Job2) has not ended, it is Suspended: Wait-Job -Force waits on"]
        assert (await shell.run("Wait-Job 2 -Force -Timeout 0")).status == 124
        waiting = asyncio.create_task(shell.run("(Wait-Job 2 -Force).State"))
        before = engine.waiting
        await wait_until(lambda: engine.waiting > before)
        await engine.finish(JobId(2))
        assert (await waiting).out == "Completed\n"

    run(main())


def test_any_is_the_first_of_those_that_have_ended(shell: TestShell) -> None:
    assert run(shell.run("(Wait-Job 4, 1 -Any).Id")).out == "4\n"
    assert run(shell.run("(Wait-Job 4, 2).Id")).out.split() == ["4", "2"]
    assert run(shell.run("(Get-Job 4, 2).Id")).out.split() == ["2", "4"]
    assert run(shell.run("(Suspend-Job *3, 1, 3).Id")).out.split() == ["3", "1"]

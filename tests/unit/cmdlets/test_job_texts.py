"""The job and session cmdlets as they are written: what a line of text asks of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from jobsh.model.ids import JobId, SessionId
from jobsh.model.job_state import JobState
from jobsh.model.messages import FanOut, Invoke, JobRequest, OpenSession
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import Ran, TestShell


@pytest.fixture
def shell(tmp_path: Path, engine: FakeEngine) -> TestShell:
    return TestShell(tmp_path, engine)


def ran(shell: TestShell, *texts: str) -> Ran:
    """The last text, after those before went well."""

    async def main() -> Ran:
        for text in texts:
            last = await shell.run(text)
        return last

    return run(main())


@pytest.mark.parametrize(
    ("text", "script", "name", "arguments"),
    [
        ("Start-Job { echo hi }", " echo hi ", "", ()),
        ("sajb -Name x { exit 3 }", " exit 3 ", "x", ()),
        ("Start-Job -ScriptBlock { ls } -Name y", " ls ", "y", ()),
        ("Start-Job -Command {ls} -Args 1, 'a b'", "ls", "", ("1", "a b")),
        ("Start-Job 'echo }'", "echo }", "", ()),
        ("$b = { echo hi }; Start-Job $b", " echo hi ", "", ()),
        ("Start-Job -Interpreter perl { Get-Job }", " Get-Job ", "", ()),
        ("Start-Job -Interpreter python3 { Get-Job }", "Get-Job ", "", ()),
    ],
)
def test_start_job(
    shell: TestShell, engine: FakeEngine, text: str, script: str, name: str, arguments: tuple[str, ...]
) -> None:
    assert ran(shell, text).errors == []
    (request,) = engine.requests
    assert isinstance(request, JobRequest)
    assert (request.program.text, request.name, request.program.arguments) == (script, name, arguments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Get-Job", "1 2 3"),
        ("jobs", "1 2 3"),
        ("gjb 2", "2"),
        ("Get-Job 3.1", "3.1"),
        ("Get-Job -Id 1,3", "1 3"),
        ("Get-Job -SessionId 1", "1"),
        ("Get-Job build", "2"),
        ("Get-Job b*, 1", "1 2"),
        ("$j = Get-Job 2; Get-Job $j", "2"),
        ("Get-Job 1, 2 | Get-Job", "1 2"),
        ("Get-Job -State Failed", "2"),
        ("Get-Job -Command make*", "2"),
        ("Get-Job -IncludeChildJob", "1 2 3 3.1 3.2"),
        ("Get-Job -Name * -State Running", "1 3"),
    ],
)
def test_get_job(shell: TestShell, engine: FakeEngine, text: str, expected: str) -> None:
    engine.add("ls")
    engine.add("make all", state=JobState.FAILED, name="build")
    engine.add_children("web01", "web02")
    said = ran(shell, f"{text} | % {{ $_.Id }}")
    assert said.errors == []
    assert said.out.split() == expected.split()


@pytest.mark.parametrize("text", ["Stop-Job 2", "spjb build", "kill %2", "Get-Job 2 | Stop-Job", "Stop-Job -Id 2"])
def test_stop_job(shell: TestShell, engine: FakeEngine, text: str) -> None:
    engine.add(), engine.add(name="build")
    assert ran(shell, text).errors == []
    assert engine.job(JobId(2)).state is JobState.STOPPED
    assert engine.job(JobId(1)).state is JobState.RUNNING


def test_remove_job_what_if_and_refusal(shell: TestShell, engine: FakeEngine) -> None:
    engine.add()
    said = ran(shell, "Remove-Job 1 -Force -WhatIf")
    assert engine.removed == []
    assert "Remove-Job" in said.said[0]
    said = ran(shell, "Remove-Job 1")
    assert (said.errors[0].command, said.status) == ("Remove-Job", 1)
    assert ran(shell, "rjb 1 -Force").errors == []
    assert engine.removed == [JobId(1)]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("Invoke-Command -ComputerName web01,web02 -ScriptBlock { uptime }", ["web01", "web02"]),
        ("icm web[01-03] { uptime }", ["web01", "web02", "web03"]),
        ("Invoke-Command web01 { uptime }", ["web01"]),
        ("Invoke-Command -HostName a@web01:23 { uptime }", ["a@web01:23"]),
        ("Invoke-Command -Cn web01 -Command { uptime }", ["web01"]),
        ("$h = 'web01', 'db1'; Invoke-Command $h { uptime }", ["web01", "db1"]),
        ("Invoke-Command { uptime } -ComputerName web01", ["web01"]),
    ],
)
@pytest.mark.parametrize("as_job", ["", " -AsJob -JobName up", " -JobName up"])
def test_invoke_command_on_hosts(
    shell: TestShell, engine: FakeEngine, text: str, hosts: Sequence[str], as_job: str
) -> None:
    said = ran(shell, text + as_job)
    assert (said.errors, said.said) == ([], [])
    (request,) = engine.requests
    assert isinstance(request, FanOut if as_job else Invoke)
    assert [target if isinstance(target, int) else target.label for target in request.targets] == hosts
    assert request.program.text == " uptime "
    assert not isinstance(request, FanOut) or request.name == "up"


@pytest.mark.parametrize(
    "text",
    [
        "Invoke-Command -Session $s { uptime }",
        "Invoke-Command $s { uptime }",
        "Invoke-Command -Session Session1 { uptime }",
        "Invoke-Command -Session 1 { uptime }",
    ],
)
def test_invoke_command_in_a_session(shell: TestShell, engine: FakeEngine, text: str) -> None:
    assert ran(shell, "$s = New-Session web01", text).errors == []
    request = engine.requests[-1]
    assert isinstance(request, Invoke)
    assert (request.targets, request.saves_state) == ((SessionId(1),), True)


@pytest.mark.parametrize(
    "text",
    [
        "Invoke-Command web01",
        "Invoke-Command -ComputerName web01 { a } -FilePath b",
        "Invoke-Command { a } -AsJob",
        "Invoke-Command -ComputerName web01 -Session 1 { a }",
        "Invoke-Command web01 { a } -ThrottleLimit -1",
        "Invoke-Command -ComputerName -oops { a }",
        "Receive-Job",
        "Receive-Job 1 -AutoRemoveJob",
        "Start-Job",
        "Remove-Session",
    ],
)
def test_words_that_are_refused(shell: TestShell, engine: FakeEngine, text: str) -> None:
    engine.add()
    said = ran(shell, text)
    assert said.status != 0
    assert len(said.errors) == 1
    assert engine.requests == []


def test_code_in_a_session_counts_jobs_there(shell: TestShell, engine: FakeEngine) -> None:
    said = ran(
        shell,
        "$s = New-Session web01",
        "Start-Job { here } | Out-Null",
        "Invoke-Command -Session $s { Start-Job { there }; $x = 1 } | Out-Null",
        "Invoke-Command -Session $s { (Get-Job).Command; $x + 1 }",
    )
    assert said.errors == []
    assert said.out.split() == ["there", "2"]


def test_entering_moves_what_follows_and_exit_comes_back(shell: TestShell, engine: FakeEngine) -> None:
    said = ran(
        shell,
        "Enter-Session -ComputerName web01; Start-Job { there } | Out-Null; (Get-Job).Command; Exit-Session; Get-Job",
    )
    assert said.errors == []
    assert said.out == " there \n"
    assert [request.address.label for request in engine.requests if isinstance(request, OpenSession)] == ["web01"]
    assert engine.sessions == {}


@pytest.mark.parametrize(
    "text", ["Enter-Session $s", "Enter-Session -Session $s", "enter 1", "etsn -Name Session1", "$s | enter"]
)
def test_an_entered_session_stays_open(shell: TestShell, engine: FakeEngine, text: str) -> None:
    said = ran(shell, "$s = New-Session web01", f"{text}\nGet-Session | % Name\nExit-Session")
    assert (said.errors, said.out) == ([], "Session1\n")
    assert list(engine.sessions) == [1]


def test_a_failed_job_ends_with_its_status(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> Ran:
        job = engine.add()
        await engine.grow(job.id, b"out\n", b"err\n")
        await engine.finish(job.id, 3)
        return await shell.run("Receive-Job 1")

    said = run(main())
    assert (said.out, said.said, said.status) == ("out\n", ["err\n"], 3)
    assert said.errors[0].message == "job 1 (Job1) failed: exit status 3"

"""Which jobs a text means: selectors of every kind, conditions, what is not there, and what Get-Job narrows."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.command.property_tables import local_time
from jobsh.errors import JobshError
from jobsh.model.ids import JobId
from jobsh.model.job_state import JobState
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import Ran, TestShell


@pytest.fixture
def shell(tmp_path: Path, engine: FakeEngine) -> TestShell:
    """Job 1; job 2 named build, Failed; job 3 with children 3.1 on web01 and 3.2 on web02; job 4 named 1; job 5 suspended."""
    engine.add(" ls -l ")
    engine.add("make all", state=JobState.FAILED, name="build")
    engine.add_children("web01", "web02")
    engine.add("sleep 9", name="1")
    engine.add("sleep 9", name="held", state=JobState.SUSPENDED)
    return TestShell(tmp_path, engine)


def ids(shell: TestShell, text: str) -> tuple[list[str], list[str]]:
    """The ids of the jobs that a text gives, and the ids of its errors."""
    said = run(shell.run(f"{text} | ForEach-Object {{ $_.Id }}"))
    return said.out.split(), [error.error_id for error in said.errors]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # the type of the positional argument says what it is
        ("Get-Job 1", "1"),
        ("Get-Job '1'", "4"),
        ('$n = "1"; Get-Job $n', "4"),
        ("$n = 1; Get-Job $n", "1"),
        ("Get-Job build, 5, '1'", "2 4 5"),
        ("Get-Job @{Name='b*'}", "2"),
        ("$j = Get-Job 2; Get-Job $j", "2"),
        ("Get-Job (Get-Job 2, 3)", "2 3"),
        ("Get-Job -Job (Get-Job 3).ChildJobs", "3.1 3.2"),
        ("Get-Job 3.2", "3.2"),
        ("jobs %1 %2, build 5", "1 2 5"),
        # by value and by property name
        ("1, 3 | Get-Job", "1 3"),
        ("'build' | Get-Job", "2"),
        ("Get-Job 2 | Select-Object Id, Name | Get-Job", "2"),
        ("Get-Job 2 | Select-Object Name | Get-Job", "2"),
        ("Get-Job 2 | Select-Object InstanceId | Get-Job", "2"),
        ("@{Id=3} | Get-Job", "3"),
        ("@{Id=2; State='Running'} | Get-Job", "2"),
        ("[pscustomobject]@{Command='make*'} | Get-Job", "2"),
        ("@{State='Suspended'} | Get-Job", "5"),
        # names
        ("Get-Job -Name BUILD", "2"),
        ("Get-Job -Name [bh]*", "2 5"),
        ("Get-Job -Name *.2", "3.2"),
        ("Get-Job -Name Job3*", "3"),
        ("Get-Job -Name Job3.1", "3.1"),
        # conditions narrow, alone or beside a selector
        ("Get-Job -State suspended", "5"),
        ("Get-Job -State Running", "1 3 4"),
        ("Get-Job -Command 'LS -L'", "1"),
        ("Get-Job -Command sleep*, make*", "2 4 5"),
        ("Get-Job -Command sleep", ""),
        ("Get-Job -Filter @{State='Running'; Location='localhost'}", "1 4"),
        ("Get-Job -Filter @{Location='web*'}", "3"),
        ("Get-Job -Filter @{Id=2}", "2"),
        ("Get-Job -Filter @{HasMoreData=$true}", ""),
        ("Get-Job -Name * -State Failed", "2"),
        # Get-Job's own
        ("Get-Job -IncludeChildJob", "1 2 3 3.1 3.2 4 5"),
        ("Get-Job -IncludeChildJobs 3", "3 3.1 3.2"),
        ("Get-Job 3 -ChildJobState Running", "3 3.1 3.2"),
        ("Get-Job 3 -ChildJobState Failed -IncludeChildJob", "3"),
        ("Get-Job -HasMoreData $false", "1 2 3 4 5"),
        ("Get-Job -HasMoreData $true", ""),
    ],
)
def test_what_is_meant(shell: TestShell, text: str, found: str) -> None:
    assert ids(shell, text) == (found.split(), [])


@pytest.mark.parametrize(
    ("text", "found", "errors"),
    [
        ("Get-Job 9", "", ["JobWithSpecifiedSessionNotFound"]),
        ("Get-Job -Id 1, 9, 8", "1", ["JobWithSpecifiedSessionNotFound"] * 2),
        ("Get-Job nothing, build, neither", "2", ["JobWithSpecifiedNameNotFound"] * 2),
        ("Get-Job -Name no*", "", []),
        ("Get-Job 3.9", "", ["JobWithSpecifiedSessionNotFound"]),
        (f"Get-Job -InstanceId {'0' * 32}", "", ["JobWithSpecifiedInstanceIdNotFound"]),
        ("Receive-Job 9", "", ["JobWithSpecifiedSessionNotFound"]),
        ("Wait-Job -Name nothing", "", ["JobWithSpecifiedNameNotFound"]),
        ("Stop-Job -Id 9 -PassThru", "", ["JobWithSpecifiedSessionNotFound"]),
        ("Remove-Job nothing", "", ["JobWithSpecifiedNameNotFound"]),
        ("Suspend-Job 9", "", ["JobWithSpecifiedSessionNotFound"]),
        ("Resume-Job no*", "", []),
        ("Stop-Job -State Blocked", "", []),
    ],
)
def test_a_literal_that_is_not_there_is_an_error_each_and_a_pattern_is_none(
    shell: TestShell, text: str, found: str, errors: list[str]
) -> None:
    assert ids(shell, text) == (found.split(), errors)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Get-Job -Id 1 -Name build", "-Name does not go together with -Id"),
        ("Stop-Job 1 -InstanceId " + "0" * 32, "takes no argument here"),
        ("Get-Job -Id build", "-Id"),
        ("Get-Job -InstanceId xyz", "'xyz' is not an InstanceId"),
        ("Get-Job -State Sleeping", "'Sleeping' is not one of its values"),
        ("Get-Job -Filter @{Colour='red'}", "a job has no property Colour"),
        ("Get-Job -Newest -1", "cannot be negative"),
        ("Stop-Job -Filter @{}", "-Filter names no property"),
        ("Stop-Job @{}", "-Filter names no property"),
        ("Stop-Job $nothing", "$null is not a job"),
        ("Stop-Job -Name $nothing", "the name of a job is missing"),
        ("Stop-Job -Id $nothing", "not a job id"),
        ("Stop-Job -State $nothing", "-State"),
        ("Stop-Job -InstanceId $nothing", "is not an InstanceId"),
        ("Stop-Job -Filter $nothing", "is not a hashtable"),
        ("Stop-Job ''", "is not a job"),
        ("Stop-Job", "which job?"),
        ("Remove-Job", "which job?"),
        ("Wait-Job -Timeout -5 *", "the time cannot be negative"),
        ("Receive-Job -Wait -TimeoutSec -5 *", "the time cannot be negative"),
        ("Stop-Job -Grace -1 *", "the time cannot be negative"),
        ("Get-Job -Before soon", "-Before"),
    ],
)
def test_what_does_not_go_is_one_error_and_nothing_is_done(
    shell: TestShell, engine: FakeEngine, text: str, message: str
) -> None:
    try:
        said: list[str] = [error.message for error in run(shell.run(text)).errors]
    except JobshError as error:
        said = [error.message]
    assert len(said) == 1
    assert message in said[0]
    assert engine.stops == []
    assert engine.removed == []


def test_an_instance_id_may_have_dashes(shell: TestShell, engine: FakeEngine) -> None:
    id = engine.job(JobId(2)).instance_id
    dashed = f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}".upper()
    assert ids(shell, f"Get-Job -InstanceId {dashed}")[0] == ["2"]
    assert ids(shell, f"Get-Job '{{{dashed}}}'")[1] == ["JobWithSpecifiedNameNotFound"]
    assert ids(shell, f"Get-Job {dashed}")[0] == ["2"]


def test_a_session_is_no_job_although_it_has_an_id(shell: TestShell, engine: FakeEngine) -> None:
    said = run(shell.run("New-Session web01 | Stop-Job"))
    assert "cannot take" in said.errors[0].message or "is not a job" in said.errors[0].message
    assert engine.stops == []


def test_before_after_and_newest(shell: TestShell, engine: FakeEngine) -> None:
    async def main() -> Ran:
        for number, ended in ((1, 1000.0), (2, 3000.0), (4, 2000.0)):
            await engine.finish(JobId(number), ended=ended)
        shell.interpreter.set_variable("at", local_time(2000.0))
        return await shell.run(
            "(Get-Job -After $at).Id; '-'; (Get-Job -Before $at).Id; '-'; (Get-Job -Newest 2).Id; '-';"
            " (Get-Job -Newest 0).Count; '-'; (Get-Job -Newest 4).Id; '-'; (Get-Job -After $at.AddHours(-1) -Before $at).Id"
        )

    assert run(main()).out.split() == ["2", "-", "1", "-", "2", "4", "-", "0", "-", "1", "2", "3", "4", "-", "1"]


def test_children_are_never_removed_alone(shell: TestShell, engine: FakeEngine) -> None:
    assert ids(shell, "Remove-Job 3.1 -Force")[1] == ["CannotRemoveJob"]
    assert ids(shell, "Remove-Job Job3.1 -Force")[1] == ["CannotRemoveJob"]
    assert ids(shell, "Remove-Job *.1 -Force")[1] == []
    assert engine.removed == []
    assert ids(shell, "Remove-Job -State Running") == ([], ["JobObjectNotFinishedCannotBeRemoved"] * 3)
    assert ids(shell, "Remove-Job -Command make*")[1] == []
    assert engine.removed == [JobId(2)]

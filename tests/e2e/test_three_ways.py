"""The three ways to run a job on a host, as a reader of about_Remote_Jobs would do them: line by line, from -c and from scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.user import User
from tests.processes import await_condition
from tests.sshd import SshdFarm

HEADER = ["Id", "Name", "PSJobTypeName", "State", "HasMoreData", "Location", "Command"]

Run = Callable[[User, str], str]
WAYS: list[Run] = [User.runs, User.runs_script]
NAMES = ["-c", "script"]


def rows(table: str) -> list[list[str]]:
    """The cells of a table, its header and rule left out."""
    lines = [line.split() for line in table.splitlines() if line.strip()]
    assert lines[0] in (HEADER, [*HEADER, "PSComputerName"]), table
    return lines[2:]


@pytest.mark.parametrize("run", WAYS, ids=NAMES)
def test_enter_and_start(farm: SshdFarm, user: User, other_user: User, run: Run) -> None:
    log = farm.home(1) / "ps.log"
    table = run(
        user,
        f"""
        Enter-Session -ComputerName web01
        $job = Start-Job {{ journalctl -n 20 || dmesg | tail; sleep 2; echo done }}
        Get-Job $job
        Wait-Job $job | Out-Null
        Receive-Job $job > {log} 2> $null
        Exit-Session
        """,
    )
    (row,) = rows(table)
    assert (row[0], row[2], row[3], row[5]) == ("1", "BackgroundJob", "Running", "localhost")
    assert "journalctl -n 20" in table
    assert log.read_text().endswith("done\n")

    for somebody in (user, other_user):
        (row,) = rows(run(somebody, "Enter-Session web01; Get-Job; Exit-Session"))
        assert (row[0], row[3], row[4]) == ("1", "Completed", "False")
    assert user.runs("Get-Job") == ""


@pytest.mark.parametrize("run", WAYS, ids=NAMES)
def test_results_come_home(user: User, run: Run) -> None:
    said = run(
        user,
        """
        Invoke-Command -ComputerName web01,web02 -ScriptBlock { uptime } -AsJob -JobName up
        Get-Job; Wait-Job up; $results = Receive-Job -Name up; $results[0].ComputerName
        $results.Count
        """,
    )
    assert said.splitlines()[-2:] == ["web01", "2"]
    assert said.count(HEADER[0] + " ") >= 1
    assert "up " in said
    assert "RemoteJob" in said
    assert "web01,web02" in said
    children = rows(user.runs("Get-Job up -IncludeChildJob"))
    assert [(row[0], row[-2]) for row in children] == [("1", "web01,web02"), ("1.1", "web01"), ("1.2", "web02")]


@pytest.mark.parametrize("run", WAYS, ids=NAMES)
def test_results_stay_there(farm: SshdFarm, user: User, other_user: User, run: Run) -> None:
    there = farm.home(1) / "r.txt"
    said = run(
        user,
        f"""
        $s = New-Session -ComputerName web01
        Invoke-Command -Session $s {{ Start-Job {{ echo first }} }} | Out-Null
        $job = Invoke-Command -Session $s {{ Start-Job {{ seq 5; sleep 1; echo end }} }}
        Invoke-Command -Session $s {{ Get-Job }}
        $job | Wait-Job | Out-Null
        $r = Invoke-Command -Session $s {{ Receive-Job 2 -Keep }}
        $r -join ','
        $r[0].ComputerName
        Invoke-Command -Session $s {{ Receive-Job 2 > {there} }}
        """,
    )
    table, results, host = said.rstrip("\n").rsplit("\n", 2)
    assert [(row[0], row[5], row[-1]) for row in rows(table)] == [
        ("1", "localhost", "web01"),
        ("2", "localhost", "web01"),
    ]
    assert (results, host) == ("1,2,3,4,5,end", "web01")
    assert there.read_text() == "1\n2\n3\n4\n5\nend\n"

    again = "$s = New-Session web01; Invoke-Command -Session $s { Receive-Job 2 -Keep }; Invoke-Command -Session $s { Receive-Job 1 }"
    assert run(other_user, again) == "first\n"
    assert user.runs("Get-Job") == ""


def test_a_job_object_works_from_wherever_one_is(user: User) -> None:
    said = user.runs(
        """
        $job = Invoke-Command -ComputerName web01 { Start-Job { sleep 0.2; basename $HOME } }
        Enter-Session web02
        Get-Job
        Exit-Session
        $job | Wait-Job | Out-Null
        $job.State
        Receive-Job $job
        Remove-Job $job
        Enter-Session web01; Get-Job
        """
    )
    assert said == "Completed\nweb01\n"


def test_a_session_keeps_its_shells_state_and_a_scope(farm: SshdFarm, user: User) -> None:
    said = user.runs(
        """
        $s = New-Session web01
        Invoke-Command -Session $s { cd /usr/lib; A='1 2'; export B=3; f() { echo "f $A"; } }
        Invoke-Command -Session $s { pwd; f; echo "$B" }
        Invoke-Command -Session $s { $x = 5; $x }
        Invoke-Command -Session $s { $x + 1 }
        """
    )
    assert said == "/usr/lib\nf 1 2\n3\n5\n6\n"


def test_variables_with_jobs_and_sessions_are_live(user: User) -> None:
    said = user.runs(
        """
        $job = Invoke-Command -ComputerName web01 { sleep 1; echo done } -AsJob
        $job.State
        while ($job.State -eq 'Running') { Start-Sleep 0.1 }
        $job.State; $job.HasMoreData
        Receive-Job $job
        $job.HasMoreData
        """
    )
    assert said == "Running\nCompleted\nTrue\ndone\nFalse\n"


def test_a_session_with_a_running_job_is_disconnected_when_its_front_end_ends(user: User) -> None:
    user.runs(
        """
        $s = New-Session web01 -Name busy; New-Session web02 -Name idle | Out-Null
        $job = Invoke-Command -Session $s { sleep 60 } -AsJob
        while ((Get-Job -Id 1.1).State -ne 'Running') { Start-Sleep 0.05 }
        """
    )
    assert user.runs('Get-Session | % { "$($_.Name) $($_.State)" }') == "busy Disconnected\n"
    assert rows(user.runs("Get-Job"))[0][3] == "Running"
    user.runs("Get-Job | Stop-Job")
    assert rows(user.runs("Get-Job"))[0][3] == "Stopped"
    await_condition(lambda: user.runs("Get-Session") == "", what="the session went with its last job")

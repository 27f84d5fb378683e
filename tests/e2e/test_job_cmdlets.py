"""The job cmdlets as a user meets them: pauses seen from everywhere, what a job starts with, signals, another user."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.user import User
from tests.processes import await_condition, kill
from tests.sshd import SshdFarm

_TICKS = "while :; do echo tick; sleep 0.05; done"


def _state(user: User, job: str = "1") -> str:
    return user.runs(f"(Get-Job {job}).State").strip()


def test_a_suspended_job_is_seen_from_everywhere_and_goes_on_where_it_stood(user: User) -> None:
    user.runs(
        f"Start-Job {{ {_TICKS} }} | Out-Null; while (-not (Get-Job 1).HasMoreData) {{ Start-Sleep 0.02 }}; sujb 1"
    )
    kill(user.engine_pid())
    assert _state(user) == "Suspended"
    before = user.runs("(Receive-Job 1 -Keep | Measure-Object).Count")
    assert user.runs("(Receive-Job 1 -Keep | Measure-Object).Count") == before
    said = user.says("-c", "(Wait-Job 1).State")
    assert said.out == "Suspended\n"
    assert "Wait-Job -Force waits on" in said.err
    assert user.says("-c", "Remove-Job 1").status == 1
    user.runs("bg %1")
    await_condition(
        lambda: int(user.runs("(Receive-Job 1 -Keep | Measure-Object).Count")) > int(before), what="it goes on"
    )
    said = user.says("-c", "Suspend-Job 1 | Out-Null; Stop-Job 1 -Verbose; (Get-Job 1).State")
    assert said.out == "Stopped\n"
    assert ", 0 processes left" in said.err


def test_a_job_of_a_host_and_a_fan_out_stand_still(user: User, farm: SshdFarm) -> None:
    user.ssh_config = farm.ssh_config
    text = f"""
        $s = New-Session web01
        Invoke-Command -Session $s {{ Start-Job {{ setsid sh -c '{_TICKS}' & wait }} }} | Out-Null
        $f = Invoke-Command -ComputerName web01, web02 {{ sleep 0.3; echo done }} -AsJob -JobName f
        Suspend-Job f | Out-Null
        (Get-Job f).ChildJobs.State
        (Invoke-Command -Session $s {{ Suspend-Job 1 }}).State
        (Invoke-Command -Session $s {{ Get-Job 1 }}).State
        (Invoke-Command -Session $s {{ Stop-Job 1 -PassThru }}).State
        Resume-Job f | Out-Null
        Receive-Job f -Wait | Sort-Object
        (Get-Job f).State
    """
    out = user.runs(text).split()
    assert out[:5] == ["Suspended", "Suspended", "Suspended", "Suspended", "Stopped"]
    assert [word for word in out if word.endswith("done")] == ["done", "done"]
    assert out[-1] == "Completed"


def test_signals_as_in_other_shells(user: User) -> None:
    user.runs("Start-Job { trap 'echo got INT; exit 5' INT; echo up; while :; do sleep 0.05; done } | Out-Null")
    await_condition(lambda: "up" in user.runs("Receive-Job 1 -Keep"), what="it is up")
    user.runs("kill -INT %1")
    said = user.says("-c", "Receive-Job 1 -Wait; (Get-Job 1).ExitCode")
    assert (said.out, "exit status 5" in said.err) == ("up\ngot INT\n5\n", True)
    user.runs("Start-Job { trap '' TERM; echo up; while :; do sleep 0.05; done } | Out-Null")
    await_condition(lambda: "up" in user.runs("Receive-Job 2 -Keep"), what="it is up")
    assert user.runs("kill -9 %2; (Get-Job 2).State") == "Stopped\n"


def test_what_a_job_starts_with(user: User, farm: SshdFarm) -> None:
    user.ssh_config = farm.ssh_config
    (user.home / "a b").mkdir()
    (user.home / "s.py").write_text("import os, sys\nprint(sys.argv[1:], os.environ['V'])\n")
    text = """
        Start-Job { echo "$PWD|$V"; f } { f() { echo fun; }; echo first } -WorkingDirectory 'a b' -Environment @{V='1 $(id)'} | Receive-Job -Wait
        Start-Job -FilePath s.py -ArgumentList 'x y', 2 -Environment @{V='v'} | Receive-Job -Wait
        Start-Job { param($a) "$a $x" } { $x = 5; 'init' } -ArgumentList 7 | Receive-Job -Wait
        Enter-Session web01
        Start-Job { pwd } -WorkingDirectory /usr | Receive-Job -Wait
        Start-Job { "$(Get-Location)" } -WorkingDirectory /usr | Receive-Job -Wait
        Start-Job { pwd } -WorkingDirectory /no/where
        (Get-Job).Count
    """
    said = user.says("-c", text)
    assert said.out == f"first\n{user.home}/a b|1 $(id)\nfun\n['x y', '2'] v\ninit\n7 5\n/usr\n/usr\n1\n"
    assert "there is no directory /no/where" in said.err


@pytest.fixture
def sudo(user: User) -> Path:
    """A sudo that lets everything happen as this user, and writes down what it was asked; an id that says we are not root."""
    tools = user.home / "tools"
    tools.mkdir()
    asked = user.home / "asked"
    (tools / "sudo").write_text(
        f'#!/bin/sh\necho "$*" >>{asked}\ncase "$*" in *forbidden*) echo "sudo: a password is required" >&2; exit 1;; esac\n'
        'while [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
    )
    (tools / "id").write_text('#!/bin/sh\ncase "$*" in -un) echo me;; -u) echo 1000;; *) echo 1001;; esac\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    user.environment["PATH"] = f"{tools}:{user.environment['PATH']}"
    return asked


def test_another_user_by_sudo_that_asks_nothing(user: User, sudo: Path) -> None:
    text = (
        "$secret = 'pass word'; $j = Start-Job { echo \"$1|$using:secret\"; sleep 300 & sleep 300 } -Credential bob -Args a"
        "; while (-not (Get-Job 1).HasMoreData) { Start-Sleep 0.02 }; Receive-Job 1"
        "; (Suspend-Job 1).State; Stop-Job 1 -PassThru | % State"
    )
    assert user.runs(text) == "a|pass word\nSuspended\nStopped\n"
    asked = sudo.read_text()
    assert "-n" in asked
    assert "-u bob -- env JOBSH_JOB=" in asked
    assert "JOBSH_USING_secret" in asked
    assert "pass word" not in asked
    said = user.says("-c", "Start-Job { id } -Credential forbidden; (Get-Job).Count")
    assert said.out == "1\n"
    assert "the job cannot run as forbidden: sudo: a password is required" in said.err


def test_another_user_as_root_can(user: User) -> None:
    user.environment["SECRET"] = "s"
    said = user.says(
        "-c",
        "Start-Job { id -un; echo \"$HOME|$A|$SECRET\" } -Credential nobody -Environment @{A='x  y'} | Receive-Job -Wait",
    )
    if os.geteuid() == 0:
        assert said.out.splitlines()[0] == "nobody"
        assert said.out.endswith("|x  y|\n")
    else:
        assert "the job cannot run as nobody" in said.err

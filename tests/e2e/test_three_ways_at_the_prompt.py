"""The three ways once more, typed at the prompt in a terminal and read from its screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.e2e.user import User
from tests.screen import Screen, screen
from tests.sshd import SshdFarm


@pytest.fixture
def prompt(user: User) -> Iterator[Screen]:
    with screen(user.command(), user.environment, str(user.home)) as terminal:
        terminal.wait_line("jobsh ~>")
        yield terminal


def typed(prompt: Screen, line: str, then: str = "jobsh ~>") -> str:
    """Type a line and wait for the next prompt; what was shown between."""
    before = prompt.all_text.count("\n")
    prompt.enter(line)
    prompt.wait(lambda: prompt.all_text.count("\n") > before and prompt.line == then, f"{then} after {line}")
    return "\n".join(prompt.all_text.split("\n")[before + 1 : -1])


def test_enter_and_start(farm: SshdFarm, prompt: Screen) -> None:
    log = farm.home(1) / "ps.log"
    typed(prompt, "Enter-Session -ComputerName web01", "web01 ~>")
    typed(prompt, "$job = Start-Job { journalctl -n 20 || dmesg | tail; sleep 2; echo done }", "web01 ~>")
    shown = typed(prompt, "Get-Job $job", "web01 ~>")
    assert re.search(r"^1 +Job1 +BackgroundJob +Running +(True|False) +localhost +journalctl", shown, re.MULTILINE)
    typed(prompt, "Wait-Job $job", "web01 ~>")
    typed(prompt, f"Receive-Job $job > {log}", "web01 ~>")
    assert log.read_text().endswith("done\n")
    typed(prompt, "Exit-Session")
    typed(prompt, "Enter-Session web01", "web01 ~>")
    assert "Completed" in typed(prompt, "Get-Job", "web01 ~>")


def test_results_come_home(prompt: Screen) -> None:
    shown = typed(prompt, "Invoke-Command -ComputerName web01,web02 -ScriptBlock { uptime } -AsJob -JobName up")
    assert re.search(r"^1 +up +RemoteJob +Running", shown, re.MULTILINE)
    shown = typed(prompt, "Get-Job; Wait-Job up; $results = Receive-Job -Name up; $results[0].ComputerName")
    assert re.search(r"^1 +up +RemoteJob +Completed +True +web01,web02", shown, re.MULTILINE)
    assert re.search(r"^web0[12]$", shown, re.MULTILINE)


def test_results_stay_there(farm: SshdFarm, prompt: Screen) -> None:
    there = farm.home(1) / "r.txt"
    typed(prompt, "$s = New-Session -ComputerName web01")
    typed(prompt, "Invoke-Command -Session $s { Start-Job { echo first } }")
    shown = typed(prompt, "Invoke-Command -Session $s { Start-Job { seq 5; sleep 1; echo end } }")
    assert re.search(r"^2 +Job2 +BackgroundJob +Running +\w+ +localhost", shown, re.MULTILINE)
    shown = typed(prompt, "Invoke-Command -Session $s { Get-Job }")
    assert re.search(r"^1 +Job1 ", shown, re.MULTILINE)
    typed(prompt, "Invoke-Command -Session $s { Wait-Job 2 }")
    typed(prompt, "$r = Invoke-Command -Session $s { Receive-Job 2 -Keep }")
    assert typed(prompt, "$r -join ','").endswith("1,2,3,4,5,end")
    typed(prompt, f"Invoke-Command -Session $s {{ Receive-Job 2 > {there} }}")
    assert there.read_text() == "1\n2\n3\n4\n5\nend\n"


def test_leaving_says_which_jobs_go_on(user: User, prompt: Screen) -> None:
    typed(prompt, "Start-Job -Name long { sleep 60 }")
    prompt.enter("exit")
    prompt.wait_end()
    assert "long" in prompt.all_text.split("exit")[-1]
    assert user.runs("(Get-Job long).State") == "Running\n"
    user.runs("Stop-Job long")


def test_the_end_of_a_job_is_told(user: User, prompt: Screen) -> None:
    gate = user.home / "gate"
    typed(prompt, f"Start-Job -Name waiting {{ until [ -e {gate} ]; do sleep 0.05; done }} | Out-Null")
    prompt.type("echo half")
    prompt.wait_line("jobsh ~> echo half")
    gate.touch()
    prompt.wait(lambda: "waiting" in prompt.text.split("Out-Null")[-1], "the end is told")
    prompt.wait_line("jobsh ~> echo half")

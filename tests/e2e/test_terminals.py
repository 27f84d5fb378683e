"""Several terminals of one user: the same jobs, news for all; leaving sessions; engines that are killed under prompts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.user import User
from tests.processes import await_condition, kill
from tests.screen import Screen, screen
from tests.sshd import SshdFarm, sshd_farm


@pytest.fixture
def farm() -> Iterator[SshdFarm]:
    """Hosts on which no job ever ran."""
    with sshd_farm(2) as running:
        yield running


@contextmanager
def terminal(user: User) -> Iterator[Screen]:
    """A prompt in a terminal of its own."""
    with screen(user.command(), user.environment, str(user.home)) as shown:
        shown.wait_line("jobsh ~>")
        yield shown


@pytest.fixture
def prompt(user: User) -> Iterator[Screen]:
    with terminal(user) as shown:
        yield shown


@pytest.fixture
def other(user: User, prompt: Screen) -> Iterator[Screen]:
    """A second terminal of the same user."""
    with terminal(user) as shown:
        yield shown


def typed(prompt: Screen, line: str, then: str = "jobsh ~>") -> str:
    """Type a line and wait for the next prompt; what was shown between."""
    before = prompt.all_text.count("\n")
    prompt.enter(line)
    prompt.wait(lambda: prompt.all_text.count("\n") > before and prompt.line == then, f"{then} after {line}")
    return "\n".join(prompt.all_text.split("\n")[before + 1 : -1])


def kill_engine(user: User) -> None:
    """Kill -9, and wait until the last thread of it let go of its files; a prompt may have started the next one by then."""
    pid = user.engine_pid()
    kill(pid)
    await_condition(lambda: str(pid) not in user.says("engine", "status").out.split(), what="that engine is gone")


# -- two terminals --


def test_a_job_of_one_terminal_is_everybodys(prompt: Screen, other: Screen) -> None:
    typed(prompt, "$j = Start-Job -Name shared { echo said; sleep 1000 }")
    typed(prompt, "$j | Receive-Job -Keep | Out-Null")
    assert re.search(r"^1 +shared +BackgroundJob +Running", typed(other, "Get-Job"), re.MULTILINE)
    assert typed(other, "Receive-Job shared") == "said"
    assert typed(prompt, "$j.HasMoreData") == "False"
    prompt.type("echo half")
    prompt.wait_line("jobsh ~> echo half")
    typed(other, "Stop-Job 1")
    for shown in (prompt, other):
        shown.wait_for("[1] Stopped shared: echo said")
    prompt.wait_line("jobsh ~> echo half")


def test_the_end_of_a_hosts_job_is_told_in_all_terminals(user: User, prompt: Screen, other: Screen) -> None:
    gate = user.home / "gate"
    wait = f"until [ -e {gate} ]; do sleep 0.05; done; exit 3"
    typed(prompt, "$s = New-Session web01")
    typed(prompt, f"Invoke-Command -Session $s {{ Start-Job -Name there {{ {wait} }} }} | Out-Null")
    gate.touch()
    for shown in (prompt, other):
        shown.wait_for("[1] Failed (exit status 3) there on web01: until [ -e ")


def test_a_fan_out_of_one_terminal_is_received_in_the_other(prompt: Screen, other: Screen) -> None:
    typed(prompt, "$j = Invoke-Command -ComputerName web01,web02 { echo up } -AsJob")
    typed(other, "Wait-Job 1 | Out-Null")
    for shown in (prompt, other):
        shown.wait_for("[1] Completed Job1: echo up")
        shown.wait_line("jobsh ~>")
    assert sorted(typed(other, "Receive-Job 1").split("\n")) == ["web01: up", "web02: up"]
    assert typed(prompt, "$j.HasMoreData") == "False"


# -- sessions and the jobs in them --


def test_the_end_of_a_job_of_a_host_that_was_left_is_told(user: User, prompt: Screen) -> None:
    gate = user.home / "gate"
    typed(prompt, "Enter-Session web02", "web02 ~>")
    typed(prompt, "$one = Start-Job { true }; Wait-Job $one | Out-Null", "web02 ~>")
    prompt.wait_for("[1] Completed Job1 on web02: true")
    prompt.wait_line("web02 ~>")
    typed(prompt, f"$two = Start-Job {{ until [ -e {gate} ]; do sleep 0.05; done }}", "web02 ~>")
    assert typed(prompt, "exit") == "on web02 1 job goes on: 2 (Job2)"
    prompt.type("echo half")
    prompt.wait_line("jobsh ~> echo half")
    gate.touch()
    prompt.wait_for("[2] Completed Job2 on web02: until [ -e ")
    prompt.wait_line("jobsh ~> echo half")
    typed(prompt, "", "jobsh ~>")
    prompt.type("\x04")
    prompt.wait_end()
    assert prompt.text.count("on web02 1 job goes on") == 1


def test_leaving_the_shell_says_which_jobs_go_on_where(prompt: Screen) -> None:
    typed(prompt, "$here = Start-Job -Name here { sleep 1000 }")
    typed(prompt, "Enter-Session web01", "web01 ~>")
    typed(prompt, "$a = Start-Job -Name a { sleep 1000 }; $b = Start-Job -Name b { sleep 1000 }", "web01 ~>")
    prompt.type("\x04")
    prompt.wait_line("jobsh ~>")
    assert prompt.text.endswith("\non web01 2 jobs go on: 1 (a), 2 (b)\njobsh ~>\n")
    typed(prompt, "Enter-Session web01; Stop-Job a; exit")
    told = "\n[1] Stopped a on web01: sleep 1000\njobsh ~>\n"
    prompt.wait(lambda: prompt.text.endswith(told), "the news of the end")
    prompt.type("\x04")
    prompt.wait_end()
    assert prompt.text.endswith("\n1 job goes on: 1 (here)\non web01 1 job goes on: 2 (b)\n")


def test_a_script_says_nothing_of_jobs_that_go_on(user: User) -> None:
    text = "Enter-Session web01; $j = Start-Job { sleep 1000 }; exit; $k = Start-Job { sleep 1000 }"
    assert user.runs(text) == ""


def test_a_session_with_running_jobs_is_disconnected_and_taken_over(user: User) -> None:
    gate = user.home / "gate"
    wait = f"until [ -e {gate} ]; do sleep 0.05; done"
    user.runs(
        "$a, $b = New-Session web01,web02 -Name a,b; $c = New-Session web02 -Name c;"
        f"Invoke-Command -Session $a,$b {{ cd /usr }}; Invoke-Command -Session $a,$b {{ Start-Job {{ {wait} }} }} | Out-Null"
    )
    assert user.runs('Get-Session | % { "$($_.Id) $($_.Name) $($_.State)" }') == "1 a Disconnected\n2 b Disconnected\n"
    text = "Connect-Session a | Out-Null; Invoke-Command -Session (Get-Session a) { pwd }; (Get-Session a).State"
    assert user.runs(text) == "/usr\nOpened\n"
    assert user.runs("Get-Session | % State") == "Disconnected\n" * 2
    assert user.runs("Enter-Session -Name b; pwd; (Get-Session b).State; Exit-Session") == "/usr\nOpened\n"
    assert user.runs("Remove-Session -Name a; Get-Session | % Name") == "b\n"
    assert user.runs("Enter-Session web01; Get-Job | % State") == "Running\n"
    gate.touch()
    user.runs("while (Get-Session) { Start-Sleep 0.05 }")


def test_a_child_job_that_did_not_begin_yet_begins_in_its_session(user: User) -> None:
    gate = user.home / "gate"
    wait = f"until [ -e {gate} ]; do sleep 0.05; done"
    text = (
        "$s = New-Session web01,web02; Invoke-Command -Session $s { cd /usr; kept=7 };"
        f"Invoke-Command -Session $s {{ {wait}; echo $PWD $kept }} -AsJob -ThrottleLimit 1 | Out-Null"
    )
    user.runs(text)
    assert user.runs("(Get-Job 1).ChildJobs | % State; Get-Session | % State") == (
        "Running\nNotStarted\nDisconnected\nDisconnected\n"
    )
    gate.touch()
    assert user.runs('Receive-Job 1 -Wait | % { "$_" }') == "/usr 7\n" * 2
    user.runs("while (Get-Session) { Start-Sleep 0.05 }")


# -- engines that are killed --


def test_an_entered_session_goes_on_with_the_next_engine(user: User, prompt: Screen) -> None:
    typed(prompt, "Enter-Session web01", "web01 ~>")
    typed(prompt, 'cd /usr; kept=7; f() { echo "f $1"; }', "web01 /usr>")
    typed(prompt, "$n = 5", "web01 /usr>")
    kill_engine(user)
    assert typed(prompt, "f $kept; f $n", "web01 /usr>") == "f 7\nf 5"
    typed(prompt, "cd share", "web01 /usr/share>")
    kill_engine(user)
    assert typed(prompt, "pwd", "web01 /usr/share>") == "/usr/share"
    typed(prompt, "exit")
    assert typed(prompt, "Get-Session") == ""


def test_what_is_in_flight_ends_with_one_error(user: User, prompt: Screen) -> None:
    typed(prompt, "Enter-Session web01", "web01 ~>")
    typed(prompt, "cd /usr", "web01 /usr>")
    prompt.enter("echo ready; sleep 1000")
    prompt.wait_for("\nready\n")
    kill_engine(user)
    prompt.wait_line("web01 /usr>")
    assert prompt.text.count("the engine went away") == 1
    assert typed(prompt, "pwd", "web01 /usr>") == "/usr"


def test_sessions_in_variables_go_on_and_their_numbers_are_nobody_elses(
    user: User, prompt: Screen, other: Screen
) -> None:
    typed(prompt, "$s = New-Session web01 -Name mine; Invoke-Command -Session $s { cd /usr }")
    typed(prompt, "Invoke-Command -Session $s { Start-Job { sleep 1000 } } | Out-Null")
    kill_engine(user)
    typed(other, "$t = New-Session web02 -Name theirs")
    assert typed(other, "$t.Id") == "2"
    assert typed(prompt, "Invoke-Command -Session $s { pwd }; $s.Id; $s.State") == "/usr\n1\nOpened"
    assert typed(prompt, "(Get-Session).Name -join ','") == "mine,theirs"
    assert typed(prompt, "(Invoke-Command -Session $s { Get-Job }).State") == "Running"
    typed(prompt, "Invoke-Command -Session $s { Stop-Job 1 }")
    for shown in (prompt, other):
        shown.wait_for("[1] Stopped Job1 on web01: sleep 1000")


def test_waiting_for_a_job_of_a_session_goes_on_with_the_next_engine(user: User, prompt: Screen) -> None:
    gate = user.home / "gate"
    typed(prompt, "Enter-Session web01", "web01 ~>")
    text = f"echo one; until [ -e {gate} ]; do sleep 0.05; done; echo two"
    prompt.enter(f"Start-Job {{ {text} }} | Receive-Job -Wait")
    prompt.wait_for("\none\n")
    kill_engine(user)
    gate.touch()
    prompt.wait_for("\ntwo\n")
    prompt.wait_line("web01 ~>")
    assert "the engine" not in prompt.text


def test_stopping_the_engine_keeps_the_sessions_of_prompts(user: User, prompt: Screen) -> None:
    typed(prompt, "Enter-Session web01", "web01 ~>")
    typed(prompt, "cd /usr; kept=7", "web01 /usr>")
    assert user.says("engine", "restart").status == 0
    assert typed(prompt, "echo $kept", "web01 /usr>") == "7"


def test_a_script_goes_on_in_its_session(user: User) -> None:
    gate = user.home / "gate"
    text = (
        "$s = New-Session web01; Invoke-Command -Session $s { cd /usr }; echo ready;"
        f"until [ -e {gate} ]; do sleep 0.05; done; Invoke-Command -Session $s {{ pwd }}"
    )
    process = user.start("-c", text)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    kill_engine(user)
    gate.touch()
    assert process.communicate(timeout=60) == (b"/usr\n", b"")
    assert process.returncode == 0

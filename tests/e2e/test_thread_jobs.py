"""Jobs of jobsh code: in the shell that typed them, seen from other terminals, through kills; records of jobs with a process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.user import JOBSH, User, running
from tests.processes import await_condition, kill
from tests.screen import Screen, screen
from tests.sshd import SshdFarm, private_environment


def kept(seconds: int) -> str:
    """A job that runs a program, and one that waits for its place."""
    first = f"Start-ThreadJob -Name kept {{ 'begun'; sleep {seconds}; 'never' }}"
    return f"{first} | Out-Null; Start-ThreadJob -Name queued {{ 1 }} -ThrottleLimit 1 | Out-Null"


def states(user: User) -> list[str]:
    return user.runs('Get-Job | ForEach-Object { "$($_.Name) $($_.State) $($_.StatusMessage)" }').splitlines()


def test_a_killed_shell_ends_its_jobs_with_all_their_programs(user: User) -> None:
    shell = user.start("-c", f"{kept(9471)}; Start-Sleep 60")
    await_condition(lambda: running("sleep 9471") and len(states(user)) == 2)
    assert states(user) == ["kept Running ", "queued NotStarted "]
    shell.send_signal(signal.SIGKILL)
    await_condition(lambda: states(user) == ["kept Stopped its shell ended", "queued Stopped its shell ended"])
    assert not running("sleep 9471")
    assert user.runs("Receive-Job kept") == "begun\n"


def test_a_killed_engine_ends_none_of_them_and_the_next_one_stops_them(user: User) -> None:
    shell = user.start("-c", f"{kept(9472)}; Get-Job | Wait-Job | ForEach-Object State")
    await_condition(lambda: running("sleep 9472") and len(states(user)) == 2)
    kill(user.engine_pid())
    assert states(user) == ["kept Running ", "queued NotStarted "]
    assert user.runs("Stop-Job kept; Wait-Job queued | Receive-Job") == "1\n"
    out, err = shell.communicate(timeout=30)
    assert (out, err, shell.returncode) == (b"Stopped\nCompleted\n", b"", 0)
    assert not running("sleep 9472")


def test_when_engine_and_shell_are_killed_the_next_engine_knows(user: User) -> None:
    shell = user.start("-c", f"{kept(9473)}; Start-Sleep 60")
    await_condition(lambda: running("sleep 9473") and len(states(user)) == 2)
    kill(user.engine_pid())
    shell.send_signal(signal.SIGKILL)
    shell.communicate()
    assert states(user) == ["kept Stopped its shell ended", "queued Stopped its shell ended"]
    assert not running("sleep 9473")


def test_a_script_says_which_jobs_end_with_it(user: User) -> None:
    said = user.says("-c", "$j = Start-ThreadJob -Name slow { sleep 9480 }; 1")
    assert (said.out, said.status) == ("1\n", 0)
    assert "jobs that end with this jobsh: 1 (slow)" in said.err
    assert states(user) == ["slow Stopped its shell ended"]
    assert not running("sleep 9480")


def test_what_a_job_with_a_process_of_its_own_gives_are_objects_in_order(user: User) -> None:
    code = "1; @{ a = 2 }; echo three; echo four >&2; Write-Warning five; [timespan]6; Get-Date | Format-Table Year"
    text = f"Start-Job {{ {code} }} | Receive-Job -Wait -Keep 2>&1 3>&1 | ForEach-Object {{ $_.GetType().Name }}"
    # a program's own output is lines; so is what was given a format
    kinds = ["Int", "Hashtable", "Line", "Line", "StreamRecord", "TimeSpan", "Line", "Line", "Line"]
    assert user.runs(text).split() == kinds
    assert user.runs("Receive-Job 1 -Keep 2>$null 3>$null | head -c 2") == "1\n"
    user.runs("Receive-Job 1 > kept 2>$null 3>$null")
    assert (user.home / "kept").read_text().startswith("1\n\nName")


def test_bytes_of_programs_in_jobsh_code_come_back_untouched(user: User) -> None:
    (user.home / "bytes").write_bytes(os.urandom(3_000_000))
    user.runs("Start-Job { $x = 1; cat bytes } | Receive-Job -Wait > copy")
    assert (user.home / "copy").read_bytes() == (user.home / "bytes").read_bytes()


def test_an_error_that_does_not_end_a_job_is_no_failure_and_one_that_does_is(user: User) -> None:
    said = user.says("-c", "Start-Job { Write-Error bad } | Wait-Job | ForEach-Object State; Receive-Job 1")
    assert (said.out, said.status) == ("Completed\n", 1)
    assert "Write-Error: bad" in said.err
    assert user.runs("Start-Job { throw 'no' } | Wait-Job | ForEach-Object State") == "Failed\n"
    told = user.says("-c", "Receive-Job 2")
    assert (told.err.count("Receive-Job: "), told.status) == (1, 1), "once, not with its exit status again"
    assert "Receive-Job: no\n" in told.err
    assert "job 2 (Job2) failed: exit status 1" in user.says("-c", "Receive-Job 2").err, "what it said was received"
    assert user.runs("Start-Job { Get-Date | Out-Null; exit 3 } | Wait-Job | ForEach-Object ExitCode") == "3\n"


def test_a_jobs_records_are_seen_from_a_host_that_came_here(user: User) -> None:
    """Another session on this machine's spool reads the same file."""
    user.runs("Start-Job { 1 + 1; 'two' } | Wait-Job | Out-Null")
    assert user.runs("Enter-Session localhost; Receive-Job 1 | ForEach-Object { $_.GetType().Name }") == "Int\nString\n"


# -- the background operator --


def test_what_stands_before_an_ampersand_goes_on_without_the_shell(user: User) -> None:
    assert "Running" in user.runs("sleep 1 && 'late' &")
    kill(user.engine_pid())
    assert user.runs("Receive-Job 1 -Wait") == "late\n"


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("2 + 3 &", "5\n"),
        ("$x = 4; 1..2 | ForEach-Object { $_ * $x } &", "4\n8\n"),
        ("$x = 'a b'; echo \"$x\" && false || echo c &", "a b\nc\n"),
        ("$undefined, 3 &", "3\n"),
        ("$list = 1, 2; $list | ForEach-Object { $_ + 1 } > kept &", ""),
        ("cd /usr; $PWD &", "/usr\n"),
        ("echo once & Write-Output then", "once\n"),
    ],
)
def test_the_background_operator(user: User, text: str, received: str) -> None:
    user.runs(text)
    assert user.runs("Receive-Job 1 -Wait") == received


def test_a_job_here_begins_with_what_the_shell_holds_as_it_does_on_a_host(user: User) -> None:
    shell = 'mkdir deep; cd deep; f() { echo "f $1 $v $x"; }; v=plain; x=shell; set -f; alias g=f'
    text = f'{shell}\n$x = "it\'s `$x"\ng * $x &\nStart-Job {{ f b; umask; pwd }} | Receive-Job -Wait'
    (user.home / "a.jsh").write_text(f"{text}\n$j = Start-Job -Interpreter sh {{ f c }} | Wait-Job; $j.ExitCode\n")
    said = user.says("a.jsh")
    assert said.out.endswith(f"f b plain shell\n0022\n{user.home}/deep\n127\n")
    assert user.runs("Receive-Job 1 -Wait") == "f * plain it's $x\n"


def test_a_redirection_belongs_to_the_job_and_the_job_can_be_kept(user: User) -> None:
    text = (
        "$j = Write-Output kept > file &; $j.GetType().Name; $j.Command; $j | Wait-Job | Receive-Job; Get-Content file"
    )
    assert user.runs(text) == "Job\nWrite-Output kept > file\nkept\n"


# -- at the prompt --


@pytest.fixture
def environment(place: Path) -> dict[str, str]:
    """An environment of the test's own."""
    return {**private_environment(place), "PYTHONPATH": os.getcwd()}


@pytest.fixture
def prompt(environment: dict[str, str], place: Path, farm: SshdFarm) -> Iterator[Screen]:
    """A prompt."""
    with screen((*JOBSH, "-F", str(farm.ssh_config)), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        yield shown


def test_leaving_has_to_be_said_twice_where_jobs_end_with_it(prompt: Screen) -> None:
    prompt.enter("$j = Start-ThreadJob -Name slow { sleep 1000 }")
    prompt.wait_line("jobsh ~>")
    prompt.enter("exit")
    prompt.wait_for("1 job ends with this shell: 1 (slow); exit again to leave\njobsh ~>")
    prompt.enter("echo stayed")
    prompt.wait_for("\nstayed\njobsh ~>")
    prompt.type("\x04")
    prompt.wait(lambda: prompt.text.count("exit again to leave") == 2 and prompt.line == "jobsh ~>", "it is said again")
    prompt.type("\x04")
    assert prompt.wait_end() == 0


def test_ctrl_c_is_not_for_jobs_beside_the_line(prompt: Screen) -> None:
    prompt.enter("$j = Start-ThreadJob { sleep 2; 'done' }")
    prompt.wait_line("jobsh ~>")
    prompt.enter("'it sleeps'; Start-Sleep 100")
    prompt.wait_for("\nit sleeps\n")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")
    prompt.enter("$j | Receive-Job -Wait")
    prompt.wait_for("\ndone\n")


def test_an_action_speaks_above_the_line_being_typed(prompt: Screen, place: Path) -> None:
    os.mkfifo(place / "go")
    prompt.enter(f"$j = Start-Job -Name waits {{ read x < {place}/go }}")
    prompt.wait_line("jobsh ~>")
    prompt.enter(
        '$e = Register-JobEvent $j -Action { Write-Host "now $($EventArgs.JobStateInfo.State): $($Sender.Name)" }'
    )
    prompt.wait_line("jobsh ~>")
    prompt.type("echo half a li")
    prompt.wait_line("jobsh ~> echo half a li")
    (place / "go").write_text("go\n")
    prompt.wait_for("now Completed: waits")
    prompt.wait_line("jobsh ~> echo half a li")
    prompt.enter("ne")
    prompt.wait_for("\nhalf a line\n")


def test_another_terminal_lists_receives_and_stops_it(
    prompt: Screen, environment: dict[str, str], place: Path, farm: SshdFarm
) -> None:
    prompt.enter("$j = Start-ThreadJob -Name shared { 'begun'; sleep 1000 }; 'it runs'")
    prompt.wait_for("\nit runs\n")
    with screen((*JOBSH, "-F", str(farm.ssh_config)), environment, str(place)) as other:
        other.wait_line("jobsh ~>")
        other.enter('Get-Job | ForEach-Object { "$($_.Name) $($_.State) at $($_.Location)" }')
        other.wait_for("\nshared Running at jobsh\n")
        other.enter("Receive-Job shared")
        other.wait_for("\nbegun\n")
        other.wait_line("jobsh ~>")
        other.enter("Stop-Job shared; (Get-Job shared).StatusMessage")
        other.wait_for("\nstopped\n")
    prompt.wait_for("[1] Stopped shared")
    prompt.enter("$j.State")
    prompt.wait_for("\nStopped\n")
    prompt.enter("exit")  # nothing ends with it any more
    assert prompt.wait_end() == 0

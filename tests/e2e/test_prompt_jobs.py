"""Jobs and hosts at the prompt: notices, entered sessions with full-screen programs, completion, leaving."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.user import JOBSH
from tests.screen import Screen, screen
from tests.sshd import SshdFarm, private_environment

FULL_SCREEN = Path(__file__).parent / "full_screen.py"


@pytest.fixture
def environment(place: Path) -> dict[str, str]:
    """An environment of the test's own."""
    return {**private_environment(place), "PYTHONPATH": os.getcwd()}


@pytest.fixture
def prompt(environment: dict[str, str], place: Path, farm: SshdFarm) -> Iterator[Screen]:
    """A prompt that can reach the farm."""
    with screen((*JOBSH, "-F", str(farm.ssh_config)), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        yield shown


@pytest.fixture
def entered(prompt: Screen) -> Screen:
    """The same, with web01 entered."""
    prompt.enter("Enter-Session web01")
    prompt.wait_line("web01 ~>")
    return prompt


def test_a_job_that_ends_is_told_above_the_line_being_typed(prompt: Screen, place: Path) -> None:
    prompt.enter(f"$job = Start-Job {{ cat {place}/gate; exit 3 }}")
    prompt.wait_line("jobsh ~>")
    os.mkfifo(place / "go")
    prompt.enter(f"$other = Start-Job -Name waits {{ read x < {place}/go }}")
    prompt.wait(lambda: "[1] Failed" in prompt.text and prompt.line == "jobsh ~>", "the first job is told")
    prompt.type("echo half a li")
    prompt.wait_line("jobsh ~> echo half a li")
    (place / "go").write_text("go\n")
    prompt.wait_for("[2] Completed waits: read x")
    prompt.wait_line("jobsh ~> echo half a li")
    prompt.enter("ne")
    prompt.wait_for("\nhalf a line\njobsh ~>")


def test_leaving_says_which_jobs_go_on(prompt: Screen) -> None:
    prompt.enter("$one = Start-Job -Name quick { true } ; $two = Start-Job -Name slow { sleep 1000 }")
    prompt.wait_line("jobsh ~>")
    prompt.enter("Wait-Job quick | Out-Null")
    prompt.wait_for("[1] Completed quick: true")
    prompt.wait_line("jobsh ~>")
    prompt.enter("exit")
    prompt.wait_end()
    assert "1 job goes on: 2 (slow)" in prompt.text


def test_history_is_a_cmdlet_too(prompt: Screen) -> None:
    prompt.enter("echo remembered")
    prompt.wait_for("\nremembered\njobsh ~>")
    prompt.enter("Get-History | Where-Object CommandLine -like 'echo rem*' | Select-Object CommandLine")
    prompt.wait_for("\nCommandLine\n-----------\necho remembered\n")


def test_entering_and_leaving_a_host(entered: Screen, farm: SshdFarm) -> None:
    entered.enter('echo "home is $HOME"')
    entered.wait_for(f"\nhome is {farm.home(1)}\nweb01 ~>")
    entered.enter("mkdir -p deep && cd deep")
    entered.wait_line("web01 ~/deep>")
    entered.type("\x04")
    entered.wait_line("jobsh ~>")
    entered.type("\x04")
    assert entered.wait_end() == 0


def test_a_full_screen_program_on_a_host(entered: Screen) -> None:
    entered.enter(f"{sys.executable} {FULL_SCREEN}")
    entered.wait_for("size 100x30")
    entered.type("\x03")
    entered.wait_for("key 3")
    entered.resize(70, 22)
    entered.wait_for("size 70x22")
    entered.type("q")
    entered.wait_line("web01 ~>")
    entered.enter("echo still here")
    entered.wait_for("\nstill here\nweb01 ~>")


def test_an_editor_on_a_host(entered: Screen, farm: SshdFarm) -> None:
    entered.enter("vi note.txt")
    entered.wait(lambda: entered.lines[2:3] == ["~"], "vi's screen")
    entered.type("ihello from vi\x1b")
    entered.wait_for("hello from vi")
    entered.type(":wq\r")
    entered.wait_line("web01 ~>")
    entered.enter("cat note.txt")
    entered.wait_for("\nhello from vi\nweb01 ~>")
    assert (farm.home(1) / "note.txt").read_text() == "hello from vi\n"


def test_a_pager_on_a_host(entered: Screen) -> None:
    entered.enter("seq 300 | less")
    entered.wait_for("\n20\n")
    entered.type("G")
    entered.wait_for("\n300\n")
    entered.type("q")
    entered.wait_line("web01 ~>")


def test_a_password_question_of_a_program_on_a_host(entered: Screen) -> None:
    entered.enter("stty -echo; printf 'Password: '; read word; stty echo; echo; echo \"it was $word\"")
    entered.wait_line("Password:")
    entered.enter("sesame")
    entered.wait_for("\nit was sesame\nweb01 ~>")
    assert entered.text.count("sesame") == 1


def test_ctrl_c_stops_a_program_of_the_host(entered: Screen) -> None:
    entered.enter("sh -c 'echo ready; exec sleep 1000'")
    entered.wait_for("\nready\n")
    entered.type("\x03")
    entered.wait_line("web01 ~>")


def test_leaving_a_program_that_does_not_end(entered: Screen) -> None:
    entered.enter("sh -c 'trap : INT; echo ready; while :; do sleep 0.1; done'")
    entered.wait_for("\nready\n")
    entered.type("\r~.")
    entered.wait_line("web01 ~>")


def test_ctrl_c_stops_a_fan_out(prompt: Screen) -> None:
    prompt.enter("Invoke-Command -ComputerName web01,web02 { echo up; sleep 1000 }")
    prompt.wait_for("web01: up")
    prompt.wait_for("web02: up")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")


def test_impatience_does_not_hurt(prompt: Screen) -> None:
    prompt.enter("Invoke-Command -ComputerName web01,web02 { trap '' INT TERM; echo up; while :; do sleep 0.1; done }")
    prompt.wait_for("web01: up")
    prompt.type("\x03\x03")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")
    prompt.enter("'still ' + 'here'")
    prompt.wait_for("\nstill here\njobsh ~>")


def test_a_job_started_in_a_session_lives_there(entered: Screen) -> None:
    entered.enter("Start-Job -Name there { sleep 1000 }")
    entered.wait_for("there")
    entered.wait_line("web01 ~>")
    entered.type("\x04")
    entered.wait_line("jobsh ~>")
    entered.enter("@(Get-Job).Count")
    entered.wait_for("\n0\njobsh ~>")
    entered.enter("Enter-Session web01")
    entered.wait_line("web01 ~>")
    entered.enter("Stop-Job there; (Get-Job there).State; Remove-Job there")
    entered.wait_for("\nStopped\n")
    entered.wait_line("web01 ~>")


def test_completion_knows_jobs_hosts_and_files_of_the_host(prompt: Screen, farm: SshdFarm) -> None:
    prompt.type("Enter-Session web0\t")
    prompt.wait_for("web04")
    prompt.type("\x15")
    prompt.enter("$job = Start-Job -Name compile { sleep 1000 }")
    prompt.wait_line("jobsh ~>")
    prompt.type("Stop-Job -Name com\t")
    prompt.wait_line("jobsh ~> Stop-Job -Name compile")
    prompt.enter("; Remove-Job compile")
    prompt.wait_line("jobsh ~>")
    (farm.home(2) / "only here").write_text("found\n")
    prompt.enter("Enter-Session web02")
    prompt.wait_line("web02 ~>")
    prompt.type("cat onl\t")
    prompt.wait_line("web02 ~> cat only\\ here")
    prompt.enter("")
    prompt.wait_for("\nfound\nweb02 ~>")


def test_an_unknown_host_key_is_asked_once(environment: dict[str, str], place: Path, farm: SshdFarm) -> None:
    known = place / "known_hosts"
    config = place / "config"
    text = farm.ssh_config.read_text().replace(str(farm.known_hosts), str(known))
    config.write_text(text)
    config.chmod(0o600)
    with screen((*JOBSH, "-F", str(config)), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        shown.enter("Enter-Session web01")
        shown.wait_for("SHA256:")
        shown.wait_for("(yes/no)?")
        shown.enter("y")
        shown.wait_for("Please type 'yes' or 'no':")
        shown.enter("yes")
        shown.wait_line("web01 ~>")
    assert known.read_text()
    with screen((*JOBSH, "-F", str(config)), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        shown.enter("Enter-Session web01")
        shown.wait_line("web01 ~>")
        assert "SHA256" not in shown.text


def test_a_passphrase_is_asked_without_echo(environment: dict[str, str], place: Path, farm: SshdFarm) -> None:
    from tests.sshd import PASSPHRASE

    config = place / "config"
    text = farm.ssh_config.read_text().replace(
        f"IdentityFile {farm.identity}\n", f"IdentityFile {farm.encrypted_identity}\n"
    )
    config.write_text(text)
    config.chmod(0o600)
    with screen((*JOBSH, "-F", str(config)), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        shown.enter("Enter-Session web01")
        shown.wait(lambda: "passphrase" in shown.line.lower(), "the question")
        shown.enter(PASSPHRASE)
        shown.wait_line("web01 ~>")
        assert PASSPHRASE not in shown.text

"""The prompt in a real terminal, seen through a screen emulator: lines, keys, history, completion, programs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import await_condition
from tests.screen import Screen, screen
from tests.sshd import private_environment

FULL_SCREEN = Path(__file__).parent / "full_screen.py"
JOBSH = (sys.executable, "-m", "jobsh")


@pytest.fixture
def environment(place: Path) -> dict[str, str]:
    """An environment of the test's own."""
    return {**private_environment(place), "PYTHONPATH": os.getcwd()}


@pytest.fixture
def prompt(environment: dict[str, str], place: Path) -> Iterator[Screen]:
    """A prompt that waits for its first line."""
    with screen(JOBSH, environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        yield shown


def test_values_and_programs(prompt: Screen) -> None:
    prompt.enter("1 + 1; echo hello | tr a-z A-Z")
    prompt.wait_for("\n2\nHELLO\njobsh ~>")


def test_an_error_has_a_caret_and_the_shell_goes_on(prompt: Screen) -> None:
    prompt.enter("1; Get-Jbo")
    prompt.wait_for("\njobsh: there is no command Get-Jbo\n  1; Get-Jbo\n     ^^^^^^^\n")
    prompt.enter("'still here'")
    prompt.wait_for("\nstill here\njobsh ~>")


def test_a_block_takes_several_lines(prompt: Screen) -> None:
    prompt.enter("foreach ($x in 1..2) {")
    prompt.wait_line("      >>")
    prompt.enter('"number $x"')
    prompt.enter("}")
    prompt.wait_for("\nnumber 1\nnumber 2\njobsh ~>")


def test_a_quote_of_the_shell_takes_several_lines(prompt: Screen) -> None:
    prompt.enter("echo 'one")
    prompt.wait_line("      >>")
    prompt.enter("two'")
    prompt.wait_for("\none\ntwo\njobsh ~>")


def test_the_line_is_coloured(prompt: Screen) -> None:
    prompt.type("Get-Job -Name $x")
    prompt.wait_line("jobsh ~> Get-Job -Name $x")
    prompt.wait(lambda: len({prompt.colour_at(word) for word in ("Get-Job", "-Name", "$x")}) == 3, "three colours")


def test_lines_come_back(prompt: Screen, environment: dict[str, str], place: Path) -> None:
    prompt.enter("'first'")
    prompt.wait_for("\nfirst\njobsh ~>")
    prompt.enter(" 'secret'")
    prompt.wait_for("\nsecret\njobsh ~>")
    prompt.enter("if (1) {")
    prompt.enter("'third' }")
    prompt.wait_for("\nthird\njobsh ~>")
    prompt.type("\x1b[A" * 3)  # the second one moves within the text of two lines
    prompt.wait_line("jobsh ~> 'first'")
    prompt.type("\x03")
    with screen(JOBSH, environment, str(place)) as other:
        other.wait_line("jobsh ~>")
        other.type("\x12fir")
        other.wait_for("'first'")
        other.type("\r\r")
        other.wait_for("\nfirst\njobsh ~>")


def test_tab_completes_and_offers(prompt: Screen, place: Path) -> None:
    prompt.type("Get-Histo\t")
    prompt.wait_line("jobsh ~> Get-History")
    prompt.type("\x15Get-Job -Na\t")
    prompt.wait_line("jobsh ~> Get-Job -Name")
    (place / "one file").write_text("content\n")
    (place / "only").mkdir()
    prompt.type("\x15cat on\t")
    prompt.wait_for("one\\ file")
    prompt.wait_for("only/")
    prompt.type("\t\r")
    prompt.wait(lambda: "only/" not in prompt.text, "the menu is closed")
    prompt.enter("")
    prompt.wait_for("\ncontent\njobsh ~>")


def test_a_suggestion_is_taken_with_the_right_arrow(prompt: Screen) -> None:
    prompt.enter("echo a long line")
    prompt.wait_for("\na long line\njobsh ~>")
    prompt.type("echo a")
    prompt.wait_line("jobsh ~> echo a long line")
    prompt.type("\x1b[C\r")
    prompt.wait_for("\na long line\njobsh ~> echo a long line\na long line\n")


def test_ctrl_c_clears_the_line(prompt: Screen) -> None:
    prompt.type("rm -rf everything")
    prompt.wait_line("jobsh ~> rm -rf everything")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")
    prompt.enter("'here'")
    prompt.wait_for("\nhere\njobsh ~>")


@pytest.mark.parametrize(
    "command",
    [
        "'before'; Start-Sleep 1000",
        "'before'; while (1) { Start-Sleep 0.05 }",
        "'before'; while (1) { $x = 1 }",
        "sh -c 'echo before; exec sleep 1000'",
        "sh -c 'echo before; exec cat'",
        "sh -c 'echo before; sleep 1000' | Write-Output",
    ],
)
def test_ctrl_c_stops_the_command_and_not_the_shell(prompt: Screen, command: str) -> None:
    prompt.enter(command)
    prompt.wait_for("\nbefore\n")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")
    prompt.enter("'here'")
    prompt.wait_for("\nhere\njobsh ~>")


@pytest.mark.parametrize("command", ["'before'; Start-Sleep 1000", "sh -c 'echo before; exec sleep 1000'"])
def test_ctrl_c_stops_the_rest_of_the_line(prompt: Screen, command: str) -> None:
    prompt.enter(f"{command}; 'after' + '!'")
    prompt.wait_for("\nbefore\n")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")
    assert "after!" not in prompt.text


def test_ctrl_d_ends_the_shell(prompt: Screen) -> None:
    prompt.type("x\x04\x7f\x04")
    assert prompt.wait_end() == 0


def test_exit_gives_the_status(prompt: Screen) -> None:
    prompt.enter("exit 7")
    assert prompt.wait_end() == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_shell_and_restore_the_terminal(prompt: Screen, number: signal.Signals) -> None:
    prompt.type("half a li")
    prompt.wait_line("jobsh ~> half a li")
    os.kill(prompt.process.pid, number)
    assert prompt.wait_end() == 128 + number


def test_a_program_that_leaves_its_line_open(prompt: Screen) -> None:
    prompt.enter("printf partial")
    prompt.wait_for("\npartial%\njobsh ~>")


def test_a_full_screen_program_and_the_windows_size(prompt: Screen) -> None:
    prompt.enter(f"{sys.executable} {FULL_SCREEN}")
    prompt.wait_for("size 100x30")
    prompt.resize(80, 20)
    prompt.wait_for("size 80x20")
    prompt.type("\x03")
    prompt.wait_for("key 3")
    prompt.type("q")
    prompt.wait_line("jobsh ~>")
    assert "size" not in prompt.text.replace("full_screen", "")
    prompt.enter("'here'")
    prompt.wait_for("\nhere\njobsh ~>")


def test_a_pager_after_jobsh_code(prompt: Screen) -> None:
    prompt.enter("1..300 | less")
    prompt.wait_for("\n20\n")
    prompt.type("G")
    prompt.wait_for("\n300\n")
    prompt.type("q")
    prompt.wait_line("jobsh ~>")


def test_ctrl_z_does_not_hang_the_shell(prompt: Screen) -> None:
    prompt.enter("sh -c 'echo ready; read x; echo got $x'")
    prompt.wait_for("\nready\n")
    await_condition(lambda: prompt.foreground != prompt.process.pid, what="the program has the terminal")
    prompt.type("\x1a")
    prompt.wait_for("cannot be put aside")
    prompt.enter("more")
    prompt.wait_for("\ngot more\njobsh ~>")


def test_ctrl_z_while_jobsh_itself_works(prompt: Screen) -> None:
    prompt.enter("'before'; Start-Sleep 1000")
    prompt.wait_for("\nbefore\n")
    prompt.type("\x1a")
    prompt.wait_for("this cannot be put aside; Ctrl-C stops it")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")


def test_hosts_cannot_act_on_the_terminal_through_values(prompt: Screen) -> None:
    prompt.enter('"a`e]0;title`a" | Write-Output')
    prompt.wait_for("\na\\x1b]0;title\\x07\njobsh ~>")


def test_the_directory_is_in_the_prompt(prompt: Screen) -> None:
    prompt.enter("mkdir -p src/deep && cd src")
    prompt.wait_line("jobsh ~/src>")
    prompt.enter("Set-Location deep")
    prompt.wait_line("jobsh ~/src/deep>")
    prompt.enter("cd /")
    prompt.wait_line("jobsh />")


def test_the_profile_is_run(environment: dict[str, str], place: Path) -> None:
    profile = place / ".config" / "jobsh"
    profile.mkdir(parents=True, mode=0o700)
    (profile / "profile.jsh").write_text("$greeting = 'hello'\n")
    with screen(JOBSH, environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        shown.enter('"$greeting you"')
        shown.wait_for("\nhello you\n")
    with screen((*JOBSH, "--no-profile"), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        shown.enter('"<$greeting>"')
        shown.wait_for("\n<>\n")


def test_a_dumb_terminal_gets_no_control_sequences(environment: dict[str, str], place: Path) -> None:
    with screen(JOBSH, {**environment, "TERM": "dumb"}, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        shown.enter("1..3 | ForEach-Object { @{A = $_} } | Select-Object -First 1; 'here'")
        shown.wait_for("\nhere\n")
        assert b"\x1b[K" not in shown.seen
        assert b"\x1b[1m" not in shown.seen


def test_the_prompt_comes_quickly_and_without_what_it_does_not_need(prompt: Screen) -> None:
    maps = Path(f"/proc/{prompt.process.pid}/maps")
    await_condition(maps.exists)
    assert "_sqlite3" not in maps.read_text()
    assert "cryptography" not in maps.read_text()

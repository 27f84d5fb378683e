"""Programs of this machine in the foreground, in a real terminal: keys, signals, modes, job control."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes import await_condition
from tests.screen import Screen, screen

DRIVER = (sys.executable, "-m", "tests.unit.console.run_foreground")


@contextmanager
def foreground(*argv: str) -> Iterator[Screen]:
    with screen((*DRIVER, *argv), {**os.environ, "TERM": "xterm-256color"}) as shown:
        yield shown


def test_it_has_the_terminal_and_its_status_is_told() -> None:
    with foreground("sh", "-c", "read x; echo got $x; exit 7") as shown:
        shown.enter("hello")
        shown.wait_for("got hello")
        shown.wait_for("[status 7; terminal restored]")


def test_ctrl_c_is_for_the_program_alone() -> None:
    with foreground("sh", "-c", "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.1; done") as shown:
        shown.wait_for("ready")
        await_condition(lambda: is_foreground_of(shown, "sh"), what="the program has the terminal")
        shown.type("\x03")
        shown.wait_for("caught")
        shown.wait_for("[status 9; terminal restored]")


def test_a_program_that_ctrl_c_ends() -> None:
    with foreground("sleep", "1000") as shown:
        await_condition(lambda: is_foreground_of(shown, "sleep"), what="sleep has the terminal")
        shown.type("\x03")
        shown.wait_for("[status 130; terminal restored]")


def is_foreground_of(shown: Screen, name: str) -> bool:
    """Whether the terminal's foreground process group is led by a program of this name."""
    try:
        with open(f"/proc/{shown.foreground}/comm", encoding="utf-8") as file:
            return file.read().strip() == name
    except OSError:
        return False


def test_ctrl_z_says_that_it_cannot_and_goes_on() -> None:
    with foreground("sh", "-c", "trap 'echo woken' CONT; echo ready; while ! read x; do :; done; echo got $x") as shown:
        shown.wait_for("ready")
        await_condition(lambda: is_foreground_of(shown, "sh"), what="it has the terminal")
        shown.type("\x1a")
        shown.wait_for("cannot be put aside")
        shown.wait_for("woken")
        shown.enter("more")
        shown.wait_for("got more")
        shown.wait_for("[status 0; terminal restored]")


def test_a_shell_with_job_control_works() -> None:
    with foreground("bash", "--norc", "-i") as shown:
        shown.wait(lambda: shown.line.endswith(("#", "$")), "bash's prompt")
        shown.enter("sleep 1000")
        await_condition(lambda: is_foreground_of(shown, "sleep"), what="sleep has the terminal")
        shown.type("\x1a")
        shown.wait_for("Stopped")
        shown.enter("fg")
        await_condition(lambda: is_foreground_of(shown, "sleep"), what="sleep has the terminal again")
        shown.type("\x03")
        shown.wait(lambda: shown.line.endswith(("#", "$")), "bash's prompt")
        shown.enter("exit 4")
        shown.wait_for("[status 4; terminal restored]")


def test_a_program_that_dies_in_the_middle_of_its_screen() -> None:
    draw = "echo before; stty raw -echo; printf '\\033[?1049h\\033[?25ldrawn'; read x; kill -KILL $$"
    with foreground("sh", "-c", draw) as shown:
        shown.wait(lambda: shown.text.strip() == "drawn" and not shown.shows_cursor)
        shown.type("x\n")
        shown.wait_for("[status 137; terminal restored]")
        assert shown.text == "before\n[status 137; terminal restored]\n"
        assert shown.shows_cursor


def test_a_pager_reads_a_pipe_and_the_keyboard() -> None:
    with foreground("--numbers", "sh", "-c", "head -3; read x </dev/tty; echo key $x") as shown:
        shown.wait_for("2")
        shown.enter("q")
        shown.wait_for("key q")
        shown.wait_for("[status 0; terminal restored]")


def test_cancelling_ends_the_program_and_its_children() -> None:
    with foreground("sh", "-c", "trap '' TERM; sleep 1000 & echo child=$!=; wait; wait; sleep 1000") as shown:
        shown.wait(lambda: "=" in shown.text.partition("child=")[2], "the child's number")
        child = int(shown.text.partition("child=")[2].partition("=")[0])
        os.kill(shown.process.pid, signal.SIGUSR1)
        shown.wait_for("[cancelled; terminal restored]")
        await_condition(lambda: state_of(child) in ("", "Z"), what="its child is gone")


def state_of(pid: int) -> str:
    """The letter that the kernel has for the state of a process; none for one that is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_under_a_shell_it_is_suspended_and_resumed_with_us() -> None:
    environment = {**os.environ, "TERM": "xterm-256color", "SUSPENDS": "yes", "PS1": "shell> "}
    command = f"{' '.join(DRIVER)} sh -c 'echo ready; read x; echo got $x'"
    with screen(("bash", "--norc", "-i"), environment) as shown:
        shown.wait_line("shell>")
        shown.enter(command)
        shown.wait_for("\nready\n")
        await_condition(lambda: is_foreground_of(shown, "sh"), what="it has the terminal")
        shown.type("\x1a")
        shown.wait_for("Stopped")
        shown.wait_line("shell>")
        shown.enter("fg")
        await_condition(lambda: is_foreground_of(shown, "sh"), what="the program has the terminal again")
        shown.enter("more")
        shown.wait_for("\ngot more\n[status 0; terminal restored]\n")


def test_in_the_background_it_does_not_take_the_terminal() -> None:
    environment = {**os.environ, "TERM": "xterm-256color", "PS1": "shell> "}
    with screen(("bash", "--norc", "-i"), environment) as shown:
        shown.wait_line("shell>")
        shown.enter(f"{' '.join(DRIVER)} sh -c 'echo ready; read x; echo got $x' &")
        shown.wait(lambda: re.search(r"^\[1\] (\d+)$", shown.text, re.MULTILINE), "the number of the job")
        pid = int(re.findall(r"^\[1\] (\d+)$", shown.text, re.MULTILINE)[0])
        shown.enter("echo the shell has it")
        shown.wait_for("\nthe shell has it\n")
        await_condition(lambda: state_of(pid) == "T", what="it waits for the terminal")
        shown.enter("")
        shown.wait_for("Stopped")
        shown.enter("fg")
        await_condition(lambda: is_foreground_of(shown, "sh"), what="the program has the terminal")
        shown.enter("more")
        shown.wait_for("\ngot more\n")


def test_a_program_that_is_not_there() -> None:
    with foreground("no-such-program") as shown:
        shown.wait_for("[NotFound no-such-program: not found; terminal restored]")

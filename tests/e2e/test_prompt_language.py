"""The language at the prompt: what takes several lines, what is asked, what goes on from line to line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen import Screen, screen
from tests.sshd import private_environment


@pytest.fixture
def prompt(place: Path) -> Iterator[Screen]:
    """A prompt that waits for its first line."""
    environment = {**private_environment(place), "PYTHONPATH": os.getcwd()}
    with screen((sys.executable, "-m", "jobsh"), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        yield shown


def test_a_function_with_parts_takes_several_lines_and_stays(prompt: Screen) -> None:
    prompt.enter("function total {")
    prompt.wait_line("      >>")
    for line in ("begin { $n = 0 }", "process { $n += $_ }", "end { $n }"):
        prompt.enter(line)
    prompt.enter("}")
    prompt.wait_line("jobsh ~>")
    prompt.enter("1..4 | total")
    prompt.wait_for("\n10\njobsh ~>")
    prompt.enter("$x ??= 1; $x -eq 1 ? 'one' :")
    prompt.wait_line("      >>")
    prompt.enter("'other'")
    prompt.wait_for("\none\njobsh ~>")


def test_what_would_be_changed_is_asked(prompt: Screen) -> None:
    prompt.enter("$a, $b, $c = 1, 2, 3; Remove-Variable a, b, c -Confirm")
    prompt.wait_for('Performing the operation "Remove-Variable" on target "$a".\n[Y] Yes  [A] Yes to All')
    prompt.enter("n")
    prompt.wait_for('on target "$b".')
    prompt.enter("?")
    prompt.wait_for("\nA - Do it, and all that this command would still ask about.")
    prompt.enter("a")
    prompt.wait_line("jobsh ~>")
    prompt.enter('"<$a$b$c>"')
    prompt.wait_for("\n<1>\njobsh ~>")


def test_an_error_is_asked_about(prompt: Screen) -> None:
    prompt.enter("Write-Error 'no luck' -ErrorAction Inquire; 'went on'")
    prompt.wait_for("\nno luck\n[Y] Yes  [H] Halt Command")
    prompt.enter("")
    prompt.wait_for("\nwent on\njobsh ~>")
    prompt.enter("Write-Error 'no luck' -ErrorAction Inquire; 'never' + 1")
    prompt.wait_for("\nno luck\n[Y] Yes  [H] Halt Command")
    prompt.enter("h")
    prompt.wait_line("jobsh ~>")
    prompt.enter("$Error[0].Message; $?")
    prompt.wait_for("\nno luck\n")
    assert "never1" not in prompt.text


def test_a_doubt_is_said_before_the_job_starts(prompt: Screen) -> None:
    prompt.enter("Start-Job { true | % { $_.Name } } | Wait-Job | % State")
    prompt.wait_for("WARNING: the host's shell gets this block")
    prompt.wait_for("\nFailed\n")

"""What the verbs for objects do with a terminal: questions, pages, progress, aliases, history, and tables with titles."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen import Screen, screen
from tests.sshd import private_environment

JOBSH = (sys.executable, "-m", "jobsh")


@pytest.fixture
def prompt(place: Path) -> Iterator[Screen]:
    """A prompt whose pager is a program that waits for a key."""
    pager = "cat; printf 'PAGE'; read answer </dev/tty"
    environment = {**private_environment(place), "PYTHONPATH": os.getcwd(), "PAGER": pager}
    with screen(JOBSH, environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        yield shown


def test_questions_pages_and_an_empty_screen(prompt: Screen) -> None:
    prompt.enter('$name = Read-Host Which host; "it is $name"')
    prompt.wait_line("Which host:")
    prompt.enter("web01")
    prompt.wait_for("\nit is web01\njobsh ~>")
    prompt.enter("$pin = Read-Host PIN -MaskInput; $pin.Length")
    prompt.wait_line("PIN:")
    prompt.enter("1234")
    prompt.wait_for("\nPIN:\n4\njobsh ~>")
    prompt.enter("1..3 | Out-Host -Paging; 'after'")
    prompt.wait_for("\n1\n2\n3\nPAGE")
    prompt.enter("")
    prompt.wait_for("\nafter\njobsh ~>")
    prompt.enter("Clear-Host")
    prompt.wait(lambda: prompt.text.strip() == "jobsh ~>", "an empty screen")


def test_progress_titles_aliases_and_the_history(prompt: Screen) -> None:
    prompt.enter("Write-Progress Counting 'step 2' -PercentComplete 40; sleep 0.3; Write-Progress Counting -Completed")
    prompt.wait_for("Counting: step 2 [########            ] 40/100")
    prompt.wait(lambda: "40/100" not in prompt.text and prompt.line == "jobsh ~>", "no progress")
    prompt.enter("[pscustomobject]@{a=1; '名'='値'} | Format-Table -GroupBy a")
    prompt.wait_for("\n   a: 1\n\na 名\n- --\n1 値\njobsh ~>")
    prompt.enter("Set-Alias say Write-Output")
    prompt.enter("say hello")
    prompt.wait_for("\nhello\njobsh ~>")
    prompt.enter("ihy say")
    prompt.wait_for("\nsay hello\nhello\njobsh ~>")

"""The README says what is so: its transcript is what the demo's prompt shows, its commands are in the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.language.parser import parse
from tests.e2e.jobsh_process import ROOT
from tests.e2e.user import JOBSH
from tests.screen import Screen, screen
from tests.sshd import private_environment

README = (ROOT / "README.md").read_text()
PROMPT = re.compile(r"(?:jobsh|demo\d) \S+> ?")


def fenced(start: str) -> list[str]:
    """The lines of the fenced text that begins with `start`."""
    texts = README.split("```\n")[1::2]
    (found,) = [text for text in texts if text.startswith(start)]
    return found.splitlines()


def spoken(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each prompt with its command, and what came after it."""
    answer: list[str] = []
    command = ""
    for line in lines:
        if PROMPT.match(line):
            yield command, answer
            command, answer = line, []
        else:
            answer.append(line)
    yield command, answer


def comparable(answer: list[str]) -> list[str]:
    """The hosts answer in any order; that a job has ended is told when it has."""
    return sorted(line for line in answer if not re.match(r"\[\d+\] ", line))


def says(shown: Screen, line: str) -> None:
    """Type what stands after the prompt in `line`, and wait for the next prompt."""
    shown.type(line[len(PROMPT.match(line)[0]) :])  # type: ignore[index]
    shown.wait(lambda: line in shown.line, line)
    shown.type("\r")
    shown.wait(lambda: PROMPT.fullmatch(shown.line), f"the end of {line}", 40)


@pytest.mark.timeout(240)
def test_the_transcript_is_true(place: Path) -> None:
    first, *lines = fenced("$ jobsh --demo")
    environment = {**private_environment(place), "TMPDIR": str(place), "PYTHONPATH": str(ROOT)}
    told = list(spoken(lines))[1:]
    assert first == "$ jobsh --demo"
    assert len(told) == 9
    with screen((*JOBSH, "--demo"), environment, environment["HOME"]) as shown:
        shown.wait(lambda: PROMPT.fullmatch(shown.line), "the prompt")
        for line, _ in told:
            says(shown, line)
        seen = list(spoken(shown.all_text.splitlines()))[1:]
        shown.enter("exit")
        assert shown.wait_end() == 0
    for (line, answer), (shown_line, shown_answer) in zip(told, seen, strict=False):
        assert (shown_line, comparable(shown_answer)) == (line, comparable(answer))


@pytest.mark.parametrize("line", fenced("ls | wc -l"))
def test_a_days_commands_are_in_the_language(line: str) -> None:
    command = re.sub(r" {2,}# .*", "", line).removeprefix("jobsh -o json -c '").removesuffix("'")
    parse(command, Registry(CMDLETS).vocabulary())


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) >= 4
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_two_commands_are_there() -> None:
    for command in ("sh .ci/try", "sh .ci/test"):
        assert f"\n{command} " in README
        assert (ROOT / command.removeprefix("sh ")).is_file()

"""Copies at the prompt: how far they are is shown, and Ctrl-C ends them with nothing half left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.user import JOBSH
from tests.processes import await_condition
from tests.screen import Screen, screen
from tests.sshd import SshdFarm, private_environment


@pytest.fixture
def prompt(place: Path, farm: SshdFarm) -> Iterator[Screen]:
    """A prompt that can reach the farm."""
    environment = {**private_environment(place), "PYTHONPATH": os.getcwd()}
    with screen((*JOBSH, "-F", str(farm.ssh_config)), environment, str(place)) as shown:
        shown.wait_line("jobsh ~>")
        yield shown


@pytest.mark.parametrize("way", ["-ToSession", "-FromSession"])
def test_ctrl_c_ends_a_copy_and_leaves_nothing_half(prompt: Screen, farm: SshdFarm, place: Path, way: str) -> None:
    source, goal = place / "source", place / "goal"
    for directory in (source, goal):
        directory.mkdir()
    with (source / "huge").open("wb") as file:
        file.truncate(1 << 40)
    prompt.enter("$s = New-Session web01")
    prompt.wait_line("jobsh ~>")
    prompt.enter(f"Copy-Item {source} -Destination {goal} {way} $s -Recurse")
    prompt.wait_for("0 of 1 files, MB [")
    prompt.type("\x03")
    prompt.wait_line("jobsh ~>")
    await_condition(lambda: os.listdir(goal / "source") == [], what="nothing half is left")
    prompt.enter("$LASTEXITCODE; 'still here'")
    prompt.wait_for("still here\njobsh ~>")


def test_paths_of_the_host_are_completed_for_file_verbs(prompt: Screen, farm: SshdFarm) -> None:
    (farm.home(1) / "a directory").mkdir()
    (farm.home(1) / "a directory" / "only-here.log").write_text("found\n")
    prompt.enter("Enter-Session web01")
    prompt.wait_line("web01 ~>")
    prompt.type("Get-Content 'a d\t")
    prompt.wait_line("web01 ~> Get-Content 'a directory/")
    prompt.type("on\t")
    prompt.wait_for("only-here.log'")
    prompt.enter("")
    prompt.wait_for("\nfound\nweb01 ~>")

"""`jobsh --demo`: hosts to try jobsh on, with nothing installed and nothing left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.user import JOBSH
from tests.processes import await_condition, processes_of
from tests.screen import screen
from tests.sshd import private_environment

DEMO_DIRECTORIES = "jobsh-demo-*"


@pytest.fixture
def environment(place: Path) -> Iterator[dict[str, str]]:
    """An environment of the test's own, without OpenSSH."""
    programs = place / "programs"
    programs.mkdir()
    for directory in os.environ["PATH"].split(":"):
        for path in Path(directory).glob("*") if Path(directory).is_dir() else ():
            link = programs / path.name
            if not path.name.startswith("ssh") and not link.is_symlink():
                link.symlink_to(path)
    own = {"PATH": str(programs), "TMPDIR": str(place), "PYTHONPATH": os.getcwd()}
    yield {**private_environment(place), **own}
    assert list(place.glob(DEMO_DIRECTORIES)) == []


def test_no_openssh_is_there(environment: dict[str, str]) -> None:
    assert shutil.which("ssh", path=environment["PATH"]) is None
    assert shutil.which("sh", path=environment["PATH"]) is not None


def test_one_text(environment: dict[str, str], place: Path) -> None:
    text = (
        "Invoke-Command -ComputerName demo[1-3] { hostname } | Sort-Object;"
        "$job = Invoke-Command -ComputerName demo1,demo2 { hostname; exit 3 } -AsJob -JobName up;"
        "Wait-Job $job | Out-Null; $job.State; Start-Job { sleep 1000 } | Out-Null; exit 7"
    )
    command = [*JOBSH, "--demo", "-c", text]
    done = subprocess.run(command, env=environment, cwd=place, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split("\n")[-2] == "Failed", done
    assert {"demo1", "demo2", "demo3"} <= set(done.stdout.replace(":", "").split())
    assert done.returncode == 7
    assert processes_of(place) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing(environment: dict[str, str], place: Path, number: signal.Signals) -> None:
    text = (
        "Start-Job { sleep 1000 } | Out-Null; Enter-Session demo1; Start-Job { sleep 1000 } | Out-Null;"
        "echo ready; sleep 1000"
    )
    command = [*JOBSH, "--demo", "-c", text]
    with subprocess.Popen(command, env=environment, cwd=place, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait(60) == (130 if number == signal.SIGINT else 128 + number)
    assert processes_of(place) == []


def test_a_prompt_with_a_banner(environment: dict[str, str], place: Path) -> None:
    with screen((*JOBSH, "--demo"), environment, str(place)) as shown:
        shown.wait_for("Invoke-Command -ComputerName demo[1-3]")
        shown.wait(lambda: shown.line.startswith("jobsh ~"), "the prompt")
        shown.enter("Invoke-Command -ComputerName demo[1-3] { echo up }")
        for name in ("demo1", "demo2", "demo3"):
            shown.wait_for(f"{name}: up")
        shown.enter("Enter-Session demo2")
        shown.wait_line("demo2 ~>")
        shown.enter(f"{sys.executable} {Path(__file__).parent / 'full_screen.py'}")
        shown.wait_for("size 100x30")
        shown.resize(90, 25)
        shown.wait_for("size 90x25")
        shown.type("q")
        shown.wait_line("demo2 ~>")
        shown.enter("hostname")
        shown.wait_for("\ndemo2\ndemo2 ~>")
        shown.enter("$job = Start-Job { sleep 1000 }")
        shown.wait_line("demo2 ~>")
        shown.type("\x04")
        shown.wait(lambda: shown.line.startswith("jobsh ~"), "the prompt here")
        assert "\non demo2 1 job goes on: 1 (Job1)\n" in shown.text
        shown.type("\x04")
        assert shown.wait_end() == 0
        assert shown.text.count("on: 1 (Job1)") == 1  # with the demo it ends
    assert processes_of(place) == []


def test_a_demo_that_is_killed_leaves_no_process(environment: dict[str, str], place: Path) -> None:
    command = [*JOBSH, "--demo", "-c", "Get-Job; echo ready; Start-Sleep 1000"]
    with subprocess.Popen(command, env=environment, cwd=place, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.kill()
    await_condition(lambda: processes_of(place) == [], what="the engine leaves")
    (directory,) = place.glob(DEMO_DIRECTORIES)  # nobody was left who could remove it
    shutil.rmtree(directory)

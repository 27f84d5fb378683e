"""Two versions of jobsh, installed side by side: each is served, no job is lost, no foreground is cut."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from jobsh import __version__
from tests.e2e.jobsh_process import ROOT, Jobsh
from tests.processes import await_condition
from tests.sshd import private_environment

NEWER = "99.1.0"


@pytest.fixture
def newer(jobsh: Jobsh, place: Path) -> Jobsh:
    """A newer jobsh of the same user."""
    copy = place / "newer"
    shutil.copytree(ROOT / "jobsh", copy / "jobsh", ignore=shutil.ignore_patterns("__pycache__"))
    module = copy / "jobsh" / "__init__.py"
    module.write_text(module.read_text().replace(f'"{__version__}"', f'"{NEWER}"'))
    other = Jobsh(private_environment(place))
    other.environment["PYTHONPATH"] = str(copy)
    assert other("--version").text == f"jobsh {NEWER}\n"
    return other


def engine_of(jobsh: Jobsh) -> tuple[str, int]:
    """Version and process of the running engine."""
    said = jobsh("engine", "status").text
    version, pid = (re.search(rf"^{name} *: (.*)$", said, re.MULTILINE) for name in ("Version", "Pid"))
    assert version
    assert pid
    return version[1], int(pid[1])


def test_a_newer_one_replaces_an_idle_engine_and_the_older_one_is_served(jobsh: Jobsh, newer: Jobsh) -> None:
    jobsh.text("Start-Job -Name kept { echo begun; until [ -e go ]; do sleep 0.05; done; echo ended }")
    assert engine_of(jobsh)[0] == __version__
    assert newer.text("(Get-Job).Name").out == b"kept\n"
    assert engine_of(newer)[0] == NEWER
    assert jobsh.text("(Get-Job).State") == (0, b"Running\n", b"")
    assert engine_of(jobsh)[0] == NEWER
    (jobsh.directory / "go").touch()
    assert jobsh.text("Receive-Job kept -Wait").out == b"begun\nended\n"


def test_status_replaces_nothing(jobsh: Jobsh, newer: Jobsh) -> None:
    jobsh("engine", "restart")
    before = engine_of(jobsh)
    assert engine_of(newer) == before == engine_of(jobsh)


@pytest.mark.parametrize(
    "foreground",
    [
        "Invoke-Command -ComputerName localhost { echo on; until [ -e go ]; do sleep 0.05; done; echo over }",
        "Start-Job { echo on; until [ -e go ]; do sleep 0.05; done; echo over } | Receive-Job -Wait",
    ],
    ids=["attached", "receiving"],
)
def test_a_foreground_is_not_cut(jobsh: Jobsh, newer: Jobsh, foreground: str) -> None:
    with jobsh.start("-c", foreground) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"on\n"
        before = engine_of(jobsh)
        assert (
            newer.text("Start-Job -Name new { true } | Wait-Job | Out-Null; (Get-Job new).State").out == b"Completed\n"
        )
        if foreground.startswith("Invoke"):
            assert engine_of(newer) == before  # it is needed
        (jobsh.directory / "go").touch()
        out, err = running.communicate(timeout=60)
        assert (out, err, running.returncode) == (b"over\n", b"", 0)
    assert newer.text("(Get-Job new).State").out == b"Completed\n"
    await_condition(lambda: newer.text("1; Get-Job | Out-Null").status == 0 and engine_of(newer)[0] == NEWER)


def test_a_prompt_goes_on_with_another_engine(jobsh: Jobsh, newer: Jobsh) -> None:
    """A script of the older version, between two questions."""
    text = "Start-Job -Name a { true } | Wait-Job | Out-Null; echo on; cat > /dev/null; (Get-Job).Name; Start-Job -Name b { true } | Out-Null; (Get-Job).Count"
    with jobsh.start("-c", text, stdin=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"on\n"
        newer.text("Get-Job")
        assert engine_of(newer)[0] == NEWER
        out, err = running.communicate(b"", timeout=60)
        assert (out, err, running.returncode) == (b"a\n2\n", b"", 0)

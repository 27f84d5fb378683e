"""What is built and installed is all of jobsh: its shell programs, help topics and completions, and it runs from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from jobsh import __version__
from tests.e2e.jobsh_process import ROOT
from tests.processes import end_processes_of
from tests.sshd import private_environment


def run(argv: Sequence[str | Path], **options: object) -> str:
    """The output of a program that must go well."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=100, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done
    return str(done.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with wheel and sdist."""
    directory = tmp_path_factory.mktemp("built")
    run([sys.executable, "-m", "hatchling", "build", "-d", directory], cwd=ROOT)
    return directory


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return built / f"jobsh-{__version__}-py3-none-any.whl"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment in which the wheel was installed; it sees the libraries of this one."""
    directory = tmp_path_factory.mktemp("installed")
    run([sys.executable, "-m", "venv", "--without-pip", directory])
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--python",
        directory / "bin/python",
    ]
    run([*pip, "install", "--quiet", "--no-index", "--no-deps", wheel])
    (packages,) = directory.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return directory


def source_files(directory: str) -> set[str]:
    """The files of a part of the source tree."""
    found = (path for path in (ROOT / directory).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(ROOT)) for path in found}


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if name.startswith("jobsh/")} == source_files("jobsh")
    assert {"jobsh/py.typed", "jobsh/spool/sh/runner.sh", "jobsh/help/about_Jobs.txt"} <= names
    others = {name.partition("/")[2] for name in names if not name.startswith("jobsh/")}
    assert {"data/share/bash-completion/completions/jobsh", "licenses/LICENSE", "entry_points.txt"} <= others


def test_the_sdist_has_what_is_needed_to_build_and_test(built: Path) -> None:
    with tarfile.open(built / f"jobsh-{__version__}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert source_files("jobsh") | source_files("completions") | source_files("tests") <= names
    assert {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"} <= names


def test_it_runs_from_anywhere(installed: Path, place: Path) -> None:
    environment = {**private_environment(place), "PATH": os.environ["PATH"]}
    command = installed / "bin" / "jobsh"

    def says(*words: str | Path) -> str:
        return run(words, env=environment, cwd="/")

    try:
        assert says(command, "--version") == f"jobsh {__version__}\n"
        assert says(installed / "bin" / "python", "-m", "jobsh", "--version") == f"jobsh {__version__}\n"
        assert says(command, "-c", "Start-Job { echo from a job } | Receive-Job -Wait") == "from a job\n"
        assert says(command, "-c", "Start-Job { 1..2 } | Receive-Job -Wait") == "1\n2\n"
        assert says(command, "-c", "Get-Help about_Jobs").startswith("about_Jobs\n")
        assert says(command, "--demo", "-c", "Invoke-Command demo1 { echo up }") == "up\n"
        for part in (
            "bash-completion/completions/jobsh",
            "zsh/site-functions/_jobsh",
            "fish/vendor_completions.d/jobsh.fish",
        ):
            assert (installed / "share" / part).read_text()
    finally:
        end_processes_of(place)

"""What a one-liner pays for: the modules that `jobsh -c 1` loads, and those it must not."""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.jobsh_process import Jobsh

NOT_FOR_ONE_LINERS = {
    "asyncssh",
    "prompt_toolkit",
    "sqlite3",
    "rich",
    "argparse",
    "datetime",
    "difflib",
    "jobsh.app.connect",
    "jobsh.app.engine",
    "jobsh.engine",
    "jobsh.link",
    "jobsh.repl",
    "jobsh.spool",
    "jobsh.store",
    "jobsh.transport",
    "json",
    "pathlib",
    "shutil",
    "_ssl",
    "tempfile",
    "uuid",
}


def loaded(jobsh: Jobsh, text: str) -> set[str]:
    """The modules that a `-c` text loads."""
    argv = [sys.executable, "-X", "importtime", *jobsh.argv("-c", text)[1:]]
    done = subprocess.run(argv, env=jobsh.environment, capture_output=True, text=True, check=True)
    rows = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {row.rpartition("|")[2].strip() for row in rows}


def test_a_value_loads_no_more_than_it_needs(jobsh: Jobsh) -> None:
    modules = loaded(jobsh, "1")
    assert NOT_FOR_ONE_LINERS & modules == set()
    assert len([name for name in modules if name.startswith("jobsh.")]) < 90


def test_a_pipeline_of_objects_loads_no_heavy_library(jobsh: Jobsh) -> None:
    modules = loaded(jobsh, "1..3 | Where-Object { $_ -gt 1 }; echo hi")
    assert not {"asyncssh", "prompt_toolkit", "sqlite3", "rich", "_ssl", "jobsh.link"} & modules


def test_a_front_end_of_the_engine_loads_no_heavy_library(jobsh: Jobsh) -> None:
    modules = loaded(jobsh, "Get-Job")
    assert "jobsh.link.client" in modules
    assert not {"asyncssh", "prompt_toolkit", "sqlite3", "rich", "jobsh.engine", "jobsh.store"} & modules

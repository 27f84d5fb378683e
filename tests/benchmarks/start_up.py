"""How long the smallest one-liner takes: with a running engine, and from nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import JOBSH, Contender, Table, available, compare, run_jobsh
from tests.sshd import private_environment


def measure() -> Iterator[Table]:
    """Warm beside python, clush and ssh; cold beside nothing (no peer has an engine to start)."""
    directory = Path(tempfile.mkdtemp(prefix="jobsh-bench-", dir="/tmp"))
    environment = private_environment(directory)
    environment["TERM"] = "dumb"
    try:
        run_jobsh(environment, "Get-Job | Out-Null")
        yield compare("jobsh -c 1, engine running", available(_warm(environment)), rounds=15)
        yield compare("jobsh -c Get-Job, no engine running", [_cold(environment)], rounds=5)
    finally:
        _stop_engine(environment)
        shutil.rmtree(directory)


def _warm(environment: dict[str, str]) -> list[Contender]:
    return [
        Contender("jobsh -c 1", (*JOBSH, "-c", "1"), environment),
        Contender("jobsh -c Get-Job", (*JOBSH, "-c", "Get-Job"), environment),
        Contender("python3 -c pass", (sys.executable, "-c", "pass"), environment),
        Contender("python3 -c 'import asyncio'", (sys.executable, "-c", "import asyncio"), environment),
        Contender("clush --version", ("clush", "--version"), environment),
        Contender("ssh -V", ("ssh", "-V"), environment),
    ]


def _cold(environment: dict[str, str]) -> Contender:
    command = (*JOBSH, "-c", "Get-Job")
    return Contender("jobsh -c Get-Job", command, environment, before=lambda: _stop_engine(environment))


def _stop_engine(environment: dict[str, str]) -> None:
    subprocess.run([*JOBSH, "engine", "stop"], env=environment, check=False, capture_output=True)

"""1,000 small jobs of this machine, started and received, beside GNU parallel and task-spooler."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import JOBSH, Contender, Table, available, compare, engine_pid
from tests.sshd import private_environment

JOBS = 1000

# task-spooler has no bulk interface: one client per job, then wait for the last
TASK_SPOOLER = f"""
tsp -S 64
i=0
while [ $i -lt {JOBS} ]; do i=$((i+1)); last=$(tsp sh -c 'echo x'); done
tsp -w "$last"
tsp -C
"""


def measure() -> Iterator[Table]:
    """Each job prints a line; jobsh keeps it in a spool and receives it, parallel prints it, task-spooler keeps it in a file."""
    directory = Path(tempfile.mkdtemp(prefix="jobsh-bench-", dir="/tmp"))
    environment = private_environment(directory)
    environment["TS_SOCKET"] = str(directory / "tsp")
    environment["TMPDIR"] = str(directory)
    text = f"$j = 1..{JOBS} | ForEach-Object {{ Start-Job {{ echo x }} }}; $j | Receive-Job -Wait -AutoRemoveJob"
    try:
        yield compare(f"{JOBS:,} local jobs started and received", available(_contenders(text, environment)), rounds=3)
    finally:
        subprocess.run([*JOBSH, "engine", "stop"], env=environment, check=False, capture_output=True)
        subprocess.run(["tsp", "-K"], env=environment, check=False, capture_output=True)
        shutil.rmtree(directory, ignore_errors=True)


def _contenders(text: str, environment: dict[str, str]) -> list[Contender]:
    parallel = f"seq {JOBS} | parallel --will-cite -j64 echo x"
    return [
        Contender("jobsh", (*JOBSH, "-c", text), environment, daemon=lambda: engine_pid(environment)),
        Contender("GNU parallel -j64", ("sh", "-c", parallel), environment),
        Contender("task-spooler", ("sh", "-c", TASK_SPOOLER), environment),
    ]

"""Receiving the 1 GB output of a job into a file, beside cat; and 200 MB of a host's output, beside ssh."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import JOBSH, Contender, Table, compare, engine_pid, quiet_config, run_jobsh
from tests.sshd import private_environment, sshd_farm

GIGABYTE = 1_000_000_000


def measure() -> Iterator[Table]:
    """Local, then over ssh."""
    yield _local()
    yield _remote()


def _local() -> Table:
    directory = Path(tempfile.mkdtemp(prefix="jobsh-bench-", dir="/tmp"))
    environment = private_environment(directory)
    try:
        run_jobsh(
            environment,
            f"Start-Job -Name big {{ yes 'a line of some sixty characters, as logs have them, one more' | head -c {GIGABYTE} }}"
            "; Wait-Job big | Out-Null",
        )
        spool = next(path for path in directory.rglob("out") if path.stat().st_size == GIGABYTE)
        return compare(
            "Receiving the 1 GB output of a job into a file",
            [
                Contender(
                    "jobsh",
                    (*JOBSH, "-c", "Receive-Job big -Keep"),
                    environment,
                    daemon=lambda: engine_pid(environment),
                    stdout=directory / "copy",
                ),
                Contender("cat", ("cat", str(spool)), environment, stdout=directory / "copy"),
            ],
            rounds=3,
        )
    finally:
        subprocess.run([*JOBSH, "engine", "stop"], env=environment, check=False, capture_output=True)
        shutil.rmtree(directory)


def _remote() -> Table:
    command = "head -c 200000000 /dev/zero | tr '\\000' x"
    with sshd_farm(1) as farm:
        environment = farm.environment()
        config = str(quiet_config(farm))
        try:
            copy = farm.directory / "copy"
            invoke = f"Invoke-Command -ComputerName web01 {{ {command} }}"
            receive = f"Invoke-Command -ComputerName web01 {{ {command} }} -AsJob | Receive-Job -Wait -AutoRemoveJob"
            return compare(
                "200 MB from a host into a file",
                [
                    Contender(
                        "jobsh Invoke-Command",
                        (*JOBSH, "-F", config, "-c", invoke),
                        environment,
                        daemon=lambda: engine_pid(environment),
                        stdout=copy,
                    ),
                    Contender(
                        "jobsh -AsJob, Receive-Job",
                        (*JOBSH, "-F", config, "-c", receive),
                        environment,
                        daemon=lambda: engine_pid(environment),
                        stdout=copy,
                    ),
                    Contender("ssh", ("ssh", "-F", config, "web01", command), environment, stdout=copy),
                ],
                rounds=3,
            )
        finally:
            subprocess.run([*JOBSH, "engine", "stop"], env=environment, check=False, capture_output=True)

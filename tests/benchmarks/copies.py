"""Copy-Item to and from a host, one large file and many small ones, beside scp."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.measure import JOBSH, Contender, Table, available, compare, engine_pid, quiet_config
from tests.sshd import SshdFarm, sshd_farm

LARGE = 300_000_000
SMALL_FILES = 2000


def measure() -> Iterator[Table]:
    """A large file and a tree of small ones, each way."""
    with sshd_farm(1) as farm:
        environment = farm.environment()
        try:
            for name, source in (("one file of 300 MB", _large(farm)), (f"{SMALL_FILES} files of 1 kB", _small(farm))):
                yield _compared(farm, environment, f"Copying {name} to a host", source, to_host=True)
                yield _compared(farm, environment, f"Copying {name} from a host", source, to_host=False)
        finally:
            subprocess.run([*JOBSH, "engine", "stop"], env=environment, check=False, capture_output=True)


def _large(farm: SshdFarm) -> Path:
    path = farm.directory / "large"
    with path.open("wb") as file:
        for _ in range(LARGE // 1_000_000):  # what this process holds counts as its children's memory
            file.write(os.urandom(1_000_000))
    return path


def _small(farm: SshdFarm) -> Path:
    tree = farm.directory / "small"
    for number in range(SMALL_FILES):
        path = tree / str(number // 100) / f"file-{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(1000))
    return tree


def _compared(farm: SshdFarm, environment: Mapping[str, str], title: str, source: Path, *, to_host: bool) -> Table:
    goal, config = farm.directory / "goal", str(quiet_config(farm))
    side = "ToSession" if to_host else "FromSession"
    text = f"Copy-Item {source} {goal} -{side} (New-Session web01) -Recurse"
    ends = (str(source), f"web01:{goal}") if to_host else (f"web01:{source}", str(goal))

    def clean() -> None:
        shutil.rmtree(goal, ignore_errors=True)
        goal.unlink(missing_ok=True)

    contenders = [
        Contender(
            "jobsh",
            (*JOBSH, "-F", config, "-c", text),
            environment,
            daemon=lambda: engine_pid(environment),
            before=clean,
        ),
        Contender("scp", ("scp", "-q", "-r", "-p", "-F", config, *ends), environment, before=clean),
        Contender("rsync", ("rsync", "-a", "-e", f"ssh -F {config}", *ends), environment, before=clean),
    ]
    return compare(title, available(contenders), rounds=3)

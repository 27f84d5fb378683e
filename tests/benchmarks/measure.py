"""Run whole commands in turn, A B C A B C …, and compare them: wall time, CPU time of the client side, peak memory."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.sshd import SshdFarm

JOBSH = (sys.executable, "-m", "jobsh")
_TICKS = os.sysconf("SC_CLK_TCK")


class Figures(NamedTuple):
    """One run."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system time, of the command and what it waited for, and of the daemons named."""
    memory: int
    """Peak resident bytes of the largest process, the daemon named among them."""


class Contender(NamedTuple):
    """A command that takes part."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    daemon: Callable[[], int] | None = None
    """The process id of a daemon that works for it and whose CPU time counts."""
    before: Callable[[], object] | None = None
    """What is done, untimed, before each run."""
    stdout: Path | None = None


class Table:
    """What is printed: one row per contender, ratios to the first."""

    def __init__(self, title: str, columns: Sequence[str]) -> None:
        self.title = title
        self.columns = list(columns)
        self.rows: list[tuple[str, ...]] = []

    def add(self, *cells: str) -> None:
        """One more row."""
        self.rows.append(cells)

    def __str__(self) -> str:
        rows = [tuple(self.columns), tuple("---" for _ in self.columns), *self.rows]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return f"\n### {self.title}\n\n" + "\n".join(lines)


def daemon_cpu(pid: int) -> float:
    """User and system seconds of a process and the children it waited for; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / _TICKS


def daemon_memory(pid: int) -> int:
    """Peak resident bytes of a process; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def run_once(contender: Contender) -> Figures:
    """Run it to its end; a command that fails ends the benchmark, as its time would mean nothing."""
    if contender.before is not None:
        contender.before()
    pid = contender.daemon() if contender.daemon is not None else 0
    daemon_before = daemon_cpu(pid)
    with (contender.stdout or Path(os.devnull)).open("wb") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(
            contender.command,
            env=dict(contender.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(
            f"{contender.name} ended with {process.returncode}: {errors.decode(errors='replace')[-2000:]}"
        )
    cpu = usage.ru_utime + usage.ru_stime + daemon_cpu(pid) - daemon_before
    return Figures(wall, cpu, max(usage.ru_maxrss * 1024, daemon_memory(pid) if pid else 0))


def compare(title: str, contenders: Sequence[Contender], *, rounds: int = 5, warm_up: int = 1) -> Table:
    """Run all in turn and tell medians, and how many times the first takes of each."""
    runs: dict[str, list[Figures]] = {c.name: [] for c in contenders}
    for number in range(warm_up + rounds):
        for contender in contenders:
            figures = run_once(contender)
            if number >= warm_up:
                runs[contender.name].append(figures)
    table = Table(
        f"{title} (medians of {rounds})", ("", "wall s", "cpu s", "MB", "jobsh/this, wall", "jobsh/this, cpu")
    )
    own = median(runs[contenders[0].name])
    for contender in contenders:
        its = median(runs[contender.name])
        ratios = (f"{own.wall / its.wall:.2f}", f"{own.cpu / its.cpu:.2f}" if its.cpu else "-")
        table.add(contender.name, f"{its.wall:.3f}", f"{its.cpu:.3f}", f"{its.memory / 1e6:.0f}", *ratios)
    return table


def median(runs: Sequence[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(*(statistics.median(column) for column in zip(*runs, strict=True)))


def available(contenders: Sequence[Contender]) -> list[Contender]:
    """Those whose program this machine has; the others are named on standard error."""
    missing = [c.name for c in contenders if shutil.which(c.command[0]) is None]
    if missing:
        sys.stderr.write(f"not installed, left out: {', '.join(missing)}\n")
    return [c for c in contenders if c.name not in missing]


def engine_pid(environment: Mapping[str, str]) -> int:
    """The process id of the engine that serves `environment`, starting it when there is none."""
    run_jobsh(environment, "Get-Job | Out-Null")
    status = subprocess.run(
        [*JOBSH, "engine", "status"], env=dict(environment), capture_output=True, text=True, check=True
    )
    return int(
        next(
            word
            for line in status.stdout.splitlines()
            if "pid" in line.lower()
            for word in line.split()
            if word.isdigit()
        )
    )


def run_jobsh(environment: Mapping[str, str], text: str, *options: str) -> str:
    """What `jobsh -c TEXT` prints."""
    done = subprocess.run(
        [*JOBSH, *options, "-c", text], env=dict(environment), capture_output=True, text=True, check=True
    )
    return done.stdout


def quiet_config(farm: SshdFarm) -> Path:
    """The farm's ssh_config for all contenders alike; `ssh` reads the one in the home that passwd names, so it is given."""
    config = farm.directory / "bench_config"
    config.write_text(farm.ssh_config.read_text() + "    BatchMode yes\n    LogLevel ERROR\n")
    config.chmod(0o600)
    return config

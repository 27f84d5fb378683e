"""One more command over an open session or connection, beside ssh over an open ControlMaster."""

from __future__ import annotations

import itertools
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.measure import JOBSH, Table, quiet_config
from tests.sshd import sshd_farm

COMMANDS = 100
ROUNDS = 6


def measure() -> Iterator[Table]:
    """Milliseconds from one command's output to the next one's, in one process or loop each."""
    with sshd_farm(1) as farm:
        environment = farm.environment()
        config = str(quiet_config(farm))
        socket = farm.directory / "control"
        master = _master(environment, socket, config)
        try:
            yield _compare(environment, socket, config)
        finally:
            subprocess.run(
                ["ssh", "-F", config, "-S", str(socket), "-O", "exit", "web01"],
                env=environment,
                check=False,
                capture_output=True,
            )
            master.wait(10)
            subprocess.run([*JOBSH, "engine", "stop"], env=environment, check=False, capture_output=True)


def _compare(environment: Mapping[str, str], socket: Path, config: str) -> Table:
    session = f"$s = New-Session -ComputerName web01; 1..{COMMANDS} | ForEach-Object {{ Invoke-Command -Session $s {{ echo x }} }}"
    entered = f"Enter-Session web01; for ($i = 0; $i -lt {COMMANDS}; $i++) {{ echo x }}"
    alone = f"for ($i = 0; $i -lt {COMMANDS}; $i++) {{ Invoke-Command -ComputerName web01 {{ echo x }} }}"
    over_master = f"for i in $(seq {COMMANDS}); do ssh -F {config} -S {socket} web01 'echo x'; done"
    loops = {
        "jobsh, Invoke-Command -Session": (*JOBSH, "-F", config, "-c", session),
        "jobsh, shell text in an entered session": (*JOBSH, "-F", config, "-c", entered),
        "jobsh, Invoke-Command -ComputerName (keeps no shell state)": (*JOBSH, "-F", config, "-c", alone),
        "ssh over a ControlMaster": ("sh", "-c", over_master),
    }
    times: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(ROUNDS):
        for name, command in loops.items():
            times[name] += _gaps(command, environment)
    return _table(times)


def _table(times: Mapping[str, list[float]]) -> Table:
    table = Table(
        f"One command over an open session ({ROUNDS} x {COMMANDS})", ("", "median ms", "p95 ms", "of ControlMaster")
    )
    master = statistics.median(times["ssh over a ControlMaster"])
    for name, gaps in times.items():
        middle = statistics.median(gaps)
        p95 = sorted(gaps)[int(len(gaps) * 0.95)]
        table.add(name, f"{middle * 1000:.1f}", f"{p95 * 1000:.1f}", f"{middle / master:.2f}")
    return table


def _gaps(command: tuple[str, ...], environment: Mapping[str, str]) -> list[float]:
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        times = [time.perf_counter() for _ in process.stdout]
    if process.returncode != 0 or len(times) != COMMANDS:
        raise RuntimeError(f"{command} ended with {process.returncode} after {len(times)} lines")
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def _master(environment: Mapping[str, str], socket: Path, config: str) -> subprocess.Popen[bytes]:
    master = subprocess.Popen(
        ["ssh", "-F", config, "-M", "-N", "-S", str(socket), "web01"], env=dict(environment), stdin=subprocess.DEVNULL
    )
    while not socket.exists():
        time.sleep(0.01)
    return master

"""`hostname` on 100 loopback hosts: cold beside clush, pdsh, parallel-ssh and xargs + ssh; warm beside xargs + ControlMaster."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.measure import JOBSH, Contender, Table, available, compare, engine_pid, quiet_config, run_jobsh
from tests.sshd import SshdFarm, sshd_farm

HOSTS = 100
LIMIT = 64

PARALLEL_SSH = """
import sys
from pssh.clients import ParallelSSHClient
hosts = open(sys.argv[1]).read().split()
client = ParallelSSHClient(hosts, user=sys.argv[3], port=int(sys.argv[2]), pkey=sys.argv[4], pool_size=64)
for output in client.run_command("hostname"):
    print(output.host, *output.stdout)
"""


def measure() -> Iterator[Table]:
    """Cold, then warm."""
    with sshd_farm(HOSTS) as farm:
        environment = farm.environment()
        config = str(quiet_config(farm))
        environment["PDSH_SSH_ARGS_APPEND"] = f"-F {config}"
        try:
            yield compare(f"hostname on {HOSTS} hosts, cold", available(_cold(farm, environment, config)), rounds=5)
            yield from _warm(farm, environment, config)
        finally:
            subprocess.run([*JOBSH, "engine", "stop"], env=environment, check=False, capture_output=True)


def _invoke() -> str:
    return f"Invoke-Command -ComputerName web[01-99],web100 -ThrottleLimit {LIMIT} {{ hostname }}"


def _cold(farm: SshdFarm, environment: Mapping[str, str], config: str) -> list[Contender]:
    names = [host.name for host in farm.hosts]
    listed = farm.directory / "hosts"
    listed.write_text("\n".join(host.address for host in farm.hosts))
    script = farm.directory / "parallel_ssh.py"
    script.write_text(PARALLEL_SSH)
    aliases = ",".join(names)
    xargs = f"echo {' '.join(names)} | tr ' ' '\\n' | xargs -P{LIMIT} -I@ ssh -F {config} @ hostname"
    curve = f"echo {' '.join(names)} | tr ' ' '\\n' | xargs -P{LIMIT} -I@ ssh -F {config} -o KexAlgorithms=curve25519-sha256 @ hostname"
    return [
        Contender(
            "jobsh",
            (*JOBSH, "-F", config, "-c", _invoke()),
            environment,
            daemon=lambda: engine_pid(environment),
            before=lambda: _restart(environment),
        ),
        Contender("clush", ("clush", "-o", f"-F {config}", "-f", str(LIMIT), "-w", aliases, "hostname"), environment),
        Contender("pdsh", ("pdsh", "-R", "ssh", "-f", str(LIMIT), "-w", aliases, "hostname"), environment),
        Contender("xargs + ssh", ("sh", "-c", xargs), environment),
        Contender("xargs + ssh (curve25519)", ("sh", "-c", curve), environment),
        *_parallel_ssh(farm, environment, script, listed),
    ]


def _parallel_ssh(farm: SshdFarm, environment: Mapping[str, str], script: Path, listed: Path) -> list[Contender]:
    probe = subprocess.run([sys.executable, "-c", "import pssh.clients"], capture_output=True, check=False)
    if probe.returncode != 0:
        sys.stderr.write("not installed, left out: parallel-ssh\n")
        return []
    arguments = (str(script), str(listed), str(farm.port), farm.user, str(farm.identity))
    return [Contender("parallel-ssh", (sys.executable, *arguments), environment)]


def _restart(environment: Mapping[str, str]) -> None:
    """A fresh engine: running, without any connection."""
    subprocess.run([*JOBSH, "engine", "stop"], env=dict(environment), check=False, capture_output=True)
    run_jobsh(environment, "Get-Job | Out-Null")


def _warm(farm: SshdFarm, environment: dict[str, str], config: str) -> Iterator[Table]:
    names = " ".join(host.name for host in farm.hosts)
    sockets = farm.directory / "cm"
    sockets.mkdir()
    masters = [_master(environment, sockets / name, name, config) for name in names.split()]
    try:
        for name in names.split():
            while not (sockets / name).exists():
                time.sleep(0.01)
        over = f"echo {names} | tr ' ' '\\n' | xargs -P{LIMIT} -I@ ssh -F {config} -S {sockets}/@ @ hostname"
        run_jobsh(environment, _invoke(), "-F", config)
        contenders = [
            Contender(
                "jobsh", (*JOBSH, "-F", config, "-c", _invoke()), environment, daemon=lambda: engine_pid(environment)
            ),
            Contender("xargs + ssh ControlMaster", ("sh", "-c", over), environment),
        ]
        yield compare(f"hostname on {HOSTS} hosts, connections open", contenders, rounds=7)
    finally:
        for master in masters:
            master.terminate()
        for master in masters:
            master.wait(10)


def _master(environment: Mapping[str, str], socket: Path, name: str, config: str) -> subprocess.Popen[bytes]:
    command = ["ssh", "-F", config, "-M", "-N", "-S", str(socket), "-o", "KexAlgorithms=curve25519-sha256", name]
    return subprocess.Popen(command, env=dict(environment), stdin=subprocess.DEVNULL)

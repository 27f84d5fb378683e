"""The farm itself: what every other test on real hosts stands on."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.processes import processes_of, program
from tests.sshd import SshdFarm, sshd_farm


def ssh(farm: SshdFarm, host: str, command: str, *options: str) -> str:
    """What OpenSSH's own client gets."""
    arguments = [program("ssh"), "-F", str(farm.ssh_config), "-o", "BatchMode=yes", *options, host, command]
    done = subprocess.run(arguments, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_host_has_its_own_home(farm: SshdFarm) -> None:
    assert ssh(farm, farm.host(1), 'echo "$HOME"') == f"{farm.home(1)}\n"
    assert ssh(farm, farm.host(4), 'echo "$HOME"') == f"{farm.home(4)}\n"


def test_bash_starts_in_the_home_of_its_host(farm: SshdFarm) -> None:
    assert ssh(farm, farm.host(2), "pwd; cd /; bash -c pwd").split() == [str(farm.home(2)), "/"]


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_hosts_with_other_login_shells(farm: SshdFarm, shell: str) -> None:
    said = ssh(farm, farm.shells[shell].name, r"readlink /proc/$$/exe; echo 'a  b'")
    assert os.path.basename(said.split()[0]) == shell
    assert said.endswith("a  b\n")


def test_a_certificate_logs_in(farm: SshdFarm) -> None:
    options = (
        "-o",
        f"IdentityFile={farm.certified_identity}",
        "-o",
        f"CertificateFile={farm.certified_identity}-cert.pub",
    )
    config = farm.directory / "certified_config"
    config.write_text(farm.ssh_config.read_text().replace(f"IdentityFile {farm.identity}\n", "#\n"))
    assert ssh(farm, farm.host(1), "echo in", "-F", str(config), *options) == "in\n"


def test_a_farm_leaves_nothing() -> None:
    with sshd_farm(1) as farm:
        ssh(farm, "web01", "sleep 1000 >/dev/null 2>&1 & setsid sleep 1000 >/dev/null 2>&1 &")
        assert len(processes_of(farm.directory)) >= 3
    assert processes_of(farm.directory) == []
    assert not farm.directory.exists()


def test_environments_are_private_and_fresh(farm: SshdFarm) -> None:
    one, two = farm.environment(), farm.environment()
    assert one["HOME"] != two["HOME"]
    assert all(value.startswith(one["HOME"]) for name, value in one.items() if name.startswith("XDG_"))

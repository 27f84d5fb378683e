"""What is secret stays where it was given: no command line, no file, no log, no process but the job's own has it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.user import User
from tests.processes import await_condition
from tests.sshd import SshdFarm

CANARY = "canary-5f1d"

TEXT = """
held=$TOKEN
$secret = $env:TOKEN
$here = Start-Job { test "$using:secret" && touch here; sleep 600 }
$code = Start-Job { $null = $using:secret; touch code; Start-Sleep 600 }
$there = Invoke-Command web01 -AsJob { test "$using:secret" && echo there; sleep 600 }
Receive-Job $there -Wait | Select-Object -First 1
$s = New-Session web02
Invoke-Command -Session $s { test "$using:secret" && echo attached }
Enter-Session web02
Start-Job { test "$using:secret" && echo stays; sleep 600 } | Receive-Job -Wait | Select-Object -First 1
"""


def files_with(secret: str, *directories: Path, beside: str = "no such file") -> list[Path]:
    """The files below these directories that contain `secret`."""
    files = (path for directory in directories for path in directory.rglob("*") if beside not in str(path))
    return [path for path in files if _has(path, secret.encode())]


def _has(path: Path, secret: bytes) -> bool:
    with contextlib.suppress(FileNotFoundError):  # it went this instant
        return path.is_file() and secret in path.read_bytes()
    return False


def processes_with(secret: str, place: str) -> Iterator[bytes]:
    """The command lines of processes in whose `cmdline` or `environ` there is `secret`."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(pid) != os.getpid() and secret.encode() in Path(f"/proc/{pid}/{place}").read_bytes():
                yield Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:  # it ended while we looked
            pass


def test_values_of_jobs_are_nowhere_but_in_the_jobs(user: User, farm: SshdFarm) -> None:
    user.environment["TOKEN"] = CANARY
    said = user.says("-c", "-", given=TEXT.encode())
    assert said.out.splitlines() == ["there", "attached", "stays"], said
    await_condition(lambda: all((user.home / name).exists() for name in ("here", "code")))
    homes = [host.home for host in farm.hosts]
    # the shell of the job that is jobsh code keeps its variables in a private directory for as long as it lives
    assert files_with(CANARY, user.home, *homes, beside="/run/jobsh/shell-") == []
    assert list(processes_with(CANARY, "cmdline")) == []
    having = list(processes_with(CANARY, "environ"))
    assert having
    assert [command for command in having if b"engine\0run" in command or b"sshd" in command] == []
    del user.environment["TOKEN"]
    user.runs("Get-Job | Stop-Job; Enter-Session web02; Get-Job | Stop-Job")
    # jobsh code that has no time to clean up before it is killed: the engine does it, once it sees it dead
    await_condition(lambda: files_with(CANARY, user.home, *homes) == [])


def test_a_killed_front_end_leaves_no_values(user: User) -> None:
    user.environment["TOKEN"] = CANARY
    process = user.start("-c", "held=$TOKEN\nGet-Job\necho up\nStart-Sleep 600")
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    assert files_with(CANARY, user.home) != []
    process.kill()
    await_condition(lambda: files_with(CANARY, user.home) == [])


@pytest.mark.parametrize(
    "words", [("-c", "Get-Nothing"), ("-c", "throw 'x'"), ("-v", "-c", "Invoke-Command nohost.invalid { }")]
)
def test_errors_do_not_log_the_environment(user: User, words: tuple[str, ...]) -> None:
    user.environment["TOKEN"] = CANARY
    assert user.says(*words).status
    assert files_with(CANARY, user.home) == []

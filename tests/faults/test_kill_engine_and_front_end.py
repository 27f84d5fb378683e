"""kill -9 of engine and front end in the middle of a large remote job: not a byte is lost or doubled."""

from __future__ import annotations

import hashlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.user import User, a_user
from tests.processes import await_condition, kill
from tests.sshd import SshdFarm

SIZE = 100_000_000
PIECES = 20
"""The job writes this many pieces and waits after each until the test says so, so that the kills fall in its middle."""


@pytest.fixture
def user(farm: SshdFarm) -> Iterator[User]:
    with a_user(farm) as somebody:
        yield somebody


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def script(source: Path, gate: Path) -> str:
    """Write `source` to standard output piece by piece; go on from the middle only when `gate` is there."""
    half = PIECES // 2
    return (
        f"i=0; while [ $i -lt {PIECES} ]; do"
        f" dd if={source} bs={SIZE // PIECES} skip=$i count=1 2>/dev/null;"
        f" i=$((i + 1)); [ $i -eq {half} ] && until [ -e {gate} ]; do sleep 0.05; done; done; echo end >&2"
    )


@pytest.mark.parametrize("start", ["Invoke-Command web01 {{ {0} }} -AsJob", "Enter-Session web01; Start-Job {{ {0} }}"])
def test_the_bytes_are_equal(farm: SshdFarm, user: User, start: str) -> None:
    source, gate = user.home / "source", user.home / "gate"
    seed = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(SIZE // 3200))
    data = (seed * (SIZE // len(seed) + 1))[:SIZE]
    source.write_bytes(data)
    receive = "| Receive-Job -Wait -Keep"
    process = user.start("-c", start.format(script(source, gate)) + receive, stdout=subprocess.PIPE)
    assert process.stdout is not None
    first = process.stdout.read(SIZE // 4)
    kill(user.engine_pid())
    process.send_signal(signal.SIGKILL)
    process.stdout.read()
    process.communicate()
    gate.touch()

    enter = "Enter-Session web01; " if start.startswith("Enter") else ""
    done = user.run_bytes("-c", f"{enter}Receive-Job 1 -Wait", timeout=100)
    assert first == data[: len(first)]
    assert len(done.stdout) == SIZE
    assert digest(done.stdout) == digest(data)
    assert (done.stderr, done.returncode) == (b"end\n", 0)
    assert user.runs(f"{enter}(Get-Job 1).HasMoreData; (Get-Job 1).State") == "False\nCompleted\n"


def test_a_killed_receiver_has_received_nothing_that_is_lost(user: User) -> None:
    """What a killed Receive-Job printed may come again, but never is anything missing."""
    user.runs("Start-Job { seq 1000000 } | Wait-Job | Out-Null")
    process = user.start("-c", "Receive-Job 1")
    assert process.stdout is not None
    process.stdout.read(10_000)
    process.kill()
    process.communicate()
    assert user.runs("Receive-Job 1") == "".join(f"{n}\n" for n in range(1, 1_000_001))


def test_waiting_goes_on_with_the_next_engine(user: User) -> None:
    """A front end that waits for a job of this machine does not notice that the engine was killed."""
    gate = user.home / "gate"
    text = f"Start-Job {{ echo one; until [ -e {gate} ]; do sleep 0.05; done; echo two }} | Receive-Job -Wait"
    process = user.start("-c", text)
    assert process.stdout is not None
    assert process.stdout.readline() == b"one\n"
    kill(user.engine_pid())
    await_condition(lambda: user.says("-c", "Get-Job").status == 0, what="another engine answers")
    gate.touch()
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == (b"two\n", b"", 0)

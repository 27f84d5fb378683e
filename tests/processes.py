"""Processes that tests left behind: found by a directory that only they know, and ended. Knows nothing of jobsh."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

LONGEST = 40.0
"""Seconds that anything may take, on a busy machine too. What is waited for is exact; when it comes is not what tests are about."""


def program(name: str) -> str:
    """The path of a program the tests need; a missing one fails the tests, it never skips them."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")
    if path is None:
        raise RuntimeError(f"the tests need '{name}' (OpenSSH server and client) on this machine")
    return path


def await_condition(condition: Callable[[], object], timeout: float = LONGEST, what: str = "") -> None:
    """Wait until `condition()` holds; fail when it does not within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what or condition}")
        time.sleep(0.01)


def processes_of(directory: Path) -> list[int]:
    """Living processes that carry `directory` in their environment or command line; not this one."""
    mark = os.fsencode(directory)
    return [pid for pid in _all_pids() if pid != os.getpid() and _carries(pid, mark)]


def words_of(pid: int) -> list[bytes]:
    """The command line of a process; nothing of one that is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return [b""]


def _all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _carries(pid: int, mark: bytes) -> bool:
    try:
        if b") Z " in Path(f"/proc/{pid}/stat").read_bytes():
            return False
        return any(mark in Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline"))
    except OSError:  # it ended while we looked, or it is another user's
        return False


def seconds_without_a_processor(thread: str = "thread-self") -> float:
    """How long a thread could have run, but others did: load, not a call that blocks. Only Linux tells."""
    try:
        with open(f"/proc/{thread}/schedstat", "rb", buffering=0) as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0


def end_processes_of(directory: Path, but: int = 0) -> None:
    """Kill all processes that carry `directory`, `but` one, and wait until they are gone."""

    def none_is_left() -> bool:
        left = [pid for pid in processes_of(directory) if pid != but]
        for pid in left:
            kill(pid)
        return not left

    await_condition(none_is_left, what=f"the processes of {directory} are gone")


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)

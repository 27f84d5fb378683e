"""Processes of this machine: whether one is still the one that was meant, and who carries a job's cookie."""

from __future__ import annotations

import os
import subprocess
from enum import Enum


class Activity(Enum):
    """What a process does."""

    GONE = "gone"
    STOPPED = "stopped"
    LIVES = "lives"


_HAS_PROC = os.path.exists("/proc/self/stat")


def is_same(pid: int, birth: str) -> bool:
    """Whether the process `pid` that was started at `birth` still lives; numbers are used again, start times are not."""
    return activity(pid, birth) is not Activity.GONE


def activity(pid: int, birth: str) -> Activity:
    """What that very process does."""
    found = _state_and_birth(pid) if pid > 0 else None
    if found is None or found[1] != birth or found[0] in "ZX":
        return Activity.GONE
    return Activity.STOPPED if found[0] == "T" else Activity.LIVES


def _state_and_birth(pid: int) -> tuple[str, str] | None:
    if not _HAS_PROC:
        return _from_ps(pid)
    words = _stat(str(pid))
    return None if words is None else (words[0].decode(), words[19].decode())


def _stat(pid: str) -> list[bytes] | None:
    """What the kernel says of a process, from its state on."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return None


def _from_ps(pid: int) -> tuple[str, str] | None:
    command = ("ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid))
    said = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    words = said.stdout.split()
    return (words[0][0], "_".join(words[1:])) if len(words) > 1 else None


def group_lives(group: int) -> bool:
    """Whether a process of this group lives. One that ended counts for the kernel until somebody asks how; in containers it is
    often nobody's to ask."""
    try:
        os.killpg(group, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return not _HAS_PROC or any(_lives_in(name, group) for name in os.listdir("/proc") if name.isdigit())


def _lives_in(pid: str, group: int) -> bool:
    words = _stat(pid)
    return words is not None and int(words[2]) == group and words[0] not in (b"Z", b"X")


def has_members(cookie: str) -> bool:
    """Whether a live process has `cookie` (NAME=VALUE) in its environment."""
    mark = os.fsencode(cookie)
    return any(mark in _environment(name) for name in os.listdir("/proc") if name.isdigit()) if _HAS_PROC else False


def _environment(pid: str) -> bytes:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read()
    except OSError:  # another user's, or it has ended
        return b""

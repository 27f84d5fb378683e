"""Where the running engine is: a lock that says whether there is one, a file beside it that tells its socket. Light to import."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from typing import NamedTuple

from jobsh.config import Settings, private_directory

READY_VARIABLE = "JOBSH_ENGINE_READY"
"""Tells an engine's process the descriptor on which its starter waits for one line of JSON: {} or an error."""
IDLE_VARIABLE = "JOBSH_ENGINE_IDLE"
"""Seconds after which an engine that nobody needs leaves."""
VERSION_VARIABLE = "JOBSH_ENGINE_VERSION"
"""What the engine says its version is: the starter's."""


class Whereabouts(NamedTuple):
    """What an engine says of itself."""

    socket: str
    pid: int


def read_whereabouts(settings: Settings) -> Whereabouts | None:
    """What the last engine said; whether it still runs is another question."""
    try:
        with open(settings.whereabouts, encoding="utf-8") as file:
            said = json.load(file)
        return Whereabouts(str(said["socket"]), int(said["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_whereabouts(settings: Settings, socket: str) -> None:
    """Say where we are, at once and whole."""
    temporary = f"{settings.whereabouts}.{os.getpid()}"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"socket": socket, "pid": os.getpid()}, file)
    os.replace(temporary, settings.whereabouts)


def open_lock(path: str) -> int:
    """The descriptor of a lock file; no process we start inherits it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def take_lock(path: str) -> int:
    """Wait for a lock and hold it until the descriptor is closed."""
    descriptor = open_lock(path)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def say_who_holds(descriptor: int, pid: int = 0) -> None:
    """Write into a lock that is ours who has it; 0: nobody any more."""
    os.ftruncate(descriptor, 0)
    with suppress(OSError):  # a full disk: then nobody knows
        os.pwrite(descriptor, f"{pid}\n".encode("ascii") if pid else b"", 0)


def engine_pid(settings: Settings) -> int | None:
    """The process that holds the engine's lock: what `whereabouts` tells may be of an engine before it."""
    try:
        with open(settings.lock, encoding="ascii") as file:
            pid = int(file.read() or 0)
    except (OSError, ValueError):
        return None
    return pid if pid > 1 and engine_is_running(settings) else None


def engine_is_running(settings: Settings) -> bool:
    """Whether some process is this user's engine now."""
    private_directory(settings.state)
    descriptor = open_lock(settings.lock)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False

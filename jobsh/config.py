"""Settings: where jobsh keeps its things. Read from the environment once; must not create anything before it is asked to."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from jobsh.errors import OperationError

_LONGEST_SOCKET_PATH = 100
"""Bytes. sun_path holds 108 on Linux, 104 elsewhere."""


class Settings(NamedTuple):
    """Where things are. Directories are made, with mode 0700, by `private_directory` when first used."""

    home: str
    """This uid's home, not the one of whoever called `sudo`."""
    state: str
    """The engine's directory, of this machine alone (homes are shared)."""
    spool: str
    """Where the jobs of this machine live; hosts reached over ssh have theirs in the same place."""
    runtime: str
    """Where the engine's socket lies; short enough for one."""
    config: str
    """The user's profile and configuration."""

    @property
    def lock(self) -> str:
        """Its flock says who is the engine."""
        return f"{self.state}/engine.lock"

    @property
    def start_lock(self) -> str:
        """Held by the front end that is starting an engine."""
        return f"{self.state}/engine.start"

    @property
    def whereabouts(self) -> str:
        """Tells where the running engine's socket is."""
        return f"{self.state}/engine.json"

    @property
    def log(self) -> str:
        """The engine's log."""
        return f"{self.state}/engine.log"

    @property
    def store(self) -> str:
        """The SQLite file."""
        return f"{self.state}/jobsh.db"

    @property
    def replicas(self) -> str:
        """One directory per job of a host."""
        return f"{self.state}/replicas"

    @property
    def socket(self) -> str:
        """Where a new engine opens its socket: one name per state directory, so that several can lie side by side."""
        return f"{self.runtime}/{_short_hash(self.state)}.sock"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that `environment` gives: JOBSH_STATE_DIR, then the XDG variables, then the home directory."""
    home = _home(environment)
    state = _first_of_ours(
        environment.get("JOBSH_STATE_DIR", ""),
        _under(environment.get("XDG_STATE_HOME", ""), "jobsh"),
        _under(home, ".local/state/jobsh"),
    )
    config = _first_of_ours(_under(environment.get("XDG_CONFIG_HOME", ""), "jobsh"), _under(home, ".config/jobsh"))
    machine = machine_name()
    return Settings(home, f"{state}/{machine}", f"{state}/spool/{machine}", _runtime(environment), config)


def private_directory(path: str) -> str:
    """Make `path` with mode 0700, or check that it is ours alone and no symbolic link; gives `path` back."""
    try:
        _make_parents(path)
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            _check_private(path)
    except OSError as error:
        raise OperationError(f"{path}: {error.strerror}", hint="JOBSH_STATE_DIR names another place") from error
    return path


def _make_parents(path: str) -> None:
    """What is missing above `path`, with mode 0700 as XDG wants it; `os.makedirs` gives it to the last one only."""
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        _make_parents(parent)
        with suppress(FileExistsError):  # another made it at the same instant; a file shows below
            os.mkdir(parent, 0o700)


def _check_private(path: str) -> None:
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise OperationError(f"{path} is not a directory of its own", hint="remove it, or set JOBSH_STATE_DIR")
    if found.st_uid != os.geteuid():
        raise OperationError(f"{path} belongs to another user", hint="set JOBSH_STATE_DIR to a directory of yours")
    if stat.S_IMODE(found.st_mode) != 0o700:
        os.chmod(path, 0o700)


def _home(environment: Mapping[str, str]) -> str:
    """$HOME, unless it is another user's (`sudo jobsh`): then the one the system knows for this uid."""
    named = environment.get("HOME", "")
    if _is_absolute(named) and _is_ours(named):
        return named.rstrip("/") or "/"
    try:
        return pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:  # a container's arbitrary uid
        return named if _is_absolute(named) else "/"


def _first_of_ours(*paths: str) -> str:
    usable = [path.rstrip("/") for path in paths if _is_absolute(path)]
    return next((path for path in usable if _is_ours(path)), usable[-1])


def _under(directory: str, name: str) -> str:
    return f"{directory.rstrip('/')}/{name}" if directory else ""


def _is_absolute(path: str) -> bool:
    return path.startswith("/") and "\0" not in path


def _is_ours(path: str) -> bool:
    """Whether what exists of `path` is this user's or the system's: root's things have no place in a user's home."""
    while True:
        try:
            return os.stat(path).st_uid in (os.geteuid(), 0)
        except OSError:
            if path == "/":
                return False
            path = os.path.dirname(path)


def _runtime(environment: Mapping[str, str]) -> str:
    named = environment.get("XDG_RUNTIME_DIR", "").rstrip("/")
    if _is_absolute(named) and len(os.fsencode(named)) < _LONGEST_SOCKET_PATH - 20 and _is_own_directory(named):
        return f"{named}/jobsh"
    return fallback_runtime()


def fallback_runtime() -> str:
    """Where sockets lie when there is no runtime directory."""
    return f"/tmp/jobsh-{os.geteuid()}"  # noqa: S108  (made 0700, checked for owner and links when used)


def _is_own_directory(path: str) -> bool:
    try:
        found = os.stat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def machine_name() -> str:
    """What tells this machine from others that share the home: its machine-id, else its name."""
    try:
        with open("/etc/machine-id", encoding="ascii", errors="replace") as file:
            number = file.readline().strip()
    except OSError:
        number = ""
    if len(number) == 32 and all(c in "0123456789abcdef" for c in number):
        return number
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in os.uname().nodename) or "this"


def _short_hash(text: str) -> str:
    """Eight hexadecimal digits; zlib's CRC would do, this one costs no import."""
    value = 0x811C9DC5
    for byte in os.fsencode(text):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"

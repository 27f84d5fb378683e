"""What a job of this machine begins in: directory, environment and shell of whoever asked, else of this user."""

from __future__ import annotations

import os
import pwd

from jobsh.model.messages import Surroundings
from jobsh.ports.spool import AttachedStart, SpoolStart
from jobsh.spool.attach import COOKIE
from jobsh.spool.programs import Shell, interpreter_of

_STATE_OF_OTHERS = ("JOBSH_JOB", COOKIE)
"""Variables of a job or attached command that we may have been started in."""


def state_of_front_end(start: SpoolStart, shell: Shell) -> bytes:
    """What the shell of whoever asked holds, for a text that is for this shell; empty where there is nothing."""
    path = start.surroundings.shell_state if start.surroundings is not None else ""
    if not path.endswith(f".{shell.kind}") or interpreter_of(start.program):
        return b""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # who asked has left
        return b""


def place_of(start: SpoolStart | AttachedStart) -> str:
    """Where it begins: in the front end's directory; a session begins at home, here as on a host."""
    return start.surroundings.directory if start.surroundings and not start.session else home_directory()


def home_directory() -> str:
    """The home of this user."""
    return os.path.expanduser("~")


def login_shell() -> str:
    """The shell that passwd names for this user."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_shell
    except KeyError:  # a container's arbitrary uid
        return os.environ.get("SHELL", "/bin/sh")


def environment_of(surroundings: Surroundings | None) -> dict[str, str]:
    """The variables of whoever asked, else ours."""
    environment = dict(surroundings.environment) if surroundings else dict(os.environ)
    return {name: value for name, value in environment.items() if name not in _STATE_OF_OTHERS}

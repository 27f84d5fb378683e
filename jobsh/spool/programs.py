"""Which command runs a Program: a shell, an interpreter, jobsh itself. Pure; says nothing of how it is started."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from enum import StrEnum

from jobsh.errors import SpoolError
from jobsh.model.messages import Program
from jobsh.spool.encoding import check_value

JOBSH = ("jobsh",)
"""The interpreter of jobsh code."""

_POSIX = re.compile(r"(?:sh|dash|ash|bash|rbash|zsh|ksh(?:93)?|mksh|oksh|pdksh|yash|busybox)", re.ASCII)


class ShellKind(StrEnum):
    """How a shell says and takes its state."""

    BASH = "bash"
    ZSH = "zsh"
    SH = "sh"


# What zsh keeps under these names is no variable: assigning them changes the search path, the user, a limit.
_ZSHS_OWN = frozenset(
    [
        "status",
        "pipestatus",
        "argv",
        "path",
        "cdpath",
        "fpath",
        "manpath",
        "mailpath",
        "module_path",
        "fignore",
        "psvar",
        "prompt",
        "signals",
        "options",
        "functions",
        "aliases",
        "galiases",
        "saliases",
        "commands",
        "builtins",
        "parameters",
        "history",
        "UID",
        "EUID",
        "GID",
        "EGID",
        "USERNAME",
        "KEYBOARD_HACK",
        "TTYIDLE",
    ]
)


class Shell:
    """The shell of a location: the login shell where it is POSIX-like, else sh."""

    def __init__(self, login_shell: str) -> None:
        name = os.path.basename(login_shell)
        self.is_login_shell = bool(_POSIX.fullmatch(name)) and login_shell.startswith("/")
        """Whether the login shell itself, which reads the command strings of channels, is it."""
        self.path = login_shell if self.is_login_shell else "/bin/sh"
        self.command: tuple[str, ...] = (self.path, "sh") if name == "busybox" else (self.path,)
        self.kind = ShellKind(name) if self.is_login_shell and name in ("bash", "zsh") else ShellKind.SH

    def owns(self, name: str) -> bool:
        """Whether a value of ours cannot have this name while the shell runs: then the name is the shell's own."""
        return self.kind is ShellKind.ZSH and name in _ZSHS_OWN


def interpreter_of(program: Program) -> tuple[str, ...]:
    """The words before the script file's name; empty for the location's shell. A `#!` line counts when nothing was chosen."""
    if program.interpreter or not program.text.startswith("#!"):
        return program.interpreter
    words = program.text.partition("\n")[0][2:].strip().split(maxsplit=1)  # as the kernel: at most one argument
    return tuple(word.strip() for word in words)


def check_arguments(arguments: Sequence[str]) -> None:
    """Raise SpoolError for an argument that no program can be given."""
    for number, argument in enumerate(arguments, 1):
        check_value(argument, f"argument {number}")


# Starts from a session's saved state, when it has saved one: $0 the script, $1 the state, then the arguments.
_STATE = (
    'if [ -r "$1" ]; then . "$1" 2>/dev/null; [ -d "$__jobsh_w/." ] && [ "$PWD" = "$__jobsh_w" ] || '
    'cd -- "$__jobsh_w" || exit; fi; shift; '
    'eval "$__jobsh_o" 2>/dev/null; unset -v __jobsh_o __jobsh_r __jobsh_w; '
)
_EXPANDING = "shopt -s expand_aliases 2>/dev/null; "
# $1 the directory, then as before.
_DIRECTORY = 'cd -- "$1" || exit; shift; '


def job_command(
    program: Program,
    script: str,
    shell: Shell,
    jobsh_command: Sequence[str],
    state: str = "",
    *,
    forgets_state: bool = False,
) -> list[str]:
    """The words that run `script`, from the shell state in the file `state` when there is one. `forgets_state`: the file, which
    may hold secrets, is gone before the script begins."""
    check_arguments(program.arguments)
    interpreter = interpreter_of(program)
    if interpreter == JOBSH:
        if not jobsh_command:
            raise SpoolError("jobsh code runs on this machine only", hint="send a shell script")
        interpreter = tuple(jobsh_command)
    place = (program.directory,) if program.directory else ()
    from_state = _STATE.replace("shift; ", 'rm -f -- "$1"; shift; ', 1) if forgets_state else _STATE
    before = (from_state if state else "") + (_DIRECTORY if place else "")
    words = [*([state] if state else ()), *place]
    if not words:
        return [*(interpreter or shell.command), script, *program.arguments]
    if interpreter:
        return [*shell.command, "-c", before + 'exec "$@"', "sh", *words, *interpreter, script, *program.arguments]
    expanding = _EXPANDING if state else ""
    return [*shell.command, "-c", expanding + before + '. "$0"', script, *words, *program.arguments]

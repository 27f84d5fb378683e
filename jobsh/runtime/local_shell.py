"""The login shell of this machine: how a text is given to it, and the state it leaves to the next one in files of ours."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping
from typing import NamedTuple

from jobsh.model.messages import Program
from jobsh.spool.programs import Shell, ShellKind, interpreter_of
from jobsh.spool.shell_state import stateful

_LONGEST_WORD = 100_000
"""Bytes of a text that is given as an argument; longer ones are files (an argument holds 128 KiB)."""
_NOT_THE_TEXTS = ("_", "SHLVL")


class Left(NamedTuple):
    """What a text left behind."""

    umask: int
    directory: str
    environment: dict[str, str]


class LocalShell:
    """The user's login shell where it is POSIX-like, else sh."""

    def __init__(self, directory: Callable[[], str], login_shell: str | None = None) -> None:
        self._shell = Shell(_login_shell() if login_shell is None else login_shell)
        self._find_directory = directory
        self._directory = ""
        self._handed: tuple[str, ...] = ()

    @property
    def has_state(self) -> bool:
        """Whether a text has left a state."""
        return bool(self._directory) and os.path.exists(self._state)

    @property
    def _state(self) -> str:
        return os.path.join(self._own_directory(), "state")

    def _own_directory(self) -> str:
        if not self._directory:
            self._directory = self._find_directory()
        return self._directory

    def argv(self, program: Program, *, saves_state: bool) -> list[str]:
        """The words that run the program, from the state that there is, leaving a new one if that is wanted."""
        interpreter = interpreter_of(program)
        if interpreter:
            return [*interpreter, self._file(program.text), *program.arguments]
        name = os.path.basename(self._shell.path)
        text = program.text
        if len(text) * 4 > _LONGEST_WORD and len(os.fsencode(text)) > _LONGEST_WORD:
            text = f". '{self._file(text)}'"
        if not saves_state and not self.has_state:
            return [*self._shell.command, *self._options(), "-c", text, name, *program.arguments]
        self._handed = tuple(variable for variable, _ in program.variables)
        begin = stateful(self._shell.kind, self._handed, keeps=saves_state, tells_environment=True)
        return [*self._shell.command, "-c", begin, name, self._state, text, *program.arguments]

    def _options(self) -> tuple[str, ...]:
        """So that an alias counts in the very first text as it does in later ones."""
        return ("-O", "expand_aliases") if self._shell.kind is ShellKind.BASH else ()

    def _file(self, text: str) -> str:
        path = os.path.join(self._own_directory(), "text")
        with open(path, "wb") as file:
            file.write(os.fsencode(text))
        return path

    def what_was_left(self, before: Mapping[str, str]) -> Left | None:
        """What the text that just ended left; None where it left nothing new."""
        if not self._directory:
            return None
        umask, _, directory = _take(self._state + ".place").partition(b"\n")
        if not directory:
            return None
        return Left(int(umask, 8), os.fsdecode(directory), self._environment(_take(self._state + ".env"), before))

    def _environment(self, dump: bytes, before: Mapping[str, str]) -> dict[str, str]:
        entries = (entry.partition("=") for entry in os.fsdecode(dump).split("\0") if entry)
        found = {name: value for name, _, value in entries if name not in self._handed and name not in _NOT_THE_TEXTS}
        if not found:  # no `env` where the text left PATH
            return dict(before)
        return {**{name: before[name] for name in _NOT_THE_TEXTS if name in before}, **found}

    def forget(self) -> None:
        """Remove the files."""
        if self._directory:
            from shutil import rmtree

            rmtree(self._directory, ignore_errors=True)


def _take(path: str) -> bytes:
    """The bytes of a file, which is gone then."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        os.unlink(path)
    except OSError:
        return b""
    return data


def _login_shell() -> str:
    try:
        shell = pwd.getpwuid(os.geteuid()).pw_shell
    except KeyError:
        return "/bin/sh"
    return shell if os.access(shell, os.X_OK) else "/bin/sh"

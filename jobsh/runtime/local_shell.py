"""The login shell of this machine: how a text is given to it, and the state it leaves to the next one in files of ours. The
words that keep the state are those of a host's sessions."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

from jobsh.model.messages import Program
from jobsh.spool.programs import Shell, ShellKind, interpreter_of

_LONGEST_WORD = 100_000
"""Bytes of a text that is given as an argument; longer ones are files (an argument holds 128 KiB)."""
_SESSION = "here"
_WHOLE = b"# whole\n"
"""What a state ends with that was written to its end."""
# After the words of the state's shell: variables of this text only. The directory is told in any case: nobody else knew it.
_HAND_OVER = """
__jobsh_w= __jobsh_m=$1
shift
while [ "$__jobsh_m" -gt 0 ]; do
  __jobsh_keep "${1%%=*}"
  export "$1"
  shift
  __jobsh_m=$((__jobsh_m - 1))
done
"""
_BEGIN = "__jobsh_s=$1 __jobsh_z=$2 __jobsh_v=$3 __jobsh_i=" + _SESSION + ";shift 3;"


class Call(NamedTuple):
    """What to execute."""

    argv: list[str]
    environment: Mapping[str, str]


class LocalShell:
    """The user's login shell where it is POSIX-like, else sh."""

    def __init__(self, directory: Callable[[], str], login_shell: str | None = None) -> None:
        self._shell = Shell(_login_shell() if login_shell is None else login_shell)
        self._find_directory = directory
        self._directory = ""
        self._program = ""

    @property
    def has_state(self) -> bool:
        """Whether a text has left a state."""
        return bool(self._directory) and os.path.exists(self.state)

    @property
    def state(self) -> str:
        """The file that holds it."""
        return os.path.join(self._directory, _SESSION, f"state.{self._shell.kind}")

    def call(self, program: Program, environment: Mapping[str, str], *, saves_state: bool) -> Call:
        """How the program is run, from the state that there is, leaving a new one if that is wanted."""
        own = {**environment, **dict(program.variables)}
        interpreter = interpreter_of(program)
        if interpreter:
            return Call([*interpreter, self._file(program.text), *program.arguments], own)
        name, text = os.path.basename(self._shell.path), program.text
        if len(text) * 4 > _LONGEST_WORD and len(os.fsencode(text)) > _LONGEST_WORD:
            text = f". '{self._file(text)}'"
        if not saves_state and not self.has_state:
            text = f" {text}" if text.startswith(("-", "+")) else text  # or the shell takes it for an option
            return Call([*self._shell.command, *self._options(), "-c", text, name, *program.arguments], own)
        handed = [f"{variable}={value}" for variable, value in program.variables if not self._shell.owns(variable)]
        words = (self._prepare(), "" if saves_state else "1", text, str(len(handed)), *handed, *program.arguments)
        return Call([*self._shell.command, "-c", self._program, name, *words], environment)

    def _options(self) -> tuple[str, ...]:
        """So that an alias counts in the very first text as it does in later ones."""
        return ("-O", "expand_aliases") if self._shell.kind is ShellKind.BASH else ()

    def _prepare(self) -> str:
        """The directory of the state, with the words that keep it."""
        if not self._program:
            from jobsh.spool.scripts import one_line, source

            directory = self._own_directory()
            with suppress(FileExistsError):
                os.mkdir(os.path.join(directory, _SESSION), 0o700)
            words = source(f"state_{self._shell.kind}.sh") + _HAND_OVER
            with open(os.path.join(directory, "words"), "w", encoding="ascii") as file:
                file.write(words)
            self._program = _BEGIN + one_line("run_in_session.sh").replace("WORDS", "words")
        return self._directory

    def _own_directory(self) -> str:
        if not self._directory:
            self._directory = self._find_directory()
        return self._directory

    def _file(self, text: str) -> str:
        path = os.path.join(self._own_directory(), "text")
        with open(path, "wb") as file:
            file.write(os.fsencode(text))
        return path

    def keep(self, environment: Mapping[str, str]) -> str | None:
        """What the text that just ended saved is the state from now on; gives its directory. None where it saved nothing."""
        cookie = environment.get("JOBSH_ATTACHED", "").partition("-")[2]  # the words name the file so
        saved = f"{self.state}.{cookie}"
        if not self._program or not _is_whole(saved):
            return None
        os.replace(saved, self.state)
        with open(os.path.join(self._directory, _SESSION, "directory"), "rb") as file:
            return os.fsdecode(file.read())

    def copied_to(self, directory: Callable[[], str]) -> LocalShell:
        """Another one, with files of its own, that begins with the state there is now."""
        copy = LocalShell(directory, self._shell.path)
        if self.has_state:
            from shutil import copyfile

            os.makedirs(os.path.join(copy._own_directory(), _SESSION), 0o700, exist_ok=True)
            copyfile(self.state, copy.state)
        return copy

    def forget(self) -> None:
        """Remove the files."""
        if self._directory:
            from shutil import rmtree

            rmtree(self._directory, ignore_errors=True)


def _is_whole(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            file.seek(-len(_WHOLE), os.SEEK_END)
            return file.read() == _WHOLE
    except OSError:  # it was not saved: the text was killed
        return False


def _login_shell() -> str:
    try:
        shell = pwd.getpwuid(os.geteuid()).pw_shell
    except KeyError:
        return "/bin/sh"
    return shell if os.access(shell, os.X_OK) else "/bin/sh"

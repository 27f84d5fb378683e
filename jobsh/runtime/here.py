"""This machine as a location: its login shell, the state that shell text leaves behind, its files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from jobsh.errors import NotFound
from jobsh.model.messages import Program, Surroundings
from jobsh.model.session import Session
from jobsh.runtime.located import SETTLED

if TYPE_CHECKING:
    from jobsh.command.context import FileSink
    from jobsh.runtime.frame import Frame

_POSIX_SHELLS = ("sh", "dash", "bash", "zsh", "ksh", "ksh93", "mksh", "busybox", "ash")


class Here:
    """This machine as the front end has it: its directory and environment move with what shell text does."""

    def __init__(self, environment: Mapping[str, str], directory: str, login_shell: str = "") -> None:
        self._environment = dict(environment)
        self._directory = directory
        self._shell = login_shell or _login_shell()

    async def session(self) -> Session | None:
        """None: this machine is nobody's session."""
        return None

    async def directory(self) -> str:
        """The current directory."""
        return self._directory

    async def home(self) -> str:
        """The user's home directory."""
        return self._environment.get("HOME") or os.path.expanduser("~")

    async def change_directory(self, path: str) -> None:
        """Move there."""
        from jobsh.runtime.files import joined

        target = os.path.normpath(joined(self._directory, path, await self.home()))
        if not os.path.isdir(target):
            what = "not a directory" if os.path.exists(target) else "there is no such directory"
            raise NotFound(f"{path}: {what}", target=path)
        self._directory = target

    async def environment(self) -> dict[str, str]:
        """The exported variables."""
        return self._environment

    async def export(self, name: str, value: str | None) -> None:
        """Set an exported variable."""
        if value is None:
            self._environment.pop(name, None)
        else:
            self._environment[name] = value

    def surroundings(self) -> Surroundings:
        """What a program that the engine starts here begins with."""
        umask = os.umask(0o077)
        os.umask(umask)
        return Surroundings(self._directory, umask, tuple(self._environment.items()))

    async def run(
        self, program: Program, frame: Frame, source: AsyncIterator[object] | None, *, saves_state: bool
    ) -> AsyncIterator[object]:
        """Run a program: with the terminal when nobody takes what it prints, else as a stage."""
        argv = self._argv(program)
        environment = {**self._environment, **dict(program.variables)}
        if frame.is_foreground and not frame.shell.outside.captures_programs:
            yield SETTLED
            from jobsh.runtime.printed import printed

            stdin = None if source is None else printed(source)
            status = await frame.shell.outside.run_foreground(
                argv, environment=environment, directory=self._directory, stdin=stdin
            )
        else:
            from jobsh.runtime.processes import Captured
            from jobsh.runtime.values import closing

            captured = Captured(argv, environment, self._directory)
            async with closing(captured.output(source, frame.streams)) as chunks:
                async for chunk in chunks:
                    yield chunk
            status = captured.status
        frame.shell.last_exit_code = frame.tally.status = status

    def _argv(self, program: Program) -> list[str]:
        if program.interpreter:
            return [*program.interpreter, "-c", program.text, *program.arguments]
        return [self._shell, "-c", program.text, os.path.basename(self._shell), *program.arguments]

    def read_file(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file."""
        from jobsh.runtime.files import read_local

        return read_local(self._path(path))

    async def open_file(self, path: str, *, append: bool = False) -> FileSink:
        """Begin writing a file."""
        from jobsh.runtime.files import LocalFile

        return LocalFile(self._path(path), append=append)

    def _path(self, path: str) -> str:
        from jobsh.runtime.files import joined

        return joined(self._directory, path, self._environment.get("HOME", ""))


def _login_shell() -> str:
    """The user's login shell where it is POSIX-like, else sh."""
    import pwd

    try:
        shell = pwd.getpwuid(os.geteuid()).pw_shell
    except KeyError:
        shell = ""
    if os.path.basename(shell) in _POSIX_SHELLS and os.access(shell, os.X_OK):
        return shell
    return "/bin/sh"

"""The machine we are on, as a location: its login shell, the state that shell text leaves to the next one, its files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING

from jobsh.errors import NotFound, OperationError
from jobsh.model.messages import Program, Surroundings
from jobsh.model.session import Session
from jobsh.runtime.located import EXPORT, MOVE, SETTLED, UNSET, heed_ctrl_c, last_words

if TYPE_CHECKING:
    from jobsh.ports.files import Files
    from jobsh.runtime.frame import Frame
    from jobsh.runtime.local_shell import Call, LocalShell

_ENVIRONMENT = Program("umask; command env -0", "env")
_COOKIE = "JOBSH_ATTACHED"
_NOT_THE_SHELLS = ("_", "SHLVL", _COOKIE)


class Here:
    """The machine as the front end has it: its directory and environment move with what shell text does."""

    def __init__(
        self,
        environment: Mapping[str, str],
        directory: str,
        state_directory: Callable[[], str],
        local_files: Callable[[int | None], Files],
    ) -> None:
        """`local_files`: the files of this machine, made with this umask."""
        self._environment = dict(environment)
        self._directory = directory
        self._umask: int | None = None
        self._knows_environment = True
        """Whether no text has run since the shell was asked for its exported variables."""
        self._state_directory = state_directory
        self._local_files = local_files
        self._local_shell: LocalShell | None = None
        self._is_apart = False
        """Whether our code runs beside other code, to which the terminal, its keys and standard input belong."""

    async def apart(self, name: str) -> Here:
        """The same machine for code that runs beside us: it begins with a copy of our shell's state, directory and environment,
        and what text does in its shell does not touch ours. `name`: that of its state."""
        await self.refresh()

        def directory() -> str:
            own = os.path.join(self._state_directory(), name)
            os.makedirs(own, mode=0o700, exist_ok=True)
            return own

        marked = {
            **self._environment,
            _COOKIE: f"hosted-{name}",
        }  # so the engine finds what we leave when we are killed
        here = Here(marked, self._directory, directory, self._local_files)
        here._is_apart = True
        if self._has_state and self._local_shell is not None:
            here._local_shell = self._local_shell.copied_to(directory)
        return here

    @property
    def _shell(self) -> LocalShell:
        """The shell, when text is first given to it."""
        if self._local_shell is None:
            from jobsh.runtime.local_shell import LocalShell

            self._local_shell = LocalShell(self._state_directory)
        return self._local_shell

    @property
    def _has_state(self) -> bool:
        return self._local_shell is not None and self._local_shell.has_state

    async def session(self) -> Session | None:
        """None: this machine is nobody's session."""
        return None

    async def directory(self) -> str:
        """The current directory."""
        return self._directory

    async def home(self) -> str:
        """The user's home directory."""
        await self.refresh()
        return self._environment.get("HOME", "")

    async def change_directory(self, path: str) -> None:
        """Move there."""
        target = path if path == "-" and self._has_state else self._existing_directory(path)
        if self._has_state:
            await self._quietly(Program(MOVE, MOVE, arguments=(target,)), path)
        else:
            self._environment["OLDPWD"] = self._directory  # where `cd -` goes
            self._directory = target

    def _existing_directory(self, path: str) -> str:
        target = os.path.normpath(self._path(path if path != "-" else self._environment.get("OLDPWD", path)))
        if not os.path.isdir(target):
            what = "not a directory" if os.path.exists(target) else "there is no such directory"
            raise NotFound(f"{path}: {what}", target=path)
        return target

    async def environment(self) -> dict[str, str]:
        """The exported variables."""
        await self.refresh()
        return self._environment

    async def export(self, name: str, value: str | None) -> None:
        """Set an exported variable."""
        if value is not None and "\0" in value:
            raise OperationError(f"$env:{name} cannot hold a NUL character", error_id="ValueHasNul")
        if self._has_state:
            handed = () if value is None else (("JOBSH_VALUE", value),)
            text = UNSET if value is None else EXPORT
            await self._quietly(Program(text, text, arguments=(name,), variables=handed), f"$env:{name}")
        elif value is None:
            self._environment.pop(name, None)
        else:
            self._environment[name] = value

    def surroundings(self) -> Surroundings:
        """What a program that the engine starts here begins with; as it was at the last `refresh`."""
        umask = self._umask
        if umask is None:
            umask = os.umask(0o077)
            os.umask(umask)
        own = ((name, value) for name, value in self._environment.items() if name != _COOKIE)
        state = self._local_shell.state if self._has_state and self._local_shell is not None else ""
        return Surroundings(self._directory, umask, tuple(own), state)

    # programs

    async def run(
        self, program: Program, frame: Frame, source: AsyncIterator[object] | None, *, saves_state: bool
    ) -> AsyncIterator[object]:
        """Run a program: with the terminal when nobody takes what it prints, else as a stage."""
        if program.interpreter or program.text.startswith("#!"):
            await self.refresh()
        call = self._shell.call(program, self._environment, saves_state=saves_state)
        if frame.gives_terminal:
            yield SETTLED
            status = await self._in_foreground(call, frame, source)
        else:
            from jobsh.runtime.processes import Captured
            from jobsh.runtime.values import closing

            captured = Captured(*call, self._directory, is_apart=self._is_apart)
            async with closing(captured.output(source, frame.streams)) as chunks:
                async for chunk in chunks:
                    yield chunk
            status = captured.status
        self._learn()
        frame.shell.last_exit_code = status
        frame.tally.ended(status)
        heed_ctrl_c(status, frame)

    async def _in_foreground(self, call: Call, frame: Frame, source: AsyncIterator[object] | None) -> int:
        run = frame.shell.outside.run_foreground
        if source is None:
            return await run(call.argv, environment=call.environment, directory=self._directory)
        from jobsh.runtime.printed import printed
        from jobsh.runtime.values import closing

        async with closing(printed(source)) as stdin:  # a program need not read all of it
            return await run(call.argv, environment=call.environment, directory=self._directory, stdin=stdin)

    async def _quietly(self, program: Program, what: str) -> None:
        """Run a small program in the shell's state; raises when it fails."""
        from jobsh.runtime.processes import run_quietly

        call = self._shell.call(program, self._environment, saves_state=True)
        status, _, said = await run_quietly(*call, self._directory)
        self._learn()
        if status:
            raise OperationError(f"{what}: {last_words(said) or f'exit status {status}'}", target=what)

    def _learn(self) -> None:
        """What the text changed in its shell is so for us too."""
        directory = self._shell.keep(self._environment)
        if directory is not None:
            self._directory, self._knows_environment = directory, False

    async def refresh(self) -> None:
        """Learn umask and exported variables of the shell, where a text may have changed them."""
        if self._knows_environment:
            return
        from jobsh.runtime.processes import run_quietly

        call = self._shell.call(_ENVIRONMENT, self._environment, saves_state=False)
        status, out, _ = await run_quietly(*call, self._directory)
        umask, _, dump = out.partition(b"\n")
        if status == 0:  # else the text left no PATH to find `env` in
            self._umask = int(umask, 8)
            self._environment = _exported(dump, self._environment)
        self._knows_environment = True

    async def aclose(self) -> None:
        """Remove what the shell's state left on disk."""
        if self._local_shell is not None:
            self._local_shell.forget()

    # files

    def files(self) -> Files:
        """The files of this machine."""
        return self._local_files(self._umask)

    async def whole_path(self, path: str) -> str:
        """The path from the root on."""
        return self._path(path)

    def _path(self, path: str) -> str:
        from jobsh.runtime.files import joined

        return joined(self._directory, path, self._environment.get("HOME", ""))


def _exported(dump: bytes, before: Mapping[str, str]) -> dict[str, str]:
    """The variables in the output of `env -0`; those that only count or name the shell itself as they were."""
    entries = (entry.partition("=") for entry in os.fsdecode(dump).split("\0") if entry)
    found = {name: value for name, _, value in entries if name not in _NOT_THE_SHELLS}
    return {**{name: before[name] for name in _NOT_THE_SHELLS if name in before}, **found}

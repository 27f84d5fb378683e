"""The state of each front end's shell: a directory that goes with the front end, also of one that was killed."""

from __future__ import annotations

import asyncio
import os

_OF_SHELL = "shell-"
"""Directories named so hold the shell's state of the process with the number that follows."""


_begun: set[str] = set()
"""Those of this process."""


def own_state(runtime: str) -> str:
    """Where the state of this process's shell lies. What a killed process of our number left there is none of ours."""
    from jobsh.config import private_directory

    own = f"{runtime}/{_OF_SHELL}{os.getpid()}"
    if own not in _begun:
        private_directory(runtime)
        forget_the_dead(runtime)
        _remove(own)
        _begun.add(own)
    return private_directory(own)


class StatesOfTheDead:
    """Removes what killed processes left, once they are gone. The engine's, as often nobody comes after them for long."""

    def __init__(self, runtime: str) -> None:
        self._runtime = runtime
        self._watched: dict[int, int] = {}

    def look(self) -> None:
        """Remove what there is; whoever lives is waited for."""
        for pid in forget_the_dead(self._runtime):
            self.watch(pid)

    def watch(self, pid: int) -> None:
        """Look again when this process is gone. Where the kernel does not tell, the next look sees it."""
        if pid in self._watched or not hasattr(os, "pidfd_open"):
            return
        try:
            self._watched[pid] = os.pidfd_open(pid)
        except OSError:  # gone already
            return
        asyncio.get_running_loop().add_reader(self._watched[pid], self._gone, pid)

    def _gone(self, pid: int) -> None:
        self._forget(pid)
        self.look()

    def _forget(self, pid: int) -> None:
        descriptor = self._watched.pop(pid)
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)

    def close(self) -> None:
        """Wait for nobody any more."""
        for pid in list(self._watched):
            self._forget(pid)


def forget_the_dead(runtime: str) -> list[int]:
    """Remove what processes left that were killed; gives those that live."""
    try:
        names = os.listdir(runtime)
    except OSError:  # a logout took it
        return []
    numbers = (name.removeprefix(_OF_SHELL) for name in names if name.startswith(_OF_SHELL))
    pids = [int(number) for number in numbers if number.isdigit()]
    living = [pid for pid in pids if _lives(pid)]
    for pid in set(pids).difference(living):
        _remove(f"{runtime}/{_OF_SHELL}{pid}")
    return living


def _remove(directory: str) -> None:
    if os.path.isdir(directory):
        from shutil import rmtree

        rmtree(directory, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError) as error:
        return isinstance(error, PermissionError)
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return b") Z " not in file.read()  # in containers nobody may ever ask how it ended
    except OSError:  # not Linux, or it went this instant: the next one looks again
        return True

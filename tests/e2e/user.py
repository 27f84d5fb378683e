"""A user of jobsh with a home of their own: runs it as a process, sees only what a user sees. Knows nothing of the code."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.processes import await_condition, end_processes_of, kill, processes_of, words_of
from tests.sshd import SshdFarm

JOBSH = (sys.executable, "-m", "jobsh")
ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """What a run of jobsh gave."""

    out: str
    err: str
    status: int


class User:
    """Somebody at a machine of their own, who reaches the hosts of the farm."""

    def __init__(self, farm: SshdFarm) -> None:
        self.environment = {**farm.environment(), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
        self.home = Path(self.environment["HOME"])
        self.ssh_config = farm.ssh_config
        self._started: list[subprocess.Popen[bytes]] = []

    def command(self, *words: str) -> list[str]:
        """The command line of a jobsh that reads the farm's ssh_config."""
        return [*JOBSH, "-F", str(self.ssh_config), *words]

    def start(
        self,
        *words: str,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
        new_session: bool = False,
    ) -> subprocess.Popen[bytes]:
        """A jobsh that runs while the test goes on."""
        process = subprocess.Popen(
            self.command(*words),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=self.environment,
            cwd=self.home,
            start_new_session=new_session,
        )
        self._started.append(process)
        return process

    def end_all(self) -> None:
        """End what was started and still runs."""
        for process in self._started:
            with process:
                process.kill()

    def end_engines(self) -> None:
        """As `jobsh engine stop`, without a process for it: most tests end so."""
        for pid in self._engines():
            kill(pid, signal.SIGTERM)
        await_condition(lambda: not self._engines(), what="the engine is gone")

    def _engines(self) -> list[int]:
        return [pid for pid in processes_of(self.home) if words_of(pid)[-3:-1] == [b"engine", b"run"]]

    def run_bytes(
        self, *words: str, given: bytes | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[bytes]:
        """Run jobsh to its end; without `given`, nobody is at its standard input."""
        process = self.start(*words, stdin=subprocess.DEVNULL if given is None else subprocess.PIPE)
        out, err = process.communicate(given, timeout=timeout)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def says(self, *words: str, given: bytes | None = None, timeout: float = 60) -> Said:
        """Run jobsh with these words and read what it says."""
        done = self.run_bytes(*words, given=given, timeout=timeout)
        return Said(done.stdout.decode(), done.stderr.decode(), done.returncode)

    def runs(self, text: str, *, timeout: float = 60) -> str:
        """The output of `jobsh -c text`, which must go well."""
        said = self.says("-c", text, timeout=timeout)
        assert (said.status, said.err) == (0, ""), said
        return said.out

    def runs_script(self, text: str, *words: str) -> str:
        """The output of a .jsh script, which must go well."""
        script = self.home / "script.jsh"
        script.write_text(text)
        said = self.says(str(script), *words)
        assert (said.status, said.err) == (0, ""), said
        return said.out

    def engine_pid(self) -> int:
        """The process id of this user's engine."""
        status = self.says("engine", "status").out
        found = re.search(r"^Pid *: (\d+)$", status, re.MULTILINE)
        assert found, status
        return int(found[1])


def running(command: str) -> list[int]:
    """Processes whose command line is exactly this."""
    wanted = [*command.encode().split(b" "), b""]
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if words_of(pid) == wanted]


@contextmanager
def a_user(farm: SshdFarm) -> Iterator[User]:
    """A user whose processes are gone afterwards, those on the hosts excepted, and who met no bug, on no screen either."""
    user = User(farm)
    try:
        yield user
    finally:
        user.end_engines()
        user.end_all()
        end_processes_of(user.home)
        bugs = [path.read_text() for path in user.home.rglob("bugs.log")]
        assert not bugs, bugs[0]

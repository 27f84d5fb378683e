"""jobsh as a process: what a user's shell starts. Its home, state and engine are the test's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
LONGEST = 60.0


class Ended(NamedTuple):
    """How a process ended."""

    status: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """Its output as text."""
        return self.out.decode()

    @property
    def said(self) -> str:
        """Its standard error as text."""
        return self.err.decode()


class Jobsh:
    """Starts jobsh in an environment of its own."""

    def __init__(self, environment: dict[str, str], *options: str, directory: Path | None = None) -> None:
        self.environment = {**environment, "PYTHONPATH": str(ROOT)}
        self.options = options
        self.directory = directory or Path(environment["HOME"])

    def argv(self, *arguments: str) -> list[str]:
        """The words that start it."""
        return [sys.executable, "-m", "jobsh", *self.options, *arguments]

    def __call__(self, *arguments: str, stdin: bytes | None = b"") -> Ended:
        """Run it to its end."""
        done = subprocess.run(
            self.argv(*arguments),
            env=self.environment,
            cwd=self.directory,
            input=stdin,
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def text(self, text: str, stdin: bytes | None = b"") -> Ended:
        """Run `jobsh -c TEXT`."""
        return self("-c", text, stdin=stdin)

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
        """Start it; its output comes through pipes, unless `options` say otherwise."""
        pipes: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            self.argv(*arguments), env=self.environment, cwd=self.directory, **(pipes | options)
        )

"""A job's directory while it is being filled, before it gets its name."""

from __future__ import annotations

import os
import shutil

from jobsh.spool.scripts import source

_BLANKS = b" " * 255 + b"\n"
"""What the runner writes over: its block is there even when the disk has become full."""


class NewDirectory:
    """A job's directory while it is being filled. `alive` is held open by whoever is responsible for the job."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.alive = -1

    def fill(self, script: bytes, stdin: bytes | None) -> None:
        """Everything but `run`."""
        os.mkdir(self.path, 0o700)
        os.mkfifo(f"{self.path}/alive", 0o600)
        self.alive = os.open(f"{self.path}/alive", os.O_RDWR | os.O_CLOEXEC)
        contents = {
            "run.sh": source("runner.sh").encode(),
            "script": script,
            "out": b"",
            "err": b"",
            "st": b"",
            "run": _BLANKS,
        }
        if stdin is not None:
            contents["in"] = stdin
        for name, content in contents.items():
            self.write(name, content)

    def write(self, name: str, content: bytes) -> None:
        """Write one file."""
        write_file(f"{self.path}/{name}", content)

    def write_run(self, about: str) -> None:
        """Write what the job is, below the line that its runner will write."""
        self.write("run", _BLANKS + about.encode() + b"\n")

    def close(self) -> None:
        """Let go of `alive`, and of the directory if it still has this name."""
        if self.alive >= 0:
            os.close(self.alive)
        shutil.rmtree(self.path, ignore_errors=True)


def write_file(path: str, content: bytes) -> None:
    """Write a file that only this user may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)

"""Runner processes that this process has started. They outlive it; while it lives it must reap them."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence

from jobsh.errors import SpoolError
from jobsh.spool.encoding import to_bytes


class Runners:
    """Starts runners and reaps those that have ended. Used from several threads."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ended: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def spawn(
        self,
        directory: str,
        alive: int,
        command: Sequence[str],
        environment: Mapping[bytes, bytes],
        place: str,
        umask: int,
    ) -> None:
        """Start the runner of the job whose complete directory this is; it takes `alive` over. The job begins in `place`."""
        words = ("/bin/sh", f"{directory}/run.sh", directory, f"{umask:04o}", *command)
        try:
            process = subprocess.Popen(
                [to_bytes(word) for word in words],
                stdin=alive,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=to_bytes(place),
                env=environment,
                umask=0o077,
                start_new_session=True,
            )
        except OSError as error:
            reason = f"{error.strerror}: {os.fsdecode(error.filename or place)}"
            raise SpoolError(f"the job cannot be started: {reason}", target=place) from error
        with self._lock:
            self._running[directory] = process

    def ended(self, directory: str) -> None:
        """The job is over: its runner has ended or is about to."""
        with self._lock:
            if (process := self._running.pop(directory, None)) is not None:
                self._ended.append(process)
            self._ended = [process for process in self._ended if process.poll() is None]

    def let_go(self) -> None:
        """Whoever becomes their parent reaps them."""
        with self._lock:
            for process in (*self._running.values(), *self._ended):
                if process.poll() is None:
                    process.returncode = 0  # else Popen complains that it was left alone
            self._running.clear()
            self._ended.clear()

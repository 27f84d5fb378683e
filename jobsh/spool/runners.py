"""Runner processes that this process has started. They outlive it; while it lives it must reap them."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence

from jobsh.errors import SpoolError
from jobsh.model.ids import InstanceId
from jobsh.model.messages import Surroundings
from jobsh.spool.encoding import to_bytes

_DEFAULT_UMASK = 0o022


class Runners:
    """Starts runners and reaps those that have ended. Used from several threads."""

    def __init__(self) -> None:
        self._running: dict[InstanceId, subprocess.Popen[bytes]] = {}
        self._ended: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def spawn(
        self,
        id: InstanceId,
        directory: str,
        alive: int,
        command: Sequence[str],
        environment: Mapping[bytes, bytes],
        surroundings: Surroundings | None,
    ) -> None:
        """Start the runner of a job whose directory is complete; it takes `alive` over."""
        umask = surroundings.umask if surroundings else _DEFAULT_UMASK
        words = ("/bin/sh", f"{directory}/run.sh", directory, f"{umask:04o}", *command)
        try:
            process = subprocess.Popen(
                [to_bytes(word) for word in words],
                stdin=alive,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=to_bytes(surroundings.directory) if surroundings else None,
                env=environment,
                umask=0o077,
                start_new_session=True,
            )
        except OSError as error:
            raise SpoolError(f"the job cannot be started: {error.strerror}: {error.filename}", target=id) from error
        with self._lock:
            self._running[id] = process

    def ended(self, id: InstanceId) -> None:
        """The job is over: its runner has ended or is about to."""
        with self._lock:
            if (process := self._running.pop(id, None)) is not None:
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

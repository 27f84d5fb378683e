"""The copy of a job's output on this machine: its length is the offset. Knows nothing of hosts."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection

from jobsh.model.job import Gap
from jobsh.model.records import Stream

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
_INDEX_INTERVAL = 0.05
"""Seconds. Growth of one stream within it shares a line of the index."""


class Index:
    """The file `index` beside `out` and `err`: lines `TIME OUT ERR`, the sizes of the two at that time."""

    def __init__(self, directory: str) -> None:
        self._path = f"{directory}/index"
        self._descriptor = -1
        self._written = 0.0
        self._last = (0, 0)
        self._pending: tuple[float, int, int] | None = None

    def note(self, out: int, err: int) -> None:
        """The files have these sizes now."""
        now = time.time()
        other_stream = self._pending is not None and (out != self._last[0]) != (self._pending[1] != self._last[0])
        if self._pending is not None and (other_stream or now - self._written >= _INDEX_INTERVAL):
            self._write(self._pending)
        self._pending = (now, out, err)
        if now - self._written >= _INDEX_INTERVAL:
            self._write(self._pending)

    def _write(self, entry: tuple[float, int, int]) -> None:
        if self._descriptor < 0:
            self._descriptor = os.open(self._path, _FLAGS, 0o600)
        os.write(self._descriptor, b"%.3f %d %d\n" % entry)
        self._written, self._last, self._pending = entry[0], entry[1:], None

    def close(self) -> None:
        """Write what is pending; the job's directory may be gone."""
        try:
            if self._pending is not None:
                self._write(self._pending)
        except OSError:
            self._pending = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Replica:
    """The files `out` and `err` of one job of a host."""

    def __init__(self, directory: str) -> None:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        self.directory = directory
        self._descriptors = [os.open(f"{directory}/{name}", _FLAGS, 0o600) for name in ("out", "err")]
        self._sizes = [os.fstat(descriptor).st_size for descriptor in self._descriptors]
        self._index = Index(directory)

    @property
    def sizes(self) -> tuple[int, int]:
        """Bytes of `out` and `err` that are here: the offsets to ask for next."""
        return self._sizes[0], self._sizes[1]

    def append(self, stream: Stream, offset: int, data: bytes) -> None:
        """Add bytes that stand at `offset`: what is here already is skipped, a gap is refused (ValueError). On a full disk
        (OSError) what fitted stays, and the sizes say how much that is."""
        which = 1 if stream is Stream.ERROR else 0
        size = self._sizes[which]
        if offset > size:
            raise ValueError(f"bytes at {offset}, but only {size} are here")
        fresh = memoryview(data)[size - offset :]
        while fresh:
            written = os.write(self._descriptors[which], fresh)
            self._sizes[which] += written
            fresh = fresh[written:]
        if self._sizes[which] != size:
            self._index.note(*self.sizes)

    def close(self) -> None:
        """Let go of the files."""
        self._index.close()
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors = []


def skip_to(directory: str, out: int, err: int, gap: Gap | None) -> None:
    """Go on with the copy of a job of which somebody else received so much, or so much was dropped: those bytes do not travel."""
    os.makedirs(directory, mode=0o700, exist_ok=True)
    for name, size in (("out", out), ("err", err)):
        descriptor = os.open(f"{directory}/{name}", _FLAGS, 0o600)
        try:
            if os.fstat(descriptor).st_size < size:
                os.ftruncate(descriptor, size)
        finally:
            os.close(descriptor)
    if gap is not None:
        os.close(os.open(f"{directory}/{gap.name}", _FLAGS, 0o600))


def replica_sizes(directory: str) -> tuple[int, int]:
    """What is here of a job nobody follows at the moment."""
    return _size(f"{directory}/out"), _size(f"{directory}/err")


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def remove_replica(directory: str) -> None:
    """Delete it, if it is there."""
    shutil.rmtree(directory, ignore_errors=True)


def remove_old_replicas(directory: str, kept: Collection[str], before: float) -> None:
    """Delete copies that belong to no job of the store and did not change since `before`: those of jobs that were looked at in
    a session, and removed on their host since."""
    try:
        names = os.listdir(directory)
    except OSError:
        return
    for name in names:
        path = f"{directory}/{name}"
        if name not in kept and max(_changed(path), _changed(f"{path}/out"), _changed(f"{path}/err")) < before:
            remove_replica(path)


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0

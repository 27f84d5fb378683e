"""What is followed on one host: one follower for all its jobs, on this machine one per job. Judges nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from jobsh.engine.background import Background
from jobsh.engine.follower import Followed, Follower, Place
from jobsh.engine.replica import Replica
from jobsh.model.ids import InstanceId


class _Entry:
    def __init__(self, followed: Followed, follower: Follower) -> None:
        self.followed = followed
        self.follower = follower
        self.users = 0


class Followers:
    """All that is followed on one host."""

    def __init__(self, place: Place, replicas: str, background: Background) -> None:
        self._place = place
        self._replicas = replicas
        self._background = background
        self._entries: dict[InstanceId, _Entry] = {}
        self._shared = Follower(place, background)

    def __len__(self) -> int:
        return len(self._entries)

    def replica_directory(self, id: InstanceId) -> str:
        """Where the copy of a job's output is, or would be."""
        return f"{self._replicas}/{id}"

    @contextlib.contextmanager
    def following(self, id: InstanceId, directory: str | None = None) -> Iterator[Followed]:
        """Follow a job as long as somebody does. `directory`: its output is on this machine, there."""
        entry = self._entries.get(id)
        if entry is None:
            entry = self._entries[id] = self._begin(id, directory)
        entry.users += 1
        try:
            yield entry.followed
        finally:
            entry.users -= 1
            if not entry.users:
                del self._entries[id]
                entry.follower.drop(entry.followed)
                entry.followed.close()

    def _begin(self, id: InstanceId, directory: str | None) -> _Entry:
        if directory is not None:  # nothing travels: a follower per job is cheaper than reopening one for all
            entry = _Entry(Followed(id, directory, None), Follower(self._place, self._background))
        else:
            own = self.replica_directory(id)
            entry = _Entry(Followed(id, own, Replica(own)), self._shared)
        entry.follower.add(entry.followed)
        return entry

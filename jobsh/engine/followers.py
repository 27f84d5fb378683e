"""What is followed on one host: one follower for all its jobs, on this machine one per job. Judges nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from jobsh.engine.background import Background
from jobsh.engine.follower import BEYOND, Followed, Follower, Place
from jobsh.engine.replica import Replica, replica_sizes
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
        self._entries: dict[tuple[InstanceId, bool], _Entry] = {}
        self._shared = Follower(place, background)
        self._ends = Follower(place, background)

    def __len__(self) -> int:
        return len(self._entries)

    def replica_directory(self, id: InstanceId) -> str:
        """Where the copy of a job's output is, or would be."""
        return f"{self._replicas}/{id}"

    def following(self, id: InstanceId, directory: str | None = None) -> AbstractContextManager[Followed]:
        """Follow a job as long as somebody does. `directory`: its output is on this machine, there."""
        return self._used((id, True), lambda: self._begin(id, directory))

    def awaiting(self, id: InstanceId, directory: str | None = None) -> AbstractContextManager[Followed]:
        """As `following`, but of a host's job only the end comes here: its output stays where it is."""
        if directory is not None:
            return self.following(id, directory)
        return self._used((id, False), lambda: _Entry(Followed(id, "", None, BEYOND), self._ends))

    def note_pause(self, id: InstanceId, *, is_suspended: bool) -> None:
        """A job was suspended or resumed: whoever follows it wants to know."""
        for (followed, _), entry in self._entries.items():
            if followed == id:
                entry.followed.pause(is_suspended=is_suspended)

    @contextlib.contextmanager
    def _used(self, key: tuple[InstanceId, bool], begin: Callable[[], _Entry]) -> Iterator[Followed]:
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = begin()
            entry.follower.add(entry.followed)
        entry.users += 1
        try:
            yield entry.followed
        finally:
            entry.users -= 1
            if not entry.users:
                del self._entries[key]
                entry.follower.drop(entry.followed)
                entry.followed.close()

    def _begin(self, id: InstanceId, directory: str | None) -> _Entry:
        if directory is not None:  # nothing travels: a follower per job is cheaper than reopening one for all
            here = Followed(id, directory, None, replica_sizes(directory))
            return _Entry(here, Follower(self._place, self._background))
        replica = Replica(self.replica_directory(id))
        return _Entry(Followed(id, replica.directory, replica, replica.sizes), self._shared)

"""The store: this user's view of jobs and sessions. Implemented by `store` (SQLite; in memory)."""

from __future__ import annotations

from typing import Protocol

from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import JobKind, Outcome
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.messages import HistoryItem, Program
from jobsh.model.struct import Struct


class StoredJob(Struct):
    """A row: a job or child job."""

    id: JobId
    instance_id: InstanceId
    name: str
    kind: JobKind
    state: JobState
    location: str
    command: str
    created: float
    address: HostAddress | None = None
    """Where its spool is; None for this machine and for parents."""
    ssh_config: str = ""
    agent: str = ""
    """As the front end that asked reaches `address`."""
    outcome: Outcome | None = None
    began: float | None = None
    ended: float | None = None
    out: int = 0
    err: int = 0
    received_out: int = 0
    received_err: int = 0
    is_complete: bool = False
    hide_computer_name: bool = False
    session: InstanceId | None = None
    """Of a child: the session from whose saved shell state it starts."""
    throttle_limit: int = 0
    program: Program | None = None
    """Of a parent, until all its children were started: a new engine can go on. Surroundings are never stored."""
    stdin: bytes | None = None


class Store(Protocol):
    """Each method is one transaction, durable when it returns. Raises StoreError."""

    async def add(self, jobs: tuple[StoredJob, ...]) -> None:
        """Keep new jobs."""

    async def load(self) -> tuple[StoredJob, ...]:
        """All jobs, by id."""

    async def move(
        self, instance_id: InstanceId, old: JobState, new: JobState, event: JobEvent, at: float, outcome: Outcome | None
    ) -> bool:
        """Compare-and-set the state and write an event row; False when the job was not in `old`. `at` becomes `began` on the
        first START and `ended` on the first finished state."""

    async def grow(self, instance_id: InstanceId, out: int, err: int, *, is_complete: bool) -> None:
        """Sizes known now; never shrink."""

    async def mark_received(self, marks: tuple[tuple[InstanceId, int, int], ...]) -> None:
        """Totals received; never go back."""

    async def forget_request(self, id: InstanceId) -> None:
        """Drop a parent's `program` and `stdin`: all its children were started."""

    async def remove(self, ids: tuple[InstanceId, ...]) -> None:
        """Forget jobs."""

    async def newest_session(self) -> int:
        """The largest number that was given to a session; 0: none was."""

    async def note_session(self, number: int) -> None:
        """A session got this number; never goes back."""

    async def add_history(self, text: str, at: float) -> None:
        """Remember a line."""

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines; those that are not there are no matter."""

    async def aclose(self) -> None:
        """Close."""

"""The spool of one machine: where jobs live. Implemented by `spool` for hosts (over a Connection) and for this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Protocol

from jobsh.model.ids import InstanceId
from jobsh.model.job import Outcome
from jobsh.model.messages import Program, Pty, Surroundings
from jobsh.model.records import Stream
from jobsh.model.struct import Struct
from jobsh.ports.transport import Channel


class SpoolState(StrEnum):
    """What the spool can prove of a job."""

    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"
    ORPHAN = "orphan"
    """The runner is gone, the job still runs."""
    LOST = "lost"
    """The runner is gone and so is the job; the exit status is not known."""
    LOST_BY_REBOOT = "lost by reboot"
    OTHER_MACHINE = "other machine"
    """The spool is shared and the job is another machine's."""
    NONE = "none"


class SpoolJob(Struct):
    """A job as its spool knows it. Sizes are bytes, times seconds since the epoch by that machine's clock."""

    instance_id: InstanceId
    state: SpoolState
    number: int = 0
    """Its small number on that machine; 0 when it has none (a child job that belongs to a job elsewhere)."""
    name: str = ""
    command: str = ""
    outcome: Outcome | None = None
    out: int = 0
    err: int = 0
    received_out: int = 0
    received_err: int = 0
    began: float = 0.0
    ended: float | None = None
    pid: int = 0
    was_stopped: bool = False
    """Whether Stop-Job ended it."""


class SpoolStart(Struct):
    """What a spool needs to start a job. Starting twice with the same instance_id starts once."""

    instance_id: InstanceId
    program: Program
    name: str = ""
    is_numbered: bool = True
    """Whether it takes a number on that machine (False for a child job of a fan-out)."""
    stdin: bytes | None = None
    surroundings: Surroundings | None = None
    """For this machine."""
    session: InstanceId | None = None
    """The session whose saved shell state it starts from."""
    is_attached: bool = False
    """Ends with its front end: the guard stops it, too, when this process or the connection goes."""


class Wanted(Struct):
    """Follow a job from these offsets."""

    instance_id: InstanceId
    out: int = 0
    err: int = 0


class Bytes(Struct):
    """`data` stands at `offset` of the job's `stream`."""

    instance_id: InstanceId
    stream: Stream
    offset: int
    data: bytes


class Grown(Struct):
    """Only on this machine, where the bytes need not travel: the files have these sizes now."""

    instance_id: InstanceId
    out: int
    err: int


class Over(Struct):
    """The job ended (or was lost): its last word. All its bytes were given before, or (Grown) are in the files."""

    job: SpoolJob


class Stopped(Struct):
    """What stopping did: processes that are gone, processes left."""

    stopped: int
    left: int


class AttachedStart(Struct):
    """An attached command: no spool, but the cookie, the guard, and a session's saved state."""

    cookie: InstanceId
    program: Program
    session: InstanceId | None = None
    saves_state: bool = False
    pty: Pty | None = None
    has_stdin: bool = False
    surroundings: Surroundings | None = None


class Spool(Protocol):
    """The spool of one machine for one user. Methods raise SpoolError or HostError."""

    async def start(self, start: SpoolStart) -> SpoolJob:
        """Start a job, exactly once per instance_id; returns when it is durable there."""

    async def jobs(self) -> tuple[SpoolJob, ...]:
        """All jobs that have a number there, by number."""

    async def look(self, instance_ids: tuple[InstanceId, ...]) -> tuple[SpoolJob, ...]:
        """These jobs; state NONE for one that is not there."""

    def follow(self, wanted: tuple[Wanted, ...]) -> AsyncIterator[Bytes | Grown | Over]:
        """Follow jobs until each is over. Ends early (HostError LINK_LOST) with the connection: ask again from what you have."""

    async def stop(self, instance_id: InstanceId, grace: float) -> Stopped:
        """TERM to the whole job, after `grace` seconds KILL, until none is left."""

    async def remove(self, instance_id: InstanceId) -> None:
        """Delete a job that does not run, with its number and marks."""

    async def mark_received(self, instance_id: InstanceId, out: int, err: int) -> None:
        """Keep what was received; never goes back."""

    async def attach(self, start: AttachedStart) -> Channel:
        """Run an attached command: closing its channel, losing the connection or the end of this process stops it."""

    async def stop_attached(self, cookie: InstanceId) -> Stopped:
        """Stop all processes of an attached command and say how many are left."""

    async def forget_session(self, session: InstanceId) -> None:
        """Delete a session's saved shell state."""

    async def session_place(self, session: InstanceId) -> tuple[str, str]:
        """(home directory, the session's current directory) there."""

    def replica_directory(self, instance_id: InstanceId) -> str | None:
        """On this machine the job's spool directory itself; None for a host (the engine keeps a replica)."""

    async def aclose(self) -> None:
        """Let go of the machine: end the guard and what is attached."""


class HereSpool(Spool, Protocol):
    """The spool of this machine, whose counter also numbers jobs that have no process of their own (a fan-out)."""

    async def reserve_number(self, instance_id: InstanceId) -> int:
        """Take the next number of this machine for a job that is not in the spool."""

    async def release_number(self, instance_id: InstanceId, number: int) -> None:
        """Give back what `reserve_number` took."""

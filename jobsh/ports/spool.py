"""The spool of one machine: where jobs live. Implemented by `spool` for hosts (over a Connection) and for this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Protocol

from jobsh.model.ids import InstanceId
from jobsh.model.job import Gap, Outcome
from jobsh.model.messages import Program, Pty, Surroundings
from jobsh.model.records import Stream
from jobsh.model.session_option import SessionOption
from jobsh.model.struct import Struct
from jobsh.ports.transport import Channel


class SpoolState(StrEnum):
    """What the spool can prove of a job."""

    STARTING = "starting"
    RUNNING = "running"
    SUSPENDED = "suspended"
    """It runs, and its process is stopped: the process itself proves that, whoever stopped it."""
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
    session: InstanceId | None = None
    """The session it was started in."""
    gap: Gap | None = None


class Client(Struct):
    """Who holds sessions: a user's engine on one machine, also after it was started anew."""

    id: str
    """Digits and letters; the same as long as it keeps the same store."""
    name: str = ""
    """For people: `user@machine`."""


NOT_AVAILABLE = "SessionNotAvailable"
"""The id of the error that tells that a session is another client's, or gone."""


class Holder(StrEnum):
    """Who has a session, as its host tells a client."""

    OWN = "own"
    OTHER = "other"
    """Another client, whose connection lives."""
    DEAD = "dead"
    """A client whose connection is gone: nobody."""
    NOBODY = "none"
    """It was disconnected."""
    GONE = "gone"
    """There is no such session."""


class SpoolSession(Struct):
    """A session as its host knows it. Times are seconds since the epoch by that machine's clock."""

    instance_id: InstanceId
    name: str = ""
    made_by: str = ""
    created: float = 0.0
    is_temporary: bool = False
    option: SessionOption = SessionOption()
    holder: Holder = Holder.OWN
    disconnected_on: float | None = None
    expires_on: float | None = None


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
    started_in: InstanceId | None = None
    """The session it belongs to: as `session`, also for what has no shell state."""
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

    async def stop(self, instance_id: InstanceId, grace: float, signal: str = "TERM") -> Stopped:
        """The signal to the whole job, after `grace` seconds KILL, until none is left."""

    async def signal(self, instance_id: InstanceId, name: str) -> int:
        """A signal to the whole job, once it has begun: the number of processes that got it; 0 when it has ended. STOP and CONT
        return when all of them have stopped, or none is any more; SpoolError when that cannot be reached."""

    async def remove(self, instance_id: InstanceId) -> None:
        """Delete a job that does not run, with its number and marks."""

    async def mark_received(self, instance_id: InstanceId, out: int, err: int) -> None:
        """Keep what was received; never goes back."""

    async def attach(self, start: AttachedStart) -> Channel:
        """Run an attached command: closing its channel, losing the connection or the end of this process stops it."""

    async def stop_attached(self, cookie: InstanceId) -> Stopped:
        """Stop all processes of an attached command and say how many are left."""

    async def begin_session(self, session: SpoolSession, client: Client) -> None:
        """Make a new session known there, held by `client`. It stays ours, also when the guard is another one, until released."""

    async def hold_session(self, session: InstanceId, client: Client) -> Holder:
        """Take a session; OWN when it is ours now, OTHER or GONE when it cannot be."""

    async def release_session(self, session: SpoolSession, client: Client) -> SpoolSession:
        """Let a session lie there, for `option.idle_timeout` seconds, for anybody of this user; it is as the answer says."""

    async def sessions(self, client: Client) -> tuple[SpoolSession, ...]:
        """All sessions there, whoever began them."""

    async def jobs_of_session(self, session: InstanceId) -> tuple[SpoolJob, ...]:
        """The jobs that were started in a session."""

    async def forget_session(self, session: InstanceId) -> None:
        """Delete a session and its saved shell state."""

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

    async def stop_orphans(self, instance_id: InstanceId) -> Stopped:
        """Stop the processes that are left of a job that a front end ran itself."""

    async def release_number(self, instance_id: InstanceId, number: int) -> None:
        """Give back what `reserve_number` took."""

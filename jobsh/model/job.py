"""A job as it is at one moment."""

from __future__ import annotations

import re
import signal
from enum import StrEnum

from jobsh.model.ids import HERE, InstanceId, JobId, Location
from jobsh.model.job_state import JobState
from jobsh.model.struct import Struct


class OutcomeKind(StrEnum):
    """How a program ended."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    NOT_STARTED = "not started"
    LOST = "lost"
    STOPPED = "stopped"


class Outcome(Struct):
    """How a program ended: separate from the state of its job."""

    kind: OutcomeKind
    status: int | None = None
    """The exit status, where there is one."""
    reason: str = ""
    """For people: `exit status 3`, `killed by signal TERM`, `web01: connection refused`. Empty for exit status 0."""

    @property
    def succeeded(self) -> bool:
        """Whether it exited with 0."""
        return self.kind is OutcomeKind.EXITED and self.status == 0

    @classmethod
    def exited(cls, status: int) -> Outcome:
        """It ended by itself with `status`."""
        return cls(OutcomeKind.EXITED, status, f"exit status {status}" if status else "")

    @classmethod
    def signalled(cls, name: str, *, dumped_core: bool = False) -> Outcome:
        """It was killed by the signal TERM, KILL, …; the status is the one that a shell gives it."""
        number = signal.Signals.__members__.get(f"SIG{name}")
        core = " (core dumped)" if dumped_core else ""
        return cls(OutcomeKind.SIGNALLED, None if number is None else 128 + number, f"killed by signal {name}{core}")


class JobKind(StrEnum):
    """PSJobTypeName."""

    BACKGROUND = "BackgroundJob"
    REMOTE = "RemoteJob"
    CHILD = ""
    THREAD = "ThreadJob"
    TASK = "PSTaskJob"
    TASK_CHILD = "PSTaskChildJob"
    EVENT = "PSEventJob"

    @property
    def is_hosted(self) -> bool:
        """Whether a front end runs it, as coroutines of its own: then it ends with that front end."""
        return self in _HOSTED


_HOSTED = frozenset({JobKind.THREAD, JobKind.TASK, JobKind.TASK_CHILD, JobKind.EVENT})


class Output(Struct):
    """Where a job's output is on this machine, how much there is and how much was received. Sizes are bytes."""

    directory: str
    """Holds the files `out`, `err` and `index`: the spool directory here, or the replica of a host's. Empty: nothing here yet.
    An `out` that begins as `model.record_file` says holds records of all streams; there is nothing in `err` then, and both
    `received` are offsets in it: where a frame begins, and how far that one was consumed.
    `index` has lines `TIME OUT ERR` (seconds since the epoch, sizes of the two at that time), and may be missing or behind."""
    out: int = 0
    err: int = 0
    received_out: int = 0
    received_err: int = 0
    is_complete: bool = False
    """Whether the job has ended and all its bytes are in the files."""

    @property
    def has_more(self) -> bool:
        """Whether something was not received yet."""
        return self.received_out < self.out or self.received_err < self.err


class Gap(Struct):
    """Output that was dropped while nobody had the job's session: so many bytes, before these offsets of `out` and `err`. The name
    of a file beside them: `gap.OUT.ERR.BYTES`."""

    out: int
    err: int
    dropped: int

    @property
    def name(self) -> str:
        """The file's name."""
        return f"gap.{self.out}.{self.err}.{self.dropped}"

    @classmethod
    def parse(cls, name: str) -> Gap | None:
        """Read a file's name; None for any other."""
        found = re.fullmatch(r"gap\.(\d+)\.(\d+)\.(\d+)", name, re.ASCII)
        return cls(*map(int, found.groups())) if found else None


class Job(Struct):
    """A snapshot of a job or child job. Times are seconds since the epoch, UTC."""

    id: JobId
    instance_id: InstanceId
    name: str
    kind: JobKind
    state: JobState
    location: str
    """`localhost`, or the host(s) as the user named them, joined by commas; `jobsh` for what a front end runs itself."""
    command: str
    outcome: Outcome | None = None
    created: float = 0.0
    began: float | None = None
    ended: float | None = None
    output: Output | None = None
    """None for a parent: its children have the output."""
    children: tuple[Job, ...] = ()
    is_attached: bool = False
    pid: int | None = None
    seen_from: Location = HERE
    """The location whose job this is: `id` counts there. A job object works from wherever one is."""
    hide_computer_name: bool = False

    @property
    def has_more_data(self) -> bool:
        """Whether Receive-Job would give something that was not received yet (`received < size`)."""
        own = self.output is not None and self.output.has_more
        return own or any(child.has_more_data for child in self.children)

    @property
    def status_message(self) -> str:
        """`exit status 3`, or the reasons of the children that failed."""
        if self.outcome is not None and self.outcome.reason:
            return self.outcome.reason
        return "; ".join(f"{c.location}: {c.status_message}" for c in self.children if c.status_message)

    @property
    def exit_code(self) -> int | None:
        """The exit status; of a parent the largest of its children's."""
        if self.outcome is not None:
            return self.outcome.status
        return max((c.exit_code for c in self.children if c.exit_code is not None), default=None)

    @property
    def leaves(self) -> tuple[Job, ...]:
        """The jobs that run something: the children, or the job itself."""
        return self.children or (self,)


class StopReport(Struct):
    """What stopping a job did."""

    job: Job
    stopped: int
    """Processes that were running and are gone."""
    left: int
    """Processes that are still there."""


class SignalReport(Struct):
    """What sending a signal to a job did."""

    job: Job
    processes: int
    """Those that got it."""


class Mark(Struct):
    """How much of a job was received: the new totals, in bytes."""

    id: JobId
    out: int
    err: int

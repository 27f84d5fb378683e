"""What front ends ask of an engine. Implemented by the engine itself (in-process) and by `link`'s client over the socket.

Every method may raise the errors of `jobsh.errors`. A `location` is HERE (None: this machine's own jobs) or the session whose
host's spool is meant: `select_jobs(session, …)` shows the jobs as seen from that host, numbered there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

from jobsh.model.ids import InstanceId, JobId, Location, SessionId
from jobsh.model.job import Job, Mark, SignalReport, StopReport
from jobsh.model.messages import (
    EngineStatus,
    Event,
    FanOut,
    HistoryItem,
    HostedChange,
    HostJob,
    Invoke,
    InvokeEvent,
    JobRequest,
    OpenSession,
    Question,
    RunningThere,
)
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Session
from jobsh.model.session_option import SessionOption

if TYPE_CHECKING:
    from jobsh.model.files import CopyEvent, CopyRequest
    from jobsh.ports.files import Files


class Asker(Protocol):
    """A front end's user, as the engine sees them."""

    async def ask(self, question: Question) -> str | None:
        """The answer, or None: nobody is there or the user declined."""


class Invocation(Protocol):
    """An attached command under way on its targets. Leaving it (`aclose`) stops what still runs and waits until it is gone."""

    def events(self) -> AsyncIterator[InvokeEvent]:
        """Output, ends and refusals as they come, one Ended or Refused per target; then it ends. Not reading is back-pressure."""

    async def write(self, data: bytes) -> None:
        """Give the single target standard input; returns when it was taken (back-pressure)."""

    async def write_eof(self) -> None:
        """End the single target's standard input."""

    async def resize(self, columns: int, rows: int) -> None:
        """The terminal's size changed."""

    async def signal(self, name: str) -> None:
        """Send `INT`, `QUIT`, `TERM`, … to every command that still runs."""

    async def aclose(self) -> int:
        """Stop what still runs on all targets; the number of processes that are left."""


class Engine(Protocol):
    """The job engine as one attached front end sees it."""

    # jobs of a location

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        """Start a job; returns when it is durable."""

    async def fan_out(self, request: FanOut) -> Job:
        """Start one job here with a child job per target; returns at once. Hosts that fail become failed children."""

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        """The matching jobs by ascending id, children inside their parents; a child itself when an id or name selects it.
        Ids and literal names without a match are simply absent: the caller tells (`jobsh.command` has the rule)."""

    async def wait_jobs(
        self,
        location: Location,
        ids: tuple[JobId, ...],
        *,
        any_one: bool,
        timeout: float | None,
        through_pauses: bool = True,
    ) -> tuple[Job, ...]:
        """The jobs, as they are when all (or one of them) finished or the time (seconds) ran out. Without `through_pauses` one
        that is suspended or disconnected counts as finished."""

    async def stop_job(self, location: Location, id: JobId, grace: float, signal: str = "TERM") -> StopReport:
        """The signal, after `grace` seconds KILL; returns when the processes are gone. A finished job is left alone."""

    async def signal_job(self, location: Location, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of a job. STOP suspends it and CONT resumes it: those return when all of them stand
        still, or go on. Raises InvalidState for a job that has ended."""

    async def remove_job(self, location: Location, id: JobId, *, force: bool) -> None:
        """Remove a finished job and its spool; a running one only with `force`, which stops it first."""

    def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of leaf jobs: first each as it is with all bytes there are so far fetched to this machine, then (until_end)
        again whenever its `output` grew or it ended; ends when all have ended (`output.is_complete`)."""

    async def running_there(self) -> tuple[RunningThere, ...]:
        """The running jobs of hosts that were started through this engine, whether their session is open or not; asks no host."""

    async def mark_received(self, location: Location, marks: tuple[Mark, ...]) -> None:
        """Keep what was received; marks never go back."""

    # jobs that this front end runs itself

    async def host_job(self, request: HostJob) -> Job:
        """List a job that this front end is about to run. It writes what the job writes into the file `out` of
        `output.directory` (as `model.record_file` says), and keeps the file `owner` of the job's own directory locked
        (`flock`) as long as it runs the job: so a new engine knows whether somebody does."""

    async def report_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell what became of hosted jobs. What cannot be any more (the job was stopped, or removed) is ignored."""

    async def reclaim_hosted(self, changes: tuple[HostedChange, ...]) -> None:
        """Tell an engine that came after the one that was asked what this front end still runs, and how that is."""

    def hosted_stops(self) -> AsyncIterator[JobId]:
        """The jobs of this front end that somebody wants to stop, until it leaves."""

    # sessions

    async def open_session(self, request: OpenSession) -> Session:
        """Connect and open; raises HostError."""

    async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
        """Go on with a session of an engine that is gone, under its number and with its saved shell state. `running`: what was
        started in it and is not known to have ended. Waits a moment for the host, then the session is Disconnected until it
        answers. Raises InvalidState when the number is another session's."""

    async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
        """The matching sessions by ascending id."""

    async def find_sessions(self, request: OpenSession) -> tuple[Session, ...]:
        """Ask the host that OpenSession would open one on for all sessions of this user there, whoever opened them, by ascending id; raises HostError. Those that are
        not ours are Disconnected, and Busy while another client holds them."""

    async def disconnect_session(self, id: SessionId, option: SessionOption) -> Session:
        """Leave an open session on its host, where its jobs go on; children of fan-outs in it become Disconnected. What `option`
        says of time and buffering counts before what the session was opened with. Raises InvalidState for one that is neither
        Opened nor Disconnected."""

    async def connect_session(self, id: SessionId, option: SessionOption | None = None) -> Session:
        """Make a session ours, with its state and its jobs; one that is ours already stays as it is. Of `option` what it says of
        buffering counts from now on. Raises InvalidState when
        another client holds it, NotFound when it is gone from its host, HostError."""

    async def receive_session(self, id: SessionId, name: str) -> tuple[Job, ...]:
        """The jobs here of commands that run in a session of ours or have output that nobody received. Those that this engine
        does not know yet become children of one new job, called `name`."""

    async def start_command(self, session: SessionId, request: JobRequest) -> None:
        """Start a command that is the session's own: a job nowhere, until somebody receives the session."""

    async def remove_session(self, id: SessionId) -> None:
        """Close the session; what is attached to it ends, its jobs go on. One that is disconnected is connected first."""

    # attached commands

    async def invoke(self, request: Invoke) -> Invocation:
        """Start an attached command."""

    # files

    def files(self, location: Location) -> Files:
        """The files of a location, as this machine's engine reaches them."""

    def copy(self, request: CopyRequest) -> AsyncIterator[CopyEvent]:
        """Copy files between machines; ends when all that could be is copied. Closing stops it: nothing half is left that has a
        file's name."""

    # the rest

    def events(self) -> AsyncIterator[Event]:
        """What happens from now on, until the front end leaves."""

    async def add_history(self, text: str) -> None:
        """Remember a line of the prompt."""

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines; those that are not there are no matter."""

    async def status(self) -> EngineStatus:
        """How the engine is."""

    async def job_of(self, instance_id: InstanceId) -> Job | None:
        """The job with this InstanceId in this engine's store, for a job's own process."""

    async def aclose(self) -> None:
        """Leave: what is attached to this front end ends, its sessions go."""

"""What front ends and the engine say to each other. Plain values; how they travel is `link`'s business."""

from __future__ import annotations

from enum import StrEnum

from jobsh.errors import HostError, HostErrorCause, InvalidState, OperationError
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import JobId, SessionId
from jobsh.model.job import Job, JobKind, Outcome
from jobsh.model.job_state import JobEvent
from jobsh.model.records import Stream
from jobsh.model.session import Session
from jobsh.model.session_option import SessionOption
from jobsh.model.struct import Struct

Environment = tuple[tuple[str, str], ...]
"""Names and values; undecodable bytes are surrogate escapes."""


class FrontEnd(Struct):
    """Who asks: sent once, when a front end attaches."""

    version: str
    pid: int
    is_interactive: bool
    """Whether somebody can be asked."""
    ssh_config: str = ""
    """`-F FILE`; empty: ssh's own."""
    agent: str = ""
    """The asker's SSH_AUTH_SOCK."""
    environment: Environment = ()
    """For `ssh -G` (`Match exec`, `${NAME}` in ssh_config) and ProxyCommand. Never stored."""


class Surroundings(Struct):
    """Where a program of this machine starts: those of the front end that asked. Never stored."""

    directory: str
    umask: int
    environment: Environment
    shell_state: str = ""
    """The file with what shell text left in the front end's shell: functions, variables, options. Empty: nothing."""


class Program(Struct):
    """What is to run."""

    text: str
    """Shell text, or the source for `interpreter`. Undecodable bytes are surrogate escapes."""
    shown: str
    """The Command column: the text between the braces, as typed."""
    interpreter: tuple[str, ...] = ()
    """Empty: the location's shell (LANGUAGE section 2). `('python3',)`: that program reads the script file.
    `('jobsh',)`: jobsh code, run by a jobsh process of this machine with the place as its location."""
    arguments: tuple[str, ...] = ()
    """`$1`, `$2`, … (`$args` of jobsh code)."""
    variables: Environment = ()
    """Added to the environment of this text only: `$using:`, jobsh variables named in the text."""
    directory: str = ""
    """Where a job starts, there; empty: where its surroundings or its session are."""


class JobRequest(Struct):
    """Start one job at a location."""

    program: Program
    name: str = ""
    surroundings: Surroundings | None = None
    """For this machine; a host's come from the session's saved state."""
    stdin: bytes | None = None
    is_attached: bool = False
    """Ends with its front end."""


Target = HostAddress | SessionId
"""A host to be reached for this only, or an open session."""


class FanOut(Struct):
    """`Invoke-Command -AsJob`: one job here with a child job per host."""

    program: Program
    targets: tuple[Target, ...]
    name: str = ""
    throttle_limit: int = 32
    hide_computer_name: bool = False
    stdin: bytes | None = None
    surroundings: Surroundings | None = None
    """For targets that are this machine, and for jobsh code."""
    credential: Credential | None = None
    """For targets that are hosts. Never stored."""


class HostJob(Struct):
    """A job that the asking front end runs itself, as coroutines of its own: it ends with its front end."""

    kind: JobKind
    command: str
    name: str = ""
    children: int = 0
    """So many child jobs; 0: it is the job itself that runs something."""
    running: int = 0
    """So many of what runs something begin at once; the others are NotStarted."""


class HostedChange(Struct):
    """What became of a hosted job, or child, that runs something. Told again, it changes nothing."""

    id: JobId
    event: JobEvent | None = None
    """None: it only wrote."""
    outcome: Outcome | None = None
    size: int = 0
    """Bytes of its `out`: whole frames."""

    def followed_by(self, later: HostedChange) -> HostedChange:
        """Both as one."""
        return later.replace(event=later.event or self.event, outcome=later.outcome or self.outcome)


class Pty(Struct):
    """A terminal for an attached command."""

    term: str
    columns: int
    rows: int


class Invoke(Struct):
    """Run an attached command on one or more places: it ends with its front end."""

    program: Program
    targets: tuple[Target, ...]
    throttle_limit: int = 32
    pty: Pty | None = None
    """Only with a single target."""
    has_stdin: bool = False
    """Whether `Invocation.write` will be called: only with a single target. `stdin` serves several."""
    stdin: bytes | None = None
    saves_state: bool = False
    """Whether what the text changes in the session's shell (directory, variables, …) is kept: True for shell text typed at
    the location and for Invoke-Command with -Session, False for temporary connections."""
    surroundings: Surroundings | None = None
    """For targets that are this machine."""
    credential: Credential | None = None
    """For targets that are hosts. Never stored."""
    cancel_timeout: float | None = None
    """Seconds that stopping waits until all is gone; None: as the session says, else as usual."""


class Data(Struct):
    """Output of the command at `targets[index]`."""

    index: int
    stream: Stream
    data: bytes


class Ended(Struct):
    """The command at `targets[index]` ended. `left` counts its processes that could not be stopped (0 unless it was stopped)."""

    index: int
    outcome: Outcome
    left: int = 0


class Refused(Struct):
    """The host or session `targets[index]` could not be used: the fields of a HostError, or (without a cause) of another error."""

    index: int
    host: str
    cause: str
    detail: str
    hint: str = ""
    error_id: str = ""

    @property
    def error(self) -> OperationError:
        """As an error."""
        if self.cause:
            return HostError(self.host, HostErrorCause(self.cause), self.detail, hint=self.hint)
        return InvalidState(self.detail, hint=self.hint, error_id=self.error_id, target=self.host)


InvokeEvent = Data | Ended | Refused


class OpenSession(Struct):
    """Open a session."""

    address: HostAddress
    name: str = ""
    is_temporary: bool = False
    option: SessionOption = SessionOption()
    credential: Credential | None = None
    """Never stored."""


class QuestionKind(StrEnum):
    """What is asked."""

    PASSWORD = "password"  # noqa: S105  (not a password)
    PASSPHRASE = "passphrase"  # noqa: S105
    KEYBOARD_INTERACTIVE = "keyboard-interactive"
    HOST_KEY = "host key"
    """The answer is `yes` or None."""


class Question(Struct):
    """Something only the user can answer; goes to the front end that asked for the connection."""

    kind: QuestionKind
    host: str
    text: str
    """What to show, several lines for a host key (with its fingerprint)."""
    echo: bool = False


class RunningThere(Struct):
    """A running job of a host that was started through this engine."""

    job: Job
    host: str


class JobEnded(Struct):
    """A job that is not attached ended."""

    job: Job
    host: str = ""
    """The host whose job it is, as the user named it; empty: this machine's."""


class SessionChanged(Struct):
    """The state of a session that the front end uses changed (connection lost, reconnected, closed)."""

    session: Session


Event = JobEnded | SessionChanged


class EngineStatus(Struct):
    """What `jobsh engine status` shows."""

    version: str
    pid: int
    since: float
    front_ends: int
    sessions: int
    connections: int
    running_jobs: int
    state_directory: str
    socket: str


class HistoryItem(Struct):
    """One line of the history."""

    id: int
    at: float
    text: str

"""What can go wrong, and the exit statuses.

    JobshError                    title, hint, error id, target; shown without a traceback
    ├─ UsageError                 the text is wrong: carries a span of the source; exit 2 before anything runs
    │   ├─ ParseError             ├─ IncompleteInput   (the prompt asks for more)
    │   ├─ CommandNotFound
    │   └─ BindingError           a parameter is unknown, ambiguous, missing, doubled or has a bad value
    ├─ OperationError             the world refuses, as foreseen; exit 1
    │   ├─ NotFound               a job, session, file, variable … of that name
    │   ├─ InvalidState           the job or session is not in a state for this
    │   ├─ HostError              one host: carries host and HostErrorCause
    │   ├─ FileError              a file that cannot be read or written: carries its path and host
    │   │   └─ PathNotFound       … that is not there (a NotFound too)
    │   ├─ SpoolError             the spool refuses (disk full, no such job, …)
    │   └─ StoreError             the store is busy, too new or damaged
    ├─ EngineLost                 the engine went away in the middle
    └─ Interrupted                Ctrl-C; exit 130

A program that ends with 3 is a result, not an error. Anything that is not a `JobshError` is a bug: its traceback goes to
the log, one line to the user, exit 70.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple, Self


class ExitStatus(IntEnum):
    """The exit statuses of jobsh itself (LANGUAGE section 6); a program's own status passes through."""

    OK = 0
    ERROR = 1
    USAGE = 2
    BUG = 70
    TIME_OUT = 124
    INTERRUPTED = 130
    HOST_NOT_REACHED = 255


class Span(NamedTuple):
    """A half-open range of characters in a source text."""

    start: int
    end: int


class JobshError(Exception):
    """The base of all that is foreseen: what failed, on what, what to try."""

    status: ExitStatus = ExitStatus.ERROR
    ends_text: bool = False
    """Whether the script, the `-c` text or the line must not go on after it, as with `-ErrorAction Stop`: what follows was
    meant for a place we did not reach."""

    def __init__(self, message: str, *, hint: str = "", error_id: str = "", target: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.error_id = error_id or type(self).__name__
        self.target = target


class UsageError(JobshError):
    """The text is wrong; `span` says where in `source`."""

    status = ExitStatus.USAGE

    def __init__(
        self, message: str, span: Span | None = None, *, hint: str = "", error_id: str = "", source: str = ""
    ) -> None:
        super().__init__(message, hint=hint, error_id=error_id)
        self.span = span
        self.source = source


class ParseError(UsageError):
    """The text is not in the language."""


class IncompleteInput(ParseError):
    """The text ends while something is open; at the prompt, ask for more."""


class CommandNotFound(UsageError):
    """No command has this name."""


class BindingError(UsageError):
    """A command was given words that do not fit its parameters."""


class OperationError(JobshError):
    """The world refuses, as foreseen."""


class NotFound(OperationError):
    """Nothing has this name or number."""


class InvalidState(OperationError):
    """The job or session is not in a state in which this can be done."""


class HostErrorCause(StrEnum):
    """Why a host could not be used; the words users read."""

    NAME_NOT_FOUND = "name not found"
    REFUSED = "connection refused"
    UNREACHABLE = "host unreachable"
    TIMED_OUT = "timed out"
    HOST_KEY_UNKNOWN = "host key unknown"
    HOST_KEY_CHANGED = "host key changed"
    HOST_KEY_REVOKED = "host key revoked"
    AUTHENTICATION = "authentication failed"
    LINK_LOST = "connection lost"
    PROTOCOL = "protocol error"
    UNSUPPORTED = "not supported by the host"
    CONFIGURATION = "ssh configuration"


class HostError(OperationError):
    """One host could not be reached or used; the others go on."""

    def __init__(self, host: str, cause: HostErrorCause, detail: str = "", *, hint: str = "") -> None:
        super().__init__(f"{host}: {cause}" + (f": {detail}" if detail else ""), hint=hint, target=host)
        self.host = host
        self.cause = cause
        self.detail = detail


class FileError(OperationError):
    """A file that cannot be read, written or listed; `target` is its path."""

    host = ""
    """Whose file it is; empty: this machine's."""

    @property
    def reason(self) -> str:
        """What is wrong, without the path."""
        return self.message.removeprefix(f"{self.target}: ")

    @classmethod
    def about(cls, host: str, path: str, reason: str, *, error_id: str = "", hint: str = "") -> Self:
        """What is wrong with the file at `path` of `host`."""
        error = cls(f"{path}: {reason}", hint=hint, error_id=error_id, target=path)
        error.host = host
        return error


class PathNotFound(FileError, NotFound):
    """There is no file or directory of this name."""


class SpoolError(OperationError):
    """The spool of a machine refuses."""


class StoreError(OperationError):
    """The store is busy, too new or damaged."""


class EngineLost(JobshError):
    """The engine went away while it was asked."""


class Interrupted(JobshError):
    """The user pressed Ctrl-C."""

    status = ExitStatus.INTERRUPTED

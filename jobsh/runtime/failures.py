"""What becomes of an error: a record on the error stream and in `$Error`, or the end of the text."""

from __future__ import annotations

from jobsh.command.exceptions import names_of, short
from jobsh.command.text import to_text
from jobsh.errors import (
    BindingError,
    CommandNotFound,
    EngineLost,
    FileError,
    HostError,
    HostErrorCause,
    InvalidState,
    JobshError,
    NotFound,
    Span,
    UsageError,
)
from jobsh.language import ast
from jobsh.model.records import ErrorRecord, Stream
from jobsh.runtime.flow import Raised, Thrown
from jobsh.runtime.frame import Frame
from jobsh.runtime.streams import Where, labelled

_MOST_ERRORS = 256
"""How many records `$Error` keeps."""

_CATEGORIES: tuple[tuple[type[JobshError], str], ...] = (
    (NotFound, "ObjectNotFound"),
    (CommandNotFound, "ObjectNotFound"),
    (BindingError, "InvalidArgument"),
    (UsageError, "SyntaxError"),
    (InvalidState, "InvalidOperation"),
    (EngineLost, "ResourceUnavailable"),
)
_HOST_CATEGORIES = {
    HostErrorCause.TIMED_OUT: "OperationTimeout",
    HostErrorCause.AUTHENTICATION: "AuthenticationError",
    HostErrorCause.HOST_KEY_UNKNOWN: "SecurityError",
    HostErrorCause.HOST_KEY_CHANGED: "SecurityError",
    HostErrorCause.HOST_KEY_REVOKED: "SecurityError",
}


def error_record(error: JobshError, command: str = "") -> ErrorRecord:
    """What `$Error` and `catch` see of an error."""
    if isinstance(error, Raised):
        return error.record
    if isinstance(error, HostError):
        category = _HOST_CATEGORIES.get(error.cause, "ConnectionError")
        return ErrorRecord(error.message, category, error.error_id, error.host, error.host, error.hint, command, 255)
    category = next((c for kind, c in _CATEGORIES if isinstance(error, kind)), "NotSpecified")
    target, host = error.target or None, error.host if isinstance(error, FileError) else ""
    return ErrorRecord(error.message, category, error.error_id, target, host, error.hint, command, int(error.status))


def kinds_of(error: JobshError) -> tuple[str, ...]:
    """What `catch [kind]` may call the error: names of ours and of PowerShell, in lower case without namespaces."""
    if isinstance(error, Raised):
        return (*error.kinds, error.record.category.lower(), *names_of(error))
    return (*names_of(error), error_record(error).category.lower())


def is_caught(types: tuple[str, ...], error: JobshError) -> bool:
    """Whether `catch [type]` or `trap [type]` takes the error; without a type they take all."""
    return not types or not set(map(short, types)).isdisjoint(kinds_of(error))


def where_of(error: JobshError, fallback: Span | None, frame: Frame) -> Where:
    """The place in the source that the error speaks of; the statement's, when it names none."""
    if isinstance(error, Raised) and error.source:
        return Where(error.source, error.span)
    if isinstance(error, UsageError) and error.span is not None:
        return Where(error.source or frame.source.text, error.span)
    return frame.where(fallback)


async def report(record: ErrorRecord, where: Where, frame: Frame, *, is_shown: bool = True) -> None:
    """Write a non-terminating error: to `$Error`, to the statement's status, to the error stream."""
    record = labelled(record, frame.origin)
    errors = frame.shell.errors
    errors.insert(0, record)
    del errors[_MOST_ERRORS:]
    for kept in frame.kept_errors:
        kept.append(record)
    frame.tally.failed(record.exit_status)
    if is_shown:
        await frame.streams.write(Stream.ERROR, record, where)


def error_preference(frame: Frame) -> str:
    """`$ErrorActionPreference`, in lower case."""
    return to_text(frame.scope.get("ErrorActionPreference") or "Continue").lower()


async def end_statement(error: JobshError, statement: ast.Statement, frame: Frame) -> None:
    """An error ended a statement: say so and let the next one run, unless the text is to end with it."""
    record, where = error_record(error), where_of(error, statement.span, frame)
    preference = error_preference(frame)
    if frame.is_guarded or preference == "stop" or error.ends_text:
        raise Thrown(record, kinds_of(error), *where) from error
    if preference != "ignore":
        await report(record, where, frame, is_shown=preference != "silentlycontinue")
    frame.shell.status = record.exit_status

"""Rows to words and back: the only place that sees states, outcomes and addresses as text."""

from __future__ import annotations

from typing import Any

from jobsh.model import wire
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import JobKind
from jobsh.model.job_state import JobState
from jobsh.ports.store import StoredJob

COLUMNS = (
    "instance_id", "number", "child", "name", "kind", "state", "location", "command", "created", "address",
    "ssh_config", "agent", "outcome",
    "began", "ended", "out", "err", "received_out", "received_err", "is_complete", "hide_computer_name",
    "throttle_limit", "session",
)  # fmt: skip


def to_row(job: StoredJob) -> tuple[Any, ...]:
    """The values of COLUMNS. Lone surrogates (undecodable bytes) are escaped, SQLite would refuse them."""
    return (
        job.instance_id, job.id.number, job.id.child, escape(job.name), job.kind.value, job.state.value, job.location,
        escape(job.command), job.created, document(job.address),
        escape(job.ssh_config), escape(job.agent), document(job.outcome), job.began, job.ended, job.out,
        job.err, job.received_out, job.received_err, job.is_complete, job.hide_computer_name, job.throttle_limit,
        job.session,
    )  # fmt: skip


def from_row(row: tuple[Any, ...], program: str | None, stdin: bytes | None) -> StoredJob:
    """The job in a row of COLUMNS and what is kept of its request."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["id"] = JobId(values.pop("number"), values.pop("child"))
    values["instance_id"] = InstanceId(values["instance_id"])
    values["kind"], values["state"] = JobKind(values["kind"]), JobState(values["state"])
    for name in ("name", "command", "ssh_config", "agent"):
        values[name] = unescape(values[name])
    for name in ("address", "outcome"):
        values[name] = wire.loads(values[name]) if values[name] is not None else None
    for name in ("is_complete", "hide_computer_name"):
        values[name] = bool(values[name])
    return StoredJob(**values, program=wire.loads(program) if program is not None else None, stdin=stdin)


def document(value: object) -> str | None:
    """`value` as JSON text; None stays NULL."""
    return None if value is None else wire.dumps(value)


def escape(text: str) -> str:
    """Text that UTF-8 can hold: lone surrogates (undecodable bytes) become NUL and four digits; NUL itself is in no text."""
    if text.isascii():
        return text
    return "".join(f"\0{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text)


def unescape(text: str) -> str:
    """What `escape` was given."""
    head, *parts = text.split("\0")
    return head + "".join(chr(int(part[:4], 16)) + part[4:] for part in parts)

"""What travels in the frames, for both sides: versions, errors, calls. Pure.

The engine speaks first, both may be of different versions; the hello and `retire` never change their form.

    engine → front end                              front end → engine
    ["hello", {protocol, version, pid}]             ["hello", {protocol, version}, front end]    or ["retire"]
    ["welcome"]                                     (attached: the engine stays)
    ["reply", call, value]                          ["call", call, method, [arguments]]   + payload
    ["error", call, {class, message, …}]            ["cancel", call]
    ["item", call, value]      + payload            ["credit", call, bytes]
    ["end", call]
    ["ask", question, {…}]                          ["answer", question, text or null]
"""

from __future__ import annotations

from typing import Any

from jobsh import errors
from jobsh.errors import FileError, HostError, HostErrorCause, JobshError

PROTOCOL = (1, 1)
"""Major: who differs cannot talk. Minor: something was added that the other side may not know."""

STREAM_CREDIT = 1 << 20
"""Bytes an engine may send of a stream before the front end took any of them."""
ITEM_COST = 256
"""What an item counts beside its payload."""


def error_to_wire(error: JobshError) -> dict[str, Any]:
    """An error as it travels."""
    wire: dict[str, Any] = {
        "class": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "error_id": error.error_id,
        "target": error.target,
    }
    if isinstance(error, HostError):
        wire |= {"host": error.host, "cause": error.cause.value, "detail": error.detail}
    elif isinstance(error, FileError):
        wire["host"] = error.host
    return wire


def error_from_wire(wire: dict[str, Any]) -> JobshError:
    """The error that travelled; of a class this version does not know, its base."""
    kind = getattr(errors, str(wire.get("class")), JobshError)
    if kind is HostError:
        return _host_error(wire)
    if not (isinstance(kind, type) and issubclass(kind, JobshError)):
        kind = JobshError
    error = kind(wire["message"], hint=wire.get("hint", ""), error_id=wire.get("error_id", ""))
    error.target = wire.get("target", "")
    if isinstance(error, FileError):
        error.host = wire.get("host", "")
    return error


def _host_error(wire: dict[str, Any]) -> JobshError:
    try:
        cause = HostErrorCause(wire["cause"])
    except ValueError:  # a newer engine's
        cause = HostErrorCause.PROTOCOL
    return HostError(wire["host"], cause, wire.get("detail", ""), hint=wire.get("hint", ""))

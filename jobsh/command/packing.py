"""Values as JSON and back, for who is not in this process: the code of a job, its records. Objects of ours keep their kind."""

from __future__ import annotations

from typing import Any

from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag
from jobsh.errors import OperationError
from jobsh.model.credential import Credential
from jobsh.model.ids import JobId
from jobsh.model.records import Chunk, ErrorRecord, Line
from jobsh.model.struct import Struct
from jobsh.model.wire import from_wire, to_wire


def pack(value: object) -> Any:
    """A value as JSON. What is only text to others (lines, blocks) travels as its text."""
    match value:
        case Line():
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [pack(item) for item in value]
        case HashTable():
            return {"hashtable": [[pack(k), pack(v)] for k, v in value.items()]}
        case PropertyBag():
            return {"bag": [[pack(k), pack(v)] for k, v in value.properties.items()], "type": value.type_name}
        case Credential():
            hint = "log in where the job is started: -Credential of Invoke-Command and New-Session"
            raise OperationError("a credential is not handed to a job", hint=hint, error_id="CredentialNotHandedOver")
        case ErrorRecord():
            return {"error": pack(value.target), "wire": to_wire(value.replace(target=None))}
        case Struct() | JobId():
            return _pack_struct(value)
        case Chunk():
            return value.data.decode("utf-8", "surrogateescape")
    return _pack_time(value)


def _pack_struct(value: Struct | JobId) -> Any:
    if isinstance(value, Struct) and not type(value).__module__.startswith("jobsh.model."):
        return to_text(value)
    try:
        return {"wire": to_wire(value)}
    except TypeError:  # something in it, a block for one, is only text to others
        return to_text(value)


def _pack_time(value: object) -> Any:
    from datetime import datetime, timedelta

    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, timedelta):
        return {"timespan": value.total_seconds()}
    return to_text(value)


def unpack(sent: Any) -> object:
    """The value that `pack` was given."""
    if isinstance(sent, list):
        return [unpack(item) for item in sent]
    if not isinstance(sent, dict):
        return sent
    if "hashtable" in sent:
        return HashTable([(unpack(k), unpack(v)) for k, v in sent["hashtable"]])
    if "bag" in sent:
        return PropertyBag([(unpack(k), unpack(v)) for k, v in sent["bag"]], sent["type"])
    if "error" in sent:
        return from_wire(sent["wire"]).replace(target=unpack(sent["error"]))
    if "wire" in sent:
        return from_wire(sent["wire"])
    from datetime import datetime, timedelta

    return datetime.fromisoformat(sent["datetime"]) if "datetime" in sent else timedelta(seconds=sent["timespan"])

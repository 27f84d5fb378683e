"""The members of values: which properties each kind of object has, in which order they are listed, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, cast

from jobsh.command.job_streams import state_info, written
from jobsh.command.provenance import LISTED, came_from, has_note, note
from jobsh.command.text import enum_text, pascal
from jobsh.command.type_names import type_name
from jobsh.command.values import HashTable, PropertyBag, from_python
from jobsh.model.credential import Credential
from jobsh.model.ids import JobId
from jobsh.model.job import Job
from jobsh.model.messages import EngineStatus, HistoryItem
from jobsh.model.records import Chunk, ErrorRecord, Line, Stream, StreamRecord
from jobsh.model.session import Session
from jobsh.model.session_option import SessionOption
from jobsh.model.struct import Struct

Getter = Callable[[Any], object]
Properties = Mapping[str, Getter]
"""Names in the order they are listed, with how each is read."""


def register(kind: type, listed: Properties, hidden: Properties) -> None:
    """Give objects of a class their properties; for classes that few texts need, where they are loaded."""
    _PROPERTIES[kind], _HIDDEN[kind] = listed, hidden


def get_member(value: object, name: str) -> object:
    """`value.name`: case-insensitive; over a list the members of its items; None where there is none."""
    if isinstance(value, (HashTable, PropertyBag)):
        return _get_entry(value, name)
    found = _folded(value).get(name.casefold())
    if found is not None:
        return _presentable(found[1](value))
    if isinstance(value, list):
        return _members_of_items(value, name)
    if (noted := note(value, name)) is not None:
        return noted
    if name.casefold() == "psobject":
        return _as_object(value)
    # every value counts as one, and nothing as none
    return _count(value) if name.casefold() in ("count", "length") else None


def _as_object(value: object) -> PropertyBag:
    """`$x.PSObject.Properties`: the names and values of all properties."""
    listed = [PropertyBag({"Name": name, "Value": item}, "PSNoteProperty") for name, item in properties(value).items()]
    return PropertyBag({"Properties": listed, "TypeNames": [type_name(value)], "BaseObject": value}, "PSObject")


def has_member(value: object, name: str) -> bool:
    """Whether the value itself has a property of this name."""
    if isinstance(value, HashTable):
        return name in value or name.casefold() in _folded(value) or has_note(value, name)
    if isinstance(value, PropertyBag):
        return name in value.properties or has_note(value, name)
    return name.casefold() in _folded(value) or has_note(value, name)


def properties(value: object) -> dict[str, object]:
    """The properties that lists, JSON and CSV show, in order: its own, then those of where it came from."""
    own = own_properties(value)
    return own if came_from(value) is None else {**own, **{name: note(value, name) for name in LISTED}}


def own_properties(value: object) -> dict[str, object]:
    """The properties of the object itself, in order."""
    if isinstance(value, HashTable):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, PropertyBag):
        return {str(key): item for key, item in value.properties.items()}
    return {name: _presentable(get(value)) for name, get in _properties_of(type(value)).items()}


def property_names(kind: type) -> tuple[str, ...]:
    """The names of the properties that objects of this class have."""
    return tuple(_properties_of(kind))


def members(value: object) -> tuple[tuple[str, str], ...]:
    """(name, `Property` or `Method`) of all members, as Get-Member lists them."""
    from jobsh.command.methods import method_names

    own: list[str] = [*_properties_of(type(value)), *_BY_NAME_ONLY.get(type(value), ())]
    if isinstance(value, (HashTable, PropertyBag)):
        own = [*properties(value), *own]
    listed = {name.casefold(): name for name in reversed(own)}
    found = [(name, "Property") for name in sorted(listed.values(), key=str.casefold)]
    return tuple(found + [(name, "Method") for name in method_names(value)])


def hidden_names(value: object) -> tuple[str, ...]:
    """The properties that scripts written for PowerShell use and that are not listed."""
    return tuple(sorted(_HIDDEN.get(type(value), {})))


def _get_entry(value: HashTable | PropertyBag, name: str) -> object:
    table = value if isinstance(value, HashTable) else value.properties
    if name in table:
        return table[name]
    found = _folded(value).get(name.casefold())
    if found is None and name.casefold() == "psobject":
        return _as_object(value)
    return _presentable(found[1](value)) if found is not None else note(value, name)


def _members_of_items(items: list[object], name: str) -> object:
    found: list[object] = []
    for item in items:
        if isinstance(item, list) or has_member(item, name):
            member = get_member(item, name)
            found.extend(member if isinstance(member, list) else [member])
    if len(found) > 1:
        return found
    return found[0] if found else None


def _count(value: object) -> int:
    return 0 if value is None else 1


def _presentable(value: object) -> object:
    """An enumeration's member as its word, a tuple as a list."""
    if isinstance(value, Enum):
        return enum_text(value)
    return from_python(value)


def _folded(value: object) -> Mapping[str, tuple[str, Getter]]:
    kind = type(value)
    if kind not in _FOLDED:
        table = {**_properties_of(kind), **_HIDDEN.get(kind, {})}
        _FOLDED[kind] = {name.casefold(): (name, get) for name, get in table.items()}
    return _FOLDED[kind]


_FOLDED: dict[type, Mapping[str, tuple[str, Getter]]] = {}
"""What `_folded` found before."""


def _properties_of(kind: type) -> Properties:
    for base in kind.__mro__:
        if base in _PROPERTIES:
            return _PROPERTIES[base]
        if base is Struct:
            return _struct_properties(kind)
    if kind.__module__ == "datetime":
        return _DATETIME if kind.__name__ == "datetime" else _TIMESPAN
    return {}


def _struct_properties(kind: type[Struct]) -> Properties:
    """A Struct of ours needs no table: its fields, then its properties."""
    own = [name for name, item in vars(kind).items() if isinstance(item, property) and not name.startswith("_")]
    return {pascal(name): _attribute(name) for name in (*kind.__fields__, *own)}


def _attribute(name: str) -> Getter:
    return lambda value: cast(object, getattr(value, name))


def local_time(at: float | None) -> object:
    """Seconds since the epoch as a local datetime; None stays."""
    if at is None:
        return None
    from datetime import datetime

    return datetime.fromtimestamp(at).astimezone()


def _timespan(seconds: float | None) -> object:
    """A timespan; infinity stays a number, as no timespan is so long."""
    if seconds in (None, float("inf")):
        return seconds
    from datetime import timedelta

    assert seconds is not None
    return timedelta(seconds=seconds)


def id_value(id: JobId) -> object:
    """A job's id as a number one can count with; a child's stays `12.1`."""
    return id if id.child else id.number


def _stream_name(stream: Stream) -> str:
    return stream.name.capitalize()


def _exception(record: ErrorRecord) -> object:
    from jobsh.command.exceptions import exception_of

    return exception_of(record)


def _category(record: ErrorRecord) -> object:
    from jobsh.command.exceptions import category_of

    return category_of(record)


def _time_zone_kind(at: Any) -> str:
    from datetime import UTC

    return "Utc" if at.tzinfo is UTC else "Local"


def _ticks(at: Any) -> int:
    """Tenths of microseconds since the year 1, of the time that the clock shows."""
    clock = (at.hour * 60 + at.minute) * 60 + at.second
    return int(((at.toordinal() - 1) * 86400 + clock) * 10_000_000 + at.microsecond * 10)


def _written(stream: Stream) -> Getter:
    return lambda job: written(job, stream)


_JOB: Properties = {
    "State": lambda job: job.state,
    "HasMoreData": lambda job: job.has_more_data,
    "StatusMessage": lambda job: job.status_message,
    "Location": lambda job: job.location,
    "Command": lambda job: job.command,
    "JobStateInfo": state_info,
    "Finished": lambda job: job.state.is_finished,
    "InstanceId": lambda job: job.instance_id,
    "Id": lambda job: id_value(job.id),
    "Name": lambda job: job.name,
    "ChildJobs": lambda job: job.children,
    "PSBeginTime": lambda job: local_time(job.began),
    "PSEndTime": lambda job: local_time(job.ended),
    "PSJobTypeName": lambda job: job.kind,
    "ExitCode": lambda job: job.exit_code,
    "Pid": lambda job: job.pid,
}

_SESSION: Properties = {
    "State": lambda session: session.state,
    "Availability": lambda session: session.availability,
    "ComputerName": lambda session: session.computer_name,
    "ConfigurationName": lambda session: "DefaultShell",
    "ComputerType": lambda session: "LocalMachine" if session.address.is_local else "RemoteMachine",
    "Id": lambda session: session.id,
    "Name": lambda session: session.name,
    "InstanceId": lambda session: session.instance_id,
    "Transport": lambda session: "Local" if session.address.is_local else "SSH",
    "UserName": lambda session: session.user or session.address.user,
    "Port": lambda session: session.address.port,
    "Directory": lambda session: session.directory,
    "Created": lambda session: local_time(session.created or None),
    "MadeBy": lambda session: session.made_by,
    "IdleTimeout": lambda session: session.option.idle_timeout,
    "OutputBufferingMode": lambda session: session.option.output_buffering_mode,
    "DisconnectedOn": lambda session: local_time(session.disconnected_on),
    "ExpiresOn": lambda session: local_time(session.expires_on),
}

_SESSION_OPTION: Properties = {
    "IdleTimeout": lambda option: _timespan(option.idle_timeout),
    "OutputBufferingMode": lambda option: option.output_buffering_mode,
    "OutputBufferSize": lambda option: option.output_buffer_size,
    "OpenTimeout": lambda option: _timespan(option.open_timeout),
    "OperationTimeout": lambda option: _timespan(option.operation_timeout),
    "CancelTimeout": lambda option: _timespan(option.cancel_timeout),
    "MaxConnectionRetryCount": lambda option: option.max_connection_retry_count,
    "KeepAliveInterval": lambda option: _timespan(option.keepalive_interval),
    "KeepAliveCount": lambda option: option.keepalive_count,
    "NoCompression": lambda option: None if option.compression is None else not option.compression,
}

_CREDENTIAL: Properties = {
    "UserName": lambda credential: credential.user_name,
    "Password": lambda credential: "********",
}

_TEXT: Properties = {"Length": len}

_LINE: Properties = {
    "Length": len,
    "ComputerName": lambda line: line.origin.computer_name,
    "Stream": lambda line: _stream_name(line.stream),
    "Job": lambda line: id_value(line.origin.job) if line.origin.job else None,
    "Time": lambda line: local_time(line.at),
}

_ERROR: Properties = {
    "Message": lambda record: record.message,
    "Category": lambda record: record.category,
    "ErrorId": lambda record: record.error_id,
    "TargetObject": lambda record: record.target,
    "Host": lambda record: record.host,
    "Hint": lambda record: record.hint,
    "Command": lambda record: record.command,
    "ExitStatus": lambda record: record.exit_status,
}

_STREAM_RECORD: Properties = {
    "Stream": lambda record: _stream_name(record.stream),
    "Text": lambda record: record.text,
    "ComputerName": lambda record: record.origin.computer_name,
    "Tags": lambda record: record.tags,
}

_DATETIME: Properties = {
    "Year": lambda at: at.year,
    "Month": lambda at: at.month,
    "Day": lambda at: at.day,
    "Hour": lambda at: at.hour,
    "Minute": lambda at: at.minute,
    "Second": lambda at: at.second,
    "Millisecond": lambda at: at.microsecond // 1000,
    "DayOfWeek": lambda at: at.strftime("%A"),
    "DayOfYear": lambda at: at.timetuple().tm_yday,
    "Date": lambda at: at.replace(hour=0, minute=0, second=0, microsecond=0),
    "Ticks": _ticks,
    "Kind": _time_zone_kind,
    "TimeOfDay": lambda at: at - at.replace(hour=0, minute=0, second=0, microsecond=0),
}

_TIMESPAN: Properties = {
    "Days": lambda span: int(span.total_seconds() / 86400),
    "Hours": lambda span: int(span.total_seconds() / 3600) % 24,
    "Minutes": lambda span: int(span.total_seconds() / 60) % 60,
    "Seconds": lambda span: int(span.total_seconds()) % 60,
    "Milliseconds": lambda span: span.microseconds // 1000,
    "TotalDays": lambda span: span.total_seconds() / 86400,
    "TotalHours": lambda span: span.total_seconds() / 3600,
    "TotalMinutes": lambda span: span.total_seconds() / 60,
    "TotalSeconds": lambda span: span.total_seconds(),
    "TotalMilliseconds": lambda span: span.total_seconds() * 1000,
    "Ticks": lambda span: round(span.total_seconds() * 10_000_000),
}

_TABLE: Properties = {
    "Count": len,
    "Keys": list,
    "Values": lambda table: list(table.values()),
}

_HISTORY: Properties = {
    "Id": lambda item: item.id,
    "CommandLine": lambda item: item.text,
    "StartExecutionTime": lambda item: local_time(item.at),
}

_ENGINE: Properties = {
    "Version": lambda engine: engine.version,
    "Pid": lambda engine: engine.pid,
    "Since": lambda engine: local_time(engine.since),
    "FrontEnds": lambda engine: engine.front_ends,
    "Sessions": lambda engine: engine.sessions,
    "Connections": lambda engine: engine.connections,
    "RunningJobs": lambda engine: engine.running_jobs,
    "StateDirectory": lambda engine: engine.state_directory,
    "Socket": lambda engine: engine.socket,
}

_PROPERTIES: dict[type, Properties] = {
    Job: _JOB,
    Session: _SESSION,
    SessionOption: _SESSION_OPTION,
    Credential: _CREDENTIAL,
    HistoryItem: _HISTORY,
    EngineStatus: _ENGINE,
    Line: _LINE,
    str: _TEXT,
    ErrorRecord: _ERROR,
    StreamRecord: _STREAM_RECORD,
    Chunk: {"Length": lambda chunk: len(chunk.data)},
    HashTable: _TABLE,
    PropertyBag: {},
    list: {"Count": len, "Length": len},
}

_BY_NAME_ONLY: dict[type, tuple[str, ...]] = {Job: tuple(stream.name.capitalize() for stream in Stream)}
"""Members that Get-Member and completion tell, and that no list or table reads: they may be large."""

_HIDDEN: dict[type, Properties] = {
    # names scripts written for PowerShell use; not listed
    PropertyBag: {
        "Key": lambda bag: bag.properties.get("Name") if bag.type_name == "DictionaryEntry" else None,
    },
    Job: {
        # a job of one place is its own only child: `$job.ChildJobs[0].Error` is in many scripts
        "ChildJobs": lambda job: job.leaves,
        **{stream.name.capitalize(): _written(stream) for stream in Stream},
        "JobType": lambda job: job.kind,
        "SessionId": lambda job: id_value(job.id),
        "ComputerName": lambda job: job.location,
        "SeenFrom": lambda job: job.seen_from,
    },
    Session: {
        "HostName": lambda session: session.computer_name,
        "PSComputerName": lambda session: session.computer_name,
    },
    Line: {
        "PSComputerName": lambda line: line.origin.computer_name,
        "RunspaceId": lambda line: line.origin.runspace_id or None,
        "PSShowComputerName": lambda line: line.origin.show_computer_name,
    },
    ErrorRecord: {
        "PSComputerName": lambda record: record.host or None,
        "FullyQualifiedErrorId": lambda record: record.error_id,
        "Exception": _exception,
        "CategoryInfo": _category,
        "InvocationInfo": lambda record: PropertyBag({"MyCommand": record.command}, "InvocationInfo"),
    },
}

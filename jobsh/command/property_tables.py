"""Which properties objects of each class have, in which order they are listed, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from jobsh.command.job_streams import state_info, written
from jobsh.command.text import pascal
from jobsh.command.values import HashTable, PropertyBag
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


def register(kind: type, shown: Properties, more: Properties) -> None:
    """Give objects of a class their properties; for classes that few texts need, where they are loaded."""
    _LISTED[kind], _HIDDEN[kind] = shown, more


def listed_of(kind: type) -> Properties:
    """The properties of objects of a class that are listed, in order."""
    for base in kind.__mro__:
        if base in _LISTED:
            return _LISTED[base]
        if base is Struct:
            return _struct_properties(kind)
    if kind.__module__ == "datetime":
        return _DATETIME if kind.__name__ == "datetime" else _TIMESPAN
    return {}


def hidden_of(kind: type) -> Properties:
    """Those that are there under their names and are not listed."""
    return _HIDDEN.get(kind, {})


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

_LISTED: dict[type, Properties] = {
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

BY_NAME_ONLY: dict[type, tuple[str, ...]] = {Job: tuple(stream.name.capitalize() for stream in Stream)}
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

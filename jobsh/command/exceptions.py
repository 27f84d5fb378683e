"""The names that PowerShell's users know errors by: what `catch [System.DivideByZeroException]` may call an error of ours."""

from __future__ import annotations

from jobsh.command.text import to_text
from jobsh.command.type_names import type_name
from jobsh.command.values import PropertyBag
from jobsh.errors import (
    BindingError,
    CommandNotFound,
    HostError,
    Interrupted,
    InvalidState,
    JobshError,
    NotFound,
    ParseError,
)
from jobsh.model.records import ErrorRecord

_BY_ID = {
    "DivideByZero": "DivideByZeroException",
    "InvalidCast": "InvalidCastException",
    "IndexOutOfRange": "IndexOutOfRangeException",
    "MethodArguments": "MethodInvocationException",
    "MethodNotFound": "MethodException",
    "WriteError": "WriteErrorException",
    "ReadOnlyVariable": "SessionStateUnauthorizedAccessException",
    "InvalidRegex": "ArgumentException",
    "FormatError": "FormatException",
}
_BY_KIND: tuple[tuple[type[JobshError], str], ...] = (
    (ParseError, "ParseException"),
    (CommandNotFound, "CommandNotFoundException"),
    (BindingError, "ParameterBindingException"),
    (NotFound, "ItemNotFoundException"),
    (InvalidState, "InvalidOperationException"),
    (HostError, "PSRemotingTransportException"),
    (Interrupted, "PipelineStoppedException"),
)
_SPELLED = {
    f"{name}Exception".lower(): f"{name}Exception"
    for name in [
        "Application",
        "Argument",
        "ArgumentNull",
        "ArgumentOutOfRange",
        "DivideByZero",
        "Format",
        "IO",
        "InvalidCast",
        "InvalidOperation",
        "KeyNotFound",
        "NotImplemented",
        "NotSupported",
        "NullReference",
        "OperationCanceled",
        "Timeout",
        "UnauthorizedAccess",
        "FileNotFound",
    ]
}
_OF_ALL = ("exception", "systemexception", "runtimeexception", "actionpreferencestopexception")


def short(name: str) -> str:
    """`System.ArgumentException` → `argumentexception`: namespaces and case do not count."""
    return name.rpartition(".")[2].lower()


def is_exception(type_name: str) -> bool:
    """Whether `[type]'message'` makes an error to throw."""
    return type_name.lower().endswith("exception")


def exception(type_name: str, message: object = "") -> PropertyBag:
    """`[System.ArgumentException]::new('bad')`."""
    name = short(type_name)
    return PropertyBag(
        {"Message": message}, _SPELLED.get(name, name.removesuffix("exception").capitalize() + "Exception")
    )


def names_of(error: JobshError) -> tuple[str, ...]:
    """What `catch [kind]` may call an error, in lower case without namespaces."""
    own = [kind.__name__.lower() for kind in type(error).__mro__ if issubclass(kind, JobshError)]
    known = [_BY_ID.get(error.error_id, ""), *(name for kind, name in _BY_KIND if isinstance(error, kind))]
    return (*own, short(error.error_id), *(name.lower() for name in known if name), *_OF_ALL)


def exception_of(record: ErrorRecord) -> PropertyBag:
    """`$_.Exception`."""
    thrown = record.target
    if isinstance(thrown, PropertyBag) and is_exception(thrown.type_name):
        return thrown
    return PropertyBag({"Message": record.message}, _BY_ID.get(record.error_id, "RuntimeException"))


def category_of(record: ErrorRecord) -> PropertyBag:
    """`$_.CategoryInfo`."""
    return PropertyBag(
        {
            "Category": record.category,
            "Activity": record.command,
            "Reason": exception_of(record).type_name,
            "TargetName": to_text(record.target),
            "TargetType": "" if record.target is None else type_name(record.target),
        },
        "ErrorCategoryInfo",
    )

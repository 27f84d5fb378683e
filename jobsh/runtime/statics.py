"""`[type]::Member`: the static members the language knows. What they say of a machine is of the location."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jobsh.command.construction import construct
from jobsh.command.conversion import convert
from jobsh.command.static_members import CALLS, MEMBERS
from jobsh.errors import OperationError
from jobsh.runtime.frame import Frame

_ELSEWHERE = {
    "console": "Write-Output prints a value, Write-Host a message",
    "io.file": "Get-Content, Set-Content and Test-Path read, write and look for files",
    "file": "Get-Content, Set-Content and Test-Path read, write and look for files",
    "io.directory": "Get-ChildItem lists directories, mkdir makes them",
    "diagnostics.process": "Get-Job shows jobs; ps shows processes",
    "thread": "Start-Sleep waits",
    "threading.thread": "Start-Sleep waits",
    "scriptblock": "a block is written { … }",
    "net.dns": "hostname tells the name of the machine, getent hosts NAME addresses",
    "net.sockets.tcpclient": "nc -z HOST PORT tries a port",
    "net.webclient": "curl gets what is on the web",
    "convert": "the known ones are ToInt32, ToInt64, ToString, ToBase64String and FromBase64String",
}


async def static_member(type_name: str, name: str, frame: Frame) -> object:
    """`[type]::Name`."""
    kind = _short(type_name)
    if kind == "environment":
        from jobsh.runtime.environment import member

        return await member(name, frame)
    found = _members().get((kind, name.lower()))
    if found is None:
        raise _unknown(type_name, name)
    return found()


async def static_call(type_name: str, name: str, arguments: Sequence[object], frame: Frame) -> object:
    """`[type]::Name(…)`; `Parse` of any type is its cast."""
    kind, method = _short(type_name), name.lower()
    if method == "new":
        return construct(type_name, arguments)
    if kind == "environment":
        from jobsh.runtime.environment import call

        return await call(name, arguments, frame)
    found = _calls().get((kind, method))
    if method == "tryparse" and arguments:
        from jobsh.runtime.references import try_parse

        return await try_parse(kind, arguments)
    if found is None and method == "parse" and arguments:
        return convert(arguments[0], kind)
    if found is None:
        raise _unknown(type_name, f"{name}()")
    try:
        return found(*arguments)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise OperationError(
            f"[{type_name}]::{name} does not take these: {error}", error_id="MethodArguments"
        ) from error


def _short(type_name: str) -> str:
    name = type_name.lower().removeprefix("system.")
    return _SAME.get(name, name)


_SAME = {
    "stopwatch": "diagnostics.stopwatch",
    "globalization.cultureinfo": "cultureinfo",
    "collections.arraylist": "arraylist",
    "int32": "int",
    "int64": "long",
    "datetimeoffset": "datetime",
    "text.regularexpressions.regex": "regex",
    "path": "io.path",
    "encoding": "text.encoding",
}


def _unknown(type_name: str, name: str) -> OperationError:
    kind = _short(type_name)
    known = sorted({f"[{kind}]::{member}" for owner, member in (*_members(), *_calls()) if owner == kind})
    hint = _ELSEWHERE.get(kind) or (
        f"known: {', '.join(known)}" if known else "about_Variables tells the types there are"
    )
    return OperationError(f"there is no [{type_name}]::{name}", hint=hint, error_id="MemberNotFound")


_Members = dict[tuple[str, str], Callable[..., object]]
_tables: list[_Members] = []


def _members() -> _Members:
    if not _tables:
        _tables.extend((_by_type(MEMBERS), _by_type(CALLS)))
    return _tables[0]


def _calls() -> _Members:
    _members()
    return _tables[1]


def _by_type(tables: dict[str, dict[str, Callable[..., object]]]) -> _Members:
    return {(kind, name.lower()): get for kind, table in tables.items() for name, get in table.items()}

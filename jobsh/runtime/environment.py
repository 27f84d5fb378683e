"""`[Environment]::Member`: what the location's machine says of itself."""

from __future__ import annotations

import os
from collections.abc import Sequence

from jobsh.command.conversion import to_int
from jobsh.command.text import to_text
from jobsh.errors import OperationError
from jobsh.model.ids import HERE
from jobsh.runtime.flow import ExitSignal
from jobsh.runtime.frame import Frame


async def member(name: str, frame: Frame) -> object:
    """`[Environment]::MachineName`."""
    located = frame.shell.at(frame.place.location)
    match name.lower():
        case "newline":
            return "\n"
        case "currentdirectory":
            return await located.directory()
        case "username":
            environment = await located.environment()
            return environment.get("USER") or environment.get("LOGNAME") or _only_here(name, frame) or _user()
        case "machinename":
            session = await located.session()
            return os.uname().nodename if session is None else session.computer_name
        case "userdomainname":
            return await member("MachineName", frame)
    _only_here(name, frame)
    match name.lower():
        case "processorcount":
            return os.cpu_count() or 1
        case "processid":
            return os.getpid()
        case "osversion":
            system = os.uname()
            return f"{system.sysname} {system.release}"
        case "is64bitoperatingsystem" | "is64bitprocess":
            return os.uname().machine.endswith("64")
    raise _unknown(name)


async def call(name: str, arguments: Sequence[object], frame: Frame) -> object:
    """`[Environment]::GetEnvironmentVariable('HOME')`."""
    location = frame.place.location
    words = [to_text(argument) for argument in arguments]
    match name.lower(), len(words):
        case "getenvironmentvariable", 1 | 2:
            return (await frame.shell.environment(location)).get(words[0])
        case "setenvironmentvariable", 2 | 3:
            await frame.shell.export(location, words[0], words[1] or None)
            return None
        case "getfolderpath", 1 if words[0].lower() in ("userprofile", "personal", "home"):
            return await frame.shell.home(location)
        case "exit", 0 | 1:
            raise ExitSignal(to_int(arguments[0]) if arguments else 0)
    raise _unknown(f"{name}()")


def _only_here(name: str, frame: Frame) -> str:
    if frame.place.location is not HERE:
        hint = "ask the host, for example with nproc, uname, id -un"
        raise OperationError(f"[Environment]::{name} is known of this machine only", hint=hint, error_id="NotHere")
    return ""


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _unknown(name: str) -> OperationError:
    hint = "$env:NAME is a variable of the environment; uname, nproc and id tell of the machine"
    return OperationError(f"there is no [Environment]::{name}", hint=hint, error_id="MemberNotFound")

"""Variables that tell code about its call, its shell and its machine: `$MyInvocation`, `$PSScriptRoot`, `$PSVersionTable`, …."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from jobsh import __version__
from jobsh.command.values import HashTable, PropertyBag
from jobsh.runtime.frame import Frame


def circumstance(name: str, frame: Frame) -> object:
    """The variable of this name in lower case."""
    return _READ[name](frame)


def _invocation(frame: Frame) -> object:
    """`$MyInvocation`: what was called, as what, and by which line."""
    call = frame.invocation
    if call is None:
        return PropertyBag(
            {"MyCommand": PropertyBag({"Name": frame.source.name}), "InvocationName": ""}, "InvocationInfo"
        )
    source, span = call.where
    start = source.rfind("\n", 0, span.start) + 1 if span else 0
    line = source[start:].partition("\n")[0] if span else ""
    return PropertyBag(
        {
            "MyCommand": PropertyBag({"Name": call.name}, "CommandInfo"),
            "InvocationName": call.invoked_as,
            "BoundParameters": frame.scope.get("PSBoundParameters") or HashTable(),
            "UnboundArguments": list(frame.arguments),
            "Line": line,
            "ScriptLineNumber": source.count("\n", 0, start) + 1 if span else 0,
            "ExpectingInput": frame.input is not None,
        },
        "InvocationInfo",
    )


def _script(frame: Frame) -> str:
    """The `.jsh` file that the code stands in."""
    name = frame.source.name
    return os.path.abspath(name) if name.endswith(".jsh") else ""


def _versions(frame: Frame) -> object:
    system = os.uname()
    return HashTable(
        {
            "JobshVersion": __version__,
            "PythonVersion": sys.version.partition(" ")[0],
            "Platform": "Unix",
            "OS": f"{system.sysname} {system.release} {system.machine}",
        }
    )


def _host(frame: Frame) -> object:
    """`$Host`: the front end."""
    kind = "prompt" if frame.shell.outside.is_interactive else "batch"
    return PropertyBag(
        {"Name": "jobsh", "Version": __version__, "Kind": kind, "Width": frame.shell.outside.width}, "Host"
    )


def _profile(frame: Frame) -> str:
    from jobsh.config import read_settings

    return f"{read_settings(os.environ).config}/profile.jsh"


def _culture(frame: Frame) -> object:
    value = os.environ.get("LC_ALL") or os.environ.get("LANG") or "C"
    return value.partition(".")[0].replace("_", "-")


def _default_values(frame: Frame) -> object:
    """An empty table that is kept from now on, so that entries can be added to it."""
    table = HashTable()
    frame.shell.global_scope.set("PSDefaultParameterValues", table)
    return table


_READ: dict[str, Callable[[Frame], object]] = {
    "myinvocation": _invocation,
    "pscmdlet": lambda frame: frame.invocation.function if frame.invocation else None,
    "psscriptroot": lambda frame: os.path.dirname(_script(frame)),
    "pscommandpath": _script,
    "psversiontable": _versions,
    "psdefaultparametervalues": _default_values,
    "host": _host,
    "profile": _profile,
    "psculture": _culture,
    "psuiculture": _culture,
    "islinux": lambda _: sys.platform == "linux",
    "ismacos": lambda _: sys.platform == "darwin",
    "iswindows": lambda _: False,
}

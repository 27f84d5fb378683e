"""Variables read and assigned: automatic ones, `$env:`, `$script:`, `$using:`, and the rest by scope. Jobs and sessions are live."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

from jobsh import __version__
from jobsh.command.conversion import convert
from jobsh.command.script_block import NO_ITEM
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, copied
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.model.job import Job
from jobsh.model.session import Session
from jobsh.runtime.frame import Frame
from jobsh.runtime.scope import Scope

DEFAULTS: dict[str, object] = {
    "erroractionpreference": "Continue",
    "warningpreference": "Continue",
    "verbosepreference": "SilentlyContinue",
    "debugpreference": "SilentlyContinue",
    "informationpreference": "SilentlyContinue",
    "progresspreference": "Continue",
    "confirmpreference": "High",
    "whatifpreference": False,
    "psnativecommanduseerroractionpreference": False,
}
"""Preferences that nobody assigned."""

_CIRCUMSTANCES = frozenset(
    (
        "host",
        "islinux",
        "ismacos",
        "iswindows",
        "myinvocation",
        "profile",
        "pscmdlet",
        "pscommandpath",
        "psculture",
        "psdefaultparametervalues",
        "psscriptroot",
        "psuiculture",
        "psversiontable",
    )
)
"""Automatic variables that may be assigned: `$host` is a name that people use."""


async def variable(node: ast.Variable, frame: Frame, *, asks_place: bool = True) -> object:
    """`$x`, `$env:PATH`, `$using:x`. Not to ask for the directories of sessions spares a way to their hosts."""
    if node.scope:
        return await _scoped(node, frame)
    name = node.name.casefold()
    automatic = _AUTOMATIC.get(name)
    if automatic is not None:
        return await automatic(frame)
    found = frame.scope.find(name)
    if found is None and name in _CIRCUMSTANCES:
        from jobsh.runtime.circumstances import circumstance

        return circumstance(name, frame)
    if found is None and name not in DEFAULTS and frame.scope.find(_STRICT_MODE) is not None:
        raise _never_assigned(node.name)
    return await live(found[1], frame, asks_place=asks_place) if found else DEFAULTS.get(name)


_STRICT_MODE = "StrictModeVersion"
"""What Set-StrictMode assigns."""


def _never_assigned(name: str) -> OperationError:
    hint = "Set-StrictMode made this an error; Set-StrictMode -Off lets it be $null"
    return OperationError(f"${name} was never assigned", hint=hint, error_id="VariableIsUndefined")


async def _scoped(node: ast.Variable, frame: Frame) -> object:
    if node.scope == "env":
        return (await frame.shell.environment(frame.place.location)).get(node.name)
    if node.scope == "function":
        return frame.shell.commands.function(node.name)
    if node.scope == "using":
        found = using_entry(node.name, frame)
        if found is None:
            return await variable(node.replace(scope=""), frame)
        if frame.origin is not None and frame.origin.computer_name:  # what is sent to a host is a copy
            return copied(await live(found[1], frame))
    else:
        found = _named_scope(node, frame).find(node.name)
    return await live(found[1], frame) if found else None


def using_entry(name: str, frame: Frame) -> tuple[str, object] | None:
    """What `$using:name` stands for where the code comes from; None for an automatic variable."""
    found = (frame.using or frame.scope).find(name) or frame.scope.find(name)
    if (
        found is None
        and name.casefold() not in _AUTOMATIC
        and name.casefold() not in DEFAULTS
        and name.casefold() not in _CIRCUMSTANCES
    ):
        raise OperationError(
            f"there is no variable ${name} for $using:{name}",
            hint=f"assign ${name} before the block is sent; other variables are written without using:",
            error_id="UsingVariableIsUndefined",
        )
    return found


def _named_scope(node: ast.Variable, frame: Frame) -> Scope:
    match node.scope:
        case "global":
            return frame.shell.global_scope
        case "script":
            return frame.scope.top()
        case "local" | "private" | "variable":
            return frame.scope
    raise OperationError(
        f"there is no scope '{node.scope}:'",
        hint="scopes are $env: $script: $global: $local: $using:; in a string write ${name}: for a colon after a variable",
        error_id="UnknownScope",
    )


async def assign_variable(node: ast.Variable, value: object, frame: Frame) -> None:
    """`$x = value`: in this scope, unless the name says another."""
    if node.scope == "env":
        text = None if value is None else to_text(value)
        await frame.shell.export(frame.place.location, node.name, text)
        return
    if node.scope == "using":
        raise OperationError(f"$using:{node.name} cannot be assigned", error_id="ReadOnlyVariable")
    if not node.scope and node.name.casefold() == "null":  # how PowerShell's users throw a value away
        return
    if not node.scope and node.name.casefold() in READ_ONLY:
        raise OperationError(f"${node.name} is read-only", error_id="ReadOnlyVariable")
    scope = _named_scope(node, frame) if node.scope else frame.scope
    type_name = scope.type_of(node.name)
    scope.set(node.name, value if type_name is None else convert(value, type_name))


async def live(value: object, frame: Frame, *, asks_place: bool = True) -> object:
    """Jobs and sessions as they are now; everything else as it is."""
    head = value[0] if isinstance(value, list) and value else value
    if not isinstance(head, (Job, Session)):
        return value
    from jobsh.runtime.live import refreshed

    return await refreshed(value, frame.shell.engine, asks_place=asks_place)


def matcher(frame: Frame) -> Callable[[HashTable], None]:
    """Keeps the groups of a `-match` in `$Matches`."""
    return lambda groups: frame.scope.set("Matches", groups)


async def _item(frame: Frame) -> object:
    return None if frame.item is NO_ITEM else frame.item


async def _input(frame: Frame) -> object:
    if frame.input is None and frame.own_scope is None and frame.place is frame.shell.top:
        return await frame.shell.standard_input().values()
    return [] if frame.input is None else await frame.input.values()


async def _directory(frame: Frame) -> object:
    return await frame.shell.directory(frame.place.location)


async def _home(frame: Frame) -> object:
    return await frame.shell.home(frame.place.location)


def _constant(value: Callable[[Frame], object]) -> Callable[[Frame], Awaitable[object]]:
    async def read(frame: Frame) -> object:
        return value(frame)

    return read


_AUTOMATIC: dict[str, Callable[[Frame], Awaitable[object]]] = {
    "_": _item,
    "psitem": _item,
    "true": _constant(lambda _: True),
    "false": _constant(lambda _: False),
    "null": _constant(lambda _: None),
    "?": _constant(lambda frame: frame.shell.status == 0),
    "lastexitcode": _constant(lambda frame: frame.shell.last_exit_code),
    "error": _constant(lambda frame: frame.shell.errors),
    "args": _constant(lambda frame: list(frame.arguments)),
    "input": _input,
    "pwd": _directory,
    "home": _home,
    "pid": _constant(lambda _: os.getpid()),
    "jobshversion": _constant(lambda _: __version__),
}

READ_ONLY = frozenset(_AUTOMATIC)
"""Names that cannot be assigned."""

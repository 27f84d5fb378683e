"""Parameter types that say how a host is reached: ssh's options as a hashtable, and whole connections as hashtables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from jobsh.command.candidates import Candidate
from jobsh.command.conversion import to_hashtable, to_int
from jobsh.command.text import to_text
from jobsh.command.types import HashTableType, MillisecondsType
from jobsh.command.values import HashTable, as_list
from jobsh.errors import OperationError
from jobsh.model.hosts import parse_address, parse_user
from jobsh.model.struct import Struct

_OPTION = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)

_FORWARDS = frozenset(
    (
        "localforward",
        "remoteforward",
        "dynamicforward",
        "tunnel",
        "forwardx11",
        "remotecommand",
        "localcommand",
        "permitlocalcommand",
        "sessiontype",
        "forkafterauthentication",
    )
)
"""Options whose effect would be missed: jobsh runs commands and forwards nothing."""

_USUAL_OPTIONS = (
    "AddressFamily",
    "BindAddress",
    "Ciphers",
    "Compression",
    "ConnectTimeout",
    "ConnectionAttempts",
    "ForwardAgent",
    "HostKeyAlias",
    "IdentitiesOnly",
    "IdentityFile",
    "KbdInteractiveAuthentication",
    "PasswordAuthentication",
    "Port",
    "PreferredAuthentications",
    "ProxyCommand",
    "ProxyJump",
    "ServerAliveCountMax",
    "ServerAliveInterval",
    "StrictHostKeyChecking",
    "User",
    "UserKnownHostsFile",
)
"""For completion."""

SshPairs = tuple[tuple[str, str], ...]
"""ssh's options as they go after `-o`, `name=value`."""


class SshOptionsType(HashTableType):
    """ssh's options: each key and value as `ssh -o key=value` would take them."""

    known_keys = _USUAL_OPTIONS

    def from_object(self, value: object) -> SshPairs:
        table = to_hashtable(value)
        return tuple((_option_name(k), text) for k, v in table.items() for text in _option_values(to_text(k), v))

    def describe(self) -> str:
        return "a hashtable of ssh's options: @{Compression='yes'; ServerAliveInterval=30}"


def _option_name(key: object) -> str:
    name = to_text(key)
    if not _OPTION.fullmatch(name):
        raise OperationError(f"'{name}' is not the name of an ssh option", hint="ssh_config(5) lists them")
    if name.lower() in _FORWARDS:
        what = f"the ssh option {name} means nothing to jobsh, which runs commands and forwards nothing"
        raise OperationError(what, hint=f"use ssh itself: ssh -o {name}=…")
    return name


def _option_values(name: str, value: object) -> list[str]:
    texts = [("yes" if v else "no") if isinstance(v, bool) else to_text(v) for v in as_list(value)]
    for text in texts or [""]:
        if not text.strip() or any(c in text for c in "\n\r\0"):
            raise OperationError(
                f"the ssh option {name} has no value" if not text.strip() else f"{name}: one line only"
            )
    return texts


class SshConnection(Struct):
    """One entry of -SSHConnection."""

    host: str
    user: str = ""
    port: int = 0
    key_file: str = ""
    options: SshPairs = ()
    connecting_timeout: float | None = None


_KEYS = (
    "ComputerName",
    "HostName",
    "UserName",
    "KeyFilePath",
    "IdentityFilePath",
    "Port",
    "ConnectingTimeout",
    "Options",
)
_SAME = (("ComputerName", "HostName"), ("KeyFilePath", "IdentityFilePath"))


class SshConnectionType(HashTableType):
    """A host and how it is reached, as a hashtable."""

    known_keys = _KEYS

    def keys(self, path: tuple[str, ...]) -> Sequence[Candidate]:
        return SshOptionsType().keys(()) if [key.casefold() for key in path] == ["options"] else super().keys(path)

    def from_object(self, value: object) -> object:
        if isinstance(value, SshConnection):
            return value
        table = to_hashtable(value)
        _check_keys(table)
        host = to_text(table.get("HostName", table.get("ComputerName")))
        parse_address(host)
        return SshConnection(
            host,
            parse_user(to_text(table["UserName"])) if "UserName" in table else "",
            _port(table["Port"]) if "Port" in table else 0,
            to_text(table.get("KeyFilePath", table.get("IdentityFilePath", ""))),
            SshOptionsType().from_object(table["Options"]) if "Options" in table else (),
            MillisecondsType().from_object(table["ConnectingTimeout"]) if "ConnectingTimeout" in table else None,
        )

    def describe(self) -> str:
        return "hashtables such as @{HostName='web01'; UserName='ops'; Port=2222}"


def _check_keys(table: HashTable) -> None:
    """Raise for what is unknown, empty, missing or said twice: before anything connects."""
    known = {key.casefold(): key for key in _KEYS}
    for key, value in table.items():
        name = to_text(key)
        if name.casefold() == "subsystem":
            raise OperationError("Subsystem: no PowerShell runs at the other end", hint="leave it out")
        if name.casefold() not in known:
            raise OperationError(f"'{name}' is no key of an ssh connection", hint=f"the keys are {', '.join(_KEYS)}")
        if value is None or not to_text(value).strip():
            raise OperationError(f"{name} is empty", hint=f"give {known[name.casefold()]} a value, or leave it out")
    for one, other in _SAME:
        if one in table and other in table:
            raise OperationError(f"{one} and {other} mean the same", hint="give one of them")
    if "HostName" not in table and "ComputerName" not in table:
        raise OperationError("an ssh connection needs HostName", hint="@{HostName='web01'; UserName='ops'; Port=2222}")


def _port(value: object) -> int:
    port = to_int(value)
    if not 1 <= port <= 65535:
        raise OperationError(f"Port {port}: the port must be 1 to 65535")
    return port


SshOptions = Annotated[SshPairs, SshOptionsType()]
"""A hashtable of ssh's options, as pairs."""

SshConnectionEntry = Annotated[SshConnection, SshConnectionType()]
"""For `tuple[SshConnectionEntry, ...]`: one hashtable each."""

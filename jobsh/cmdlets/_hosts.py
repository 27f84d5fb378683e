"""The parameters that say which hosts and how to reach them, declared once for all verbs, and the addresses they make."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Annotated, NamedTuple, Protocol

from jobsh.cmdlets._connections import SshConnection, SshConnectionEntry, SshOptions, SshPairs
from jobsh.cmdlets._credentials import CredentialOrName, asked_if_possible
from jobsh.cmdlets._here import path_here
from jobsh.cmdlets._refused import MACHINES, WSMAN
from jobsh.cmdlets._session_options import SessionOptionType, session_option
from jobsh.command.context import Context
from jobsh.command.declaration import Param, Refused
from jobsh.command.name_types import Path
from jobsh.command.types import Milliseconds, Switch
from jobsh.errors import BindingError, NotFound, OperationError
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress, parse_address, parse_user
from jobsh.model.session_option import SessionOption

_ANEW = ("Host", "SSHConnection")
"""The sets in which hosts are connected to."""

UserName = Annotated[str, Param("Log in as this user.", in_set="Host")]
Port = Annotated[int, Param("The port of sshd; without it, what the ssh configuration says.", in_set="Host")]
KeyFilePath = Annotated[
    Path, Param("The private key to log in with: a file of this machine.", in_set="Host", aliases=("IdentityFilePath",))
]
Options = Annotated[
    SshOptions,
    Param(
        "ssh's options for these hosts, each as ssh -o takes it: @{ProxyJump='gate01'; Compression='yes'}.",
        in_set="Host",
    ),
]
ConnectingTimeout = Annotated[
    Milliseconds | None,
    Param("How long connecting may take; without it 10 seconds, or what the ssh configuration says.", in_set="Host"),
]
SshConnections = Annotated[
    tuple[SshConnectionEntry, ...],
    Param(
        "Hosts with their own ways to them: @{HostName='web01'; UserName='ops'; Port=2222; KeyFilePath='k';"
        " ConnectingTimeout='5s'; Options=@{…}}.",
        in_set="SSHConnection",
        is_mandatory=True,
        refuses_empty=True,
        name="SSHConnection",
    ),
]
LoginCredential = Annotated[
    CredentialOrName | None,
    Param(
        "User and password to log in with, of Get-Credential; a user name alone asks for the password where somebody is there.",
        in_set=_ANEW,
    ),
]
Option = Annotated[
    SessionOption | None,
    SessionOptionType(),
    Param("Time limits, signs of life and more, of New-SessionOption or as a hashtable.", in_set=_ANEW),
]
SshTransport = Annotated[
    Switch | None, Param("Over ssh, as always; for scripts that say so.", in_set="Host", name="SSHTransport")
]
ThrottleLimit = Annotated[int, Param("How many hosts at the same time; 32 without it, and for 0.")]

REFUSED: tuple[Refused, ...] = (
    *WSMAN,
    Refused("Subsystem", "no PowerShell runs at the other end: sshd and a shell are enough", "leave it out"),
    *MACHINES,
)
"""Of all that connect."""

_MOST_AT_ONCE = 32


class Connecting(Protocol):
    """A call with the parameters above."""

    @property
    def user_name(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def key_file_path(self) -> str: ...
    @property
    def options(self) -> SshPairs: ...
    @property
    def connecting_timeout(self) -> float | None: ...
    @property
    def ssh_connection(self) -> tuple[SshConnection, ...]: ...
    @property
    def credential(self) -> Credential | None: ...
    @property
    def session_option(self) -> SessionOption | None: ...
    @property
    def ssh_transport(self) -> bool | None: ...


class Reach(NamedTuple):
    """The hosts, and what is the same for all of them."""

    addresses: tuple[HostAddress, ...]
    option: SessionOption
    credential: Credential | None


async def reach(ctx: Context, call: Connecting, hosts: Iterable[str]) -> Reach:
    """What the parameters say; raises for what cannot be, before anything connects."""
    if call.ssh_transport is False:
        raise BindingError("-SSHTransport:$false: jobsh has no other transport", hint="leave it out")
    option = session_option(ctx, call.session_option)
    entries = call.ssh_connection or _entries(call, hosts)
    credential = call.credential
    user = credential.user_name if credential is not None else ""
    addresses = tuple(_address(ctx, entry.replace(user=entry.user or user), option) for entry in entries)
    return Reach(addresses, option, credential and await asked_if_possible(ctx, credential))


def _entries(call: Connecting, hosts: Iterable[str]) -> list[SshConnection]:
    """Each host as if it had been an entry of -SSHConnection; what its text says wins over the parameters."""
    if not 0 <= call.port <= 65535:
        raise OperationError(f"-Port {call.port}: the port must be 1 to 65535")
    user = parse_user(call.user_name) if call.user_name else ""
    if call.credential is not None and user not in ("", call.credential.user_name):
        raise BindingError(f"-UserName {user} is not the user of -Credential, {call.credential.user_name}")
    return [
        SshConnection(host, user, call.port, call.key_file_path, call.options, call.connecting_timeout)
        for host in hosts
    ]


def _address(ctx: Context, entry: SshConnection, option: SessionOption) -> HostAddress:
    """The address, with what the session option has for ssh where nothing else says it."""
    key = _key_path(ctx, entry.key_file)
    address = parse_address(entry.host, user=entry.user, port=entry.port, key_file=key, options=entry.options)
    if address.is_local:
        return address
    said = {name.lower() for name, _ in entry.options}
    options = (*entry.options, *((name, value) for name, value in option.ssh_options if name.lower() not in said))
    limit = entry.connecting_timeout
    if limit is None and "connecttimeout" not in said:
        limit = option.open_timeout
    return address.replace(
        options=options,
        connect_timeout=0.0 if limit is None else limit or float("inf"),
        connect_retries=option.max_connection_retry_count or 0,
    )


def _key_path(ctx: Context, key_file: str) -> str:
    if not key_file:
        return ""
    path = path_here(ctx, key_file)
    if not os.path.exists(path):
        raise NotFound(f"there is no key file '{key_file}' on this machine", error_id="PathNotFound")
    return path


def at_once(limit: int) -> int:
    """How many hosts at the same time a -ThrottleLimit allows."""
    if limit < 0:
        raise BindingError(f"-ThrottleLimit {limit}: at least one host at a time", hint=f"0 means {_MOST_AT_ONCE}")
    return limit or _MOST_AT_ONCE

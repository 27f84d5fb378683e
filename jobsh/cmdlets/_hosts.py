"""The parameters that say which hosts and how to reach them, declared once for all verbs, and the addresses they make."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Param
from jobsh.command.types import Path
from jobsh.errors import NotFound, OperationError
from jobsh.model.hosts import HostAddress, parse_address

UserName = Annotated[str, Param("Log in as this user.", in_set="Host")]
Port = Annotated[int, Param("The port of sshd; without it, what the ssh configuration says.", in_set="Host")]
KeyFilePath = Annotated[
    Path, Param("The private key to log in with, here.", in_set="Host", aliases=("IdentityFilePath",))
]


def addresses(ctx: Context, hosts: Iterable[str], user: str, port: int, key_file: str) -> tuple[HostAddress, ...]:
    """Each host once, in order; what a host's text says wins over the parameters."""
    if not 0 <= port <= 65535:
        raise OperationError(f"-Port {port}: the port must be 1 to 65535")
    key = _key_path(ctx, key_file)
    return tuple(dict.fromkeys(parse_address(host, user=user, port=port, key_file=key) for host in hosts))


def _key_path(ctx: Context, key_file: str) -> str:
    """The whole path: the engine that reads it is in another directory."""
    if not key_file:
        return ""
    path = os.path.join(ctx.surroundings().directory, os.path.expanduser(key_file))
    if not os.path.exists(path):
        raise NotFound(f"there is no key file '{key_file}' on this machine", error_id="PathNotFound")
    return path

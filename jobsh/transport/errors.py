"""What exceptions of asyncssh and the operating system mean to the user: the one table of causes."""

from __future__ import annotations

import errno
import logging
import os
import socket

import asyncssh

from jobsh.errors import HostError, HostErrorCause

log = logging.getLogger("jobsh.transport")

_UNREACHABLE = frozenset(
    (
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.EHOSTDOWN,
        errno.ENETDOWN,
        errno.EADDRNOTAVAIL,
        errno.EACCES,
        errno.EPERM,
    )
)

# What sshd says, in the words of the machine between, when it cannot open the next hop.
_SAID_BY_JUMP_HOST = (
    ("refused", HostErrorCause.REFUSED),
    ("timed out", HostErrorCause.TIMED_OUT),
    ("not known", HostErrorCause.NAME_NOT_FOUND),
    ("resolve", HostErrorCause.NAME_NOT_FOUND),
    ("no address", HostErrorCause.NAME_NOT_FOUND),
)


def host_error(host: str, error: BaseException) -> HostError:
    """The HostError for whatever went wrong while reaching `host`."""
    if isinstance(error, HostError):
        return error
    if isinstance(error, OSError):
        return _from_system(host, error)
    if isinstance(error, asyncssh.ChannelOpenError):
        return _from_jump_host(host, error)
    if isinstance(error, asyncssh.Error):
        return _from_ssh(host, error)
    # asyncssh lets bare AssertionErrors and the like out when a connection goes at a bad moment
    log.warning("%s: unexpected error", host, exc_info=error)
    return HostError(host, HostErrorCause.LINK_LOST, str(error) or type(error).__name__)


def _from_system(host: str, error: OSError) -> HostError:
    if isinstance(error, socket.gaierror):
        plain = error.errno == socket.EAI_NONAME  # the cause says it all
        return HostError(host, HostErrorCause.NAME_NOT_FOUND, "" if plain else error.strerror or "")
    if isinstance(error, TimeoutError):
        return HostError(host, HostErrorCause.TIMED_OUT)
    if isinstance(error, ConnectionRefusedError):
        return HostError(host, HostErrorCause.REFUSED)
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _UNREACHABLE:
        return HostError(host, HostErrorCause.UNREACHABLE, reason)
    if isinstance(error, ConnectionError):
        return HostError(host, HostErrorCause.LINK_LOST, reason)
    return HostError(host, HostErrorCause.UNREACHABLE, reason)


def _from_jump_host(host: str, error: asyncssh.ChannelOpenError) -> HostError:
    said = error.reason or "the jump host refused"
    if error.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED:
        return HostError(host, HostErrorCause.REFUSED, f"the jump host does not forward connections ({said})")
    for text, cause in _SAID_BY_JUMP_HOST:
        if text in said.lower():
            return HostError(host, cause, f"seen from the jump host: {said}")
    return HostError(host, HostErrorCause.UNREACHABLE, f"seen from the jump host: {said}")


def _from_ssh(host: str, error: asyncssh.Error) -> HostError:
    said = error.reason.strip()
    if isinstance(error, asyncssh.PermissionDenied) or "authentication failures" in said:
        return HostError(host, HostErrorCause.AUTHENTICATION, said)
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return HostError(host, HostErrorCause.HOST_KEY_UNKNOWN, said)
    if isinstance(error, asyncssh.ConnectionLost):
        return HostError(host, HostErrorCause.LINK_LOST, "" if said == "Connection lost" else said)
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return HostError(
            host, HostErrorCause.PROTOCOL, said, hint="the host offers no algorithm that both sides accept"
        )
    return HostError(host, HostErrorCause.PROTOCOL, said)

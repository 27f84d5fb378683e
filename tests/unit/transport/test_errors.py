"""The table of causes: each exception of the operating system and of asyncssh says what it means."""

from __future__ import annotations

import errno
import os
import socket

import asyncssh
import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.transport.errors import host_error


def system(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), HostErrorCause.NAME_NOT_FOUND),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), HostErrorCause.NAME_NOT_FOUND),
        (system(errno.ECONNREFUSED), HostErrorCause.REFUSED),
        (system(errno.EHOSTUNREACH), HostErrorCause.UNREACHABLE),
        (system(errno.ENETUNREACH), HostErrorCause.UNREACHABLE),
        (system(errno.ETIMEDOUT), HostErrorCause.TIMED_OUT),
        (system(errno.ECONNRESET), HostErrorCause.LINK_LOST),
        (system(errno.EPIPE), HostErrorCause.LINK_LOST),
        (OSError("Multiple exceptions: …"), HostErrorCause.UNREACHABLE),
        (asyncssh.PermissionDenied("no"), HostErrorCause.AUTHENTICATION),
        (asyncssh.DisconnectError(2, "Too many authentication failures"), HostErrorCause.AUTHENTICATION),
        (asyncssh.HostKeyNotVerifiable("?"), HostErrorCause.HOST_KEY_UNKNOWN),
        (asyncssh.ConnectionLost("Connection lost"), HostErrorCause.LINK_LOST),
        (asyncssh.KeyExchangeFailed("No matching"), HostErrorCause.PROTOCOL),
        (asyncssh.ProtocolError("?"), HostErrorCause.PROTOCOL),
        (asyncssh.MACError("?"), HostErrorCause.PROTOCOL),
        (asyncssh.ChannelOpenError(2, "Connection refused"), HostErrorCause.REFUSED),
        (asyncssh.ChannelOpenError(2, "Connection timed out"), HostErrorCause.TIMED_OUT),
        (asyncssh.ChannelOpenError(2, "Name or service not known"), HostErrorCause.NAME_NOT_FOUND),
        (asyncssh.ChannelOpenError(2, "No route to host"), HostErrorCause.UNREACHABLE),
        (asyncssh.ChannelOpenError(1, "open failed"), HostErrorCause.REFUSED),
        (AssertionError(), HostErrorCause.LINK_LOST),
    ],
)
def test_causes(error: Exception, cause: HostErrorCause) -> None:
    told = host_error("web01", error)
    assert told.cause is cause
    assert told.host == "web01"
    assert told.message.startswith(f"web01: {cause}")
    assert not told.message.endswith((".", ": "))


def test_what_is_known_already_stays() -> None:
    error = HostError("web01", HostErrorCause.CONFIGURATION)
    assert host_error("web02", error) is error

"""Who is on the other side of a unix socket: only this user may be."""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

_CREDENTIALS = struct.Struct("3i")


def is_this_user(connection: Any) -> bool:
    """Whether the process on the other side has our uid. Where the system does not tell (no SO_PEERCRED), the socket's
    directory, which only we may enter, has to do."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True
    _, uid, _ = _CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size))
    return bool(uid == os.geteuid())

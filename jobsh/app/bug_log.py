"""Where the traceback of a bug goes: a file in the state directory, never the user's screen."""

from __future__ import annotations

import os
import sys

from jobsh.errors import JobshError


def log_bug(error: BaseException) -> str:
    """Write the traceback; gives the file's name."""
    import traceback

    from jobsh.config import private_directory, read_settings

    try:
        path = os.path.join(private_directory(read_settings(os.environ).state), "bugs.log")
        with open(path, "a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"jobsh {os.getpid()} {sys.argv[1:]!r}\n{''.join(traceback.format_exception(error))}\n")
    except (OSError, JobshError):
        return "no file: the state directory cannot be written"
    return path

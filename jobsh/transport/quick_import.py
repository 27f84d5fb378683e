"""Loads asyncssh without its search for C libraries that jobsh does not need. Import this module before any that uses asyncssh.

asyncssh looks for liboqs and nettle (key exchanges and MACs that others replace) with `ctypes.util.find_library`, which starts
ldconfig and a compiler: a quarter of the time that loading it takes.
"""

from __future__ import annotations

import ctypes.util
import sys


def _load() -> None:
    find_library = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        import asyncssh
    finally:
        ctypes.util.find_library = find_library
    asyncssh.set_log_level("WARNING")  # what it says of each packet costs more than the packet


if "asyncssh" not in sys.modules:
    _load()

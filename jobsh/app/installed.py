"""How this jobsh is started again: its engine's process, and the processes of jobs that are jobsh code."""

from __future__ import annotations

import os
import sys

_INSTALLED = ("site-packages", "dist-packages")


def jobsh_command() -> tuple[str, ...]:
    """The command that runs this very jobsh with this Python, from any directory."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if os.path.basename(root) in _INSTALLED:
        return sys.executable, "-m", "jobsh"
    # a source tree that is not installed: the working directory, where Python would look for it, may be any
    return sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); from jobsh.cli import run; run()"

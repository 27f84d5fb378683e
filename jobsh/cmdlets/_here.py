"""Files of this machine that a command names, wherever it runs: keys, passwords."""

from __future__ import annotations

import os

from jobsh.command.context import Context


def path_here(ctx: Context, path: str) -> str:
    """The whole path: the engine that reads it is in another directory."""
    around = ctx.surroundings()
    if path == "~" or path.startswith("~/"):
        home = next((value for name, value in around.environment if name == "HOME"), "")
        path = home + path[1:] if home else path
    return os.path.join(around.directory, os.path.expanduser(path))

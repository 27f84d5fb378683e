"""What a test may leave in a directory of its own, and how all of it goes: processes, files, engines' sockets elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

from jobsh.config import Settings, fallback_runtime
from tests.processes import await_condition, end_processes_of


def remove_all_of(directory: Path) -> None:
    """End the processes that carry `directory`, remove it, and the sockets that engines with a home in it had to put elsewhere."""
    end_processes_of(directory)
    for lock in directory.rglob("engine.lock"):
        elsewhere = Settings("", str(lock.parent), "", fallback_runtime(), "")
        Path(elsewhere.socket).unlink(missing_ok=True)

    def is_removed() -> bool:
        shutil.rmtree(directory, ignore_errors=True)  # what ends on a host may write its last file meanwhile
        return not directory.exists()

    await_condition(is_removed, what=f"{directory} is removed")

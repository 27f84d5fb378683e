"""What lives on this machine: what has ended does not, though nobody asked how."""

from __future__ import annotations

import os
import subprocess

from jobsh.spool.processes import group_lives
from tests.processes import await_condition


def test_a_group_of_which_nobody_asked_how_it_ended_does_not_live() -> None:
    with subprocess.Popen(["sleep", "600"], process_group=0) as process:
        assert group_lives(process.pid)
        process.kill()
        await_condition(lambda: not group_lives(process.pid))
        os.killpg(process.pid, 0)  # it is still there for the kernel
    assert not group_lives(process.pid)

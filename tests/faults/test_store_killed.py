"""kill -9 of a process that writes the store: what was acknowledged is there, the file is whole."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

_WRITER = """
import asyncio, sys
from jobsh.model.ids import JobId, new_instance_id
from jobsh.model.job import JobKind
from jobsh.model.job_state import JobEvent, JobState
from jobsh.ports.store import StoredJob
from jobsh.store.sqlite import open_store
async def write(first):
    store = await open_store(sys.argv[1])
    async def one(n):
        job = StoredJob(JobId(n), new_instance_id(), "j", JobKind.REMOTE, JobState.NOT_STARTED, "web01", "id", 1.0)
        await store.add((job,))
        sys.stdout.write(f"a{n}\\n"); sys.stdout.flush()
        await store.move(job.instance_id, JobState.NOT_STARTED, JobState.RUNNING, JobEvent.START, 2.0, None)
        sys.stdout.write(f"m{n}\\n"); sys.stdout.flush()
    n = first
    while True:
        await asyncio.gather(*(one(n + i) for i in range(5)))
        n += 5
asyncio.run(write(int(sys.argv[2])))
"""


def test_nothing_acknowledged_is_lost_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    dice = random.Random(11)
    acknowledged: set[str] = set()
    for round in range(15):
        command = [sys.executable, "-c", _WRITER, str(path), str(1 + round * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(dice.randrange(1, 60))]
            os.kill(process.pid, signal.SIGKILL)
            lines += process.stdout.readlines()
        acknowledged |= {line.strip() for line in lines if line.endswith("\n")}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        added = {f"a{n}" for (n,) in connection.execute("SELECT number FROM jobs")}
        moved = {f"m{n}" for (n,) in connection.execute("SELECT number FROM jobs WHERE state = 'Running'")}
        events = connection.execute("SELECT count(*) FROM job_events").fetchone()[0]
    assert len(acknowledged) > 100
    assert acknowledged <= added | moved
    assert events == len(moved)

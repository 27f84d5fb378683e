"""What only the SQLite store has to do: survive other programs, damage and other versions."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from jobsh.errors import StoreError
from jobsh.model.ids import JobId, new_instance_id
from jobsh.model.job import JobKind
from jobsh.model.job_state import JobEvent, JobState
from jobsh.ports.store import StoredJob
from jobsh.store.sqlite import open_store
from tests.asynchronous import run


async def opened_and_closed(path: Path) -> None:
    store = await open_store(str(path), busy_timeout=0.05)
    await store.aclose()


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as raised:
        run(opened_and_closed(path))
    return raised.value.message


def test_the_file_is_for_this_user_alone(tmp_path: Path) -> None:
    run(opened_and_closed(tmp_path / "s.db"))
    assert stat.S_IMODE((tmp_path / "s.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("garbage", [b"this is not a database at all" * 99, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(garbage)
    assert "no jobsh store" in refusal(path) or "damaged" in refusal(path)
    assert path.read_bytes() == garbage


def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    run(opened_and_closed(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    assert "newer jobsh" in refusal(path)
    assert path.read_bytes() == before


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "none/s.db: No such file" in refusal(tmp_path / "none" / "s.db")


def test_a_locked_store_says_so_and_works_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    job = StoredJob(JobId(1), new_instance_id(), "a", JobKind.REMOTE, JobState.NOT_STARTED, "web01", "id", 1.0)

    async def test() -> None:
        store = await open_store(str(path), busy_timeout=0.05)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreError, match="locked by another program"):
                await store.add((job,))
            other.execute("ROLLBACK")
        await store.add((job,))
        assert await store.load() == (job,)
        await store.aclose()
        with pytest.raises(StoreError, match="closed"):
            await store.load()

    run(test())


def test_the_database_itself_refuses_what_is_not_a_state(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    run(opened_and_closed(path))
    row = "('id', 1, 0, 'n', 'RemoteJob', 'Dancing', 'web01', 'id', 1.0)"
    columns = "(instance_id, number, child, name, kind, state, location, command, created)"
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"INSERT INTO jobs {columns} VALUES {row}")


def test_every_move_leaves_an_event(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    job = StoredJob(JobId(1), new_instance_id(), "a", JobKind.REMOTE, JobState.NOT_STARTED, "web01", "id", 1.0)

    async def test() -> None:
        store = await open_store(str(path))
        await store.add((job,))
        await store.move(job.instance_id, JobState.NOT_STARTED, JobState.RUNNING, JobEvent.START, 2.0, None)
        await store.move(job.instance_id, JobState.NOT_STARTED, JobState.FAILED, JobEvent.FAIL, 3.0, None)
        await store.aclose()

    run(test())
    with closing(sqlite3.connect(path)) as connection:
        events = connection.execute("SELECT at, event, old, new FROM job_events").fetchall()
    assert events == [(2.0, "start", "NotStarted", "Running")]

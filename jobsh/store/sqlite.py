"""The store in SQLite (with `writer`, `migrations` and `rows` the only importers of sqlite3). Knows nothing of engines."""

from __future__ import annotations

import os
import sqlite3

from jobsh.errors import StoreError
from jobsh.model.ids import InstanceId
from jobsh.model.job import Outcome
from jobsh.model.job_state import FINISHED, JobEvent, JobState
from jobsh.model.messages import HistoryItem
from jobsh.ports.store import StoredJob
from jobsh.store.migrations import migrate
from jobsh.store.rows import COLUMNS, document, escape, from_row, to_row, unescape
from jobsh.store.writer import Writer

_BUSY_TIMEOUT = 5.0
_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse.", "9p", "afs", "ceph", "gluster", "lustre", "gpfs")
_COLUMNS = ", ".join(COLUMNS)
_FINISHED = tuple(state.value for state in FINISHED)


async def open_store(path: str, *, busy_timeout: float = _BUSY_TIMEOUT) -> SqliteStore:
    """Open (or make) the store at `path`; raises StoreError and overwrites nothing it does not know."""
    writer = Writer(path, lambda: _connect(path, busy_timeout))
    await writer.open()
    return SqliteStore(writer)


class SqliteStore:
    """A Store in one SQLite file. Made by `open_store`."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def add(self, jobs: tuple[StoredJob, ...]) -> None:
        """Keep new jobs."""
        marks = ", ".join("?" * len(COLUMNS))
        rows = [to_row(job) for job in jobs]
        requests = [(job.instance_id, document(job.program), job.stdin) for job in jobs if job.program is not None]

        def action(connection: sqlite3.Connection) -> None:
            connection.executemany(f"INSERT INTO jobs ({_COLUMNS}) VALUES ({marks})", rows)  # noqa: S608
            connection.executemany("INSERT INTO requests VALUES (?, ?, ?)", requests)

        await self._writer.call(action)

    async def load(self) -> tuple[StoredJob, ...]:
        """All jobs, by id."""
        columns = ", ".join(f"jobs.{name}" for name in COLUMNS)
        query = (
            f"SELECT {columns}, program, stdin FROM jobs LEFT JOIN requests USING (instance_id) ORDER BY number, child"  # noqa: S608
        )
        rows = await self._writer.call(lambda connection: connection.execute(query).fetchall())
        return tuple(from_row(row[:-2], row[-2], row[-1]) for row in rows)

    async def move(
        self, instance_id: InstanceId, old: JobState, new: JobState, event: JobEvent, at: float, outcome: Outcome | None
    ) -> bool:
        """Compare-and-set the state and write an event row; False when the job was not in `old`."""
        update = (
            "UPDATE jobs SET state = :new, outcome = coalesce(:outcome, outcome),"
            " began = CASE WHEN :event = 'start' THEN coalesce(began, :at) ELSE began END,"
            " ended = CASE WHEN :is_end THEN coalesce(ended, :at) ELSE ended END"
            " WHERE instance_id = :id AND state = :old"
        )
        values = {
            "id": instance_id, "old": old.value, "new": new.value, "event": event.value, "at": at,
            "outcome": document(outcome), "is_end": new.value in _FINISHED, "reason": outcome.reason if outcome else "",
        }  # fmt: skip

        def action(connection: sqlite3.Connection) -> bool:
            if connection.execute(update, values).rowcount == 0:
                return False
            connection.execute(
                "INSERT INTO job_events (instance_id, at, event, old, new, reason)"
                " VALUES (:id, :at, :event, :old, :new, :reason)",
                {**values, "reason": escape(str(values["reason"]))},
            )
            return True

        return await self._writer.call(action)

    async def grow(self, instance_id: InstanceId, out: int, err: int, *, is_complete: bool) -> None:
        """Sizes known now; never shrink."""
        update = (
            "UPDATE jobs SET out = max(out, ?), err = max(err, ?), is_complete = max(is_complete, ?)"
            " WHERE instance_id = ?"
        )
        await self._writer.call(lambda c: _do(c, update, [(out, err, is_complete, instance_id)]))

    async def mark_received(self, marks: tuple[tuple[InstanceId, int, int], ...]) -> None:
        """Totals received; never go back."""
        update = (
            "UPDATE jobs SET received_out = max(received_out, ?), received_err = max(received_err, ?)"
            " WHERE instance_id = ?"
        )
        await self._writer.call(lambda c: _do(c, update, [(out, err, id) for id, out, err in marks]))

    async def forget_request(self, id: InstanceId) -> None:
        """Drop a parent's program and standard input."""
        await self._writer.call(lambda c: _do(c, "DELETE FROM requests WHERE instance_id = ?", [(id,)]))

    async def remove(self, ids: tuple[InstanceId, ...]) -> None:
        """Forget jobs."""
        await self._writer.call(lambda c: _do(c, "DELETE FROM jobs WHERE instance_id = ?", [(id,) for id in ids]))

    async def newest_session(self) -> int:
        """The largest number that was given to a session."""
        (newest,) = await self._writer.call(lambda c: c.execute("SELECT max(number) FROM newest_session").fetchone())
        return int(newest)

    async def note_session(self, number: int) -> None:
        """A session got this number; never goes back."""
        update = "UPDATE newest_session SET number = max(number, ?)"
        await self._writer.call(lambda c: _do(c, update, [(number,)]))

    async def add_history(self, text: str, at: float) -> None:
        """Remember a line."""
        row = (at, escape(text))
        await self._writer.call(lambda c: _do(c, "INSERT INTO history (at, text) VALUES (?, ?)", [row]))

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        """The newest lines, oldest first."""
        query = "SELECT id, at, text FROM history ORDER BY id DESC LIMIT ?"
        rows = await self._writer.call(lambda c: c.execute(query, (newest,)).fetchall())
        return tuple(HistoryItem(id, at, unescape(text)) for id, at, text in reversed(rows))

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        """Forget lines."""
        await self._writer.call(lambda c: _do(c, "DELETE FROM history WHERE id = ?", [(id,) for id in ids]))

    async def aclose(self) -> None:
        """Close."""
        await self._writer.aclose()


def _do(connection: sqlite3.Connection, statement: str, rows: list[tuple[object, ...]]) -> None:
    connection.executemany(statement, rows)


def _connect(path: str, busy_timeout: float) -> sqlite3.Connection:
    if not os.path.exists(path):
        os.close(os.open(path, os.O_CREAT | os.O_CLOEXEC, 0o600))  # sqlite3 would use the umask
    connection = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # reading the schema first: a file that is no database is refused before anything is written to it
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    _set_journal_mode(connection, path)
    migrate(connection, path)


def _set_journal_mode(connection: sqlite3.Connection, path: str) -> None:
    """WAL only where it is safe: SQLite before 3.51.3 can lose a commit or corrupt an index when a WAL is reset."""
    if _wal_is_safe() and not _is_on_network(path):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return
    (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    if mode != "delete":
        raise StoreError(f"{path} is locked by another program", hint="close the program that has it open")
    connection.execute("PRAGMA synchronous = FULL")


def _wal_is_safe() -> bool:
    version = sqlite3.sqlite_version_info
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def _is_on_network(path: str) -> bool:
    """Whether the file system of `path` is another machine's (where shared memory and locks do not hold)."""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as file:
            mounts = [line.split(" ")[1:3] for line in file]
    except OSError:
        return False
    own = os.path.realpath(path)
    holding = [(place, kind) for place, kind in mounts if own.startswith(place.rstrip("/") + "/")]
    kind = max(holding, key=lambda mount: len(mount[0]), default=("", ""))[1]
    return kind.startswith(_NETWORK_FILE_SYSTEMS)

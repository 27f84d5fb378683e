"""The schema as numbered steps, applied in one transaction each. A step that was released never changes."""

from __future__ import annotations

import sqlite3

from jobsh.errors import StoreError
from jobsh.model.job import JobKind
from jobsh.model.job_state import JobEvent, JobState


def _one_of(column: str, kind: type[JobState | JobEvent | JobKind]) -> str:
    return f"CHECK ({column} IN ({', '.join(repr(str(member.value)) for member in kind)}))"


_JOB_EVENTS = f"""CREATE TABLE job_events (
        id INTEGER PRIMARY KEY,
        instance_id TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
        at REAL NOT NULL,
        event TEXT NOT NULL {_one_of("event", JobEvent)},
        old TEXT NOT NULL {_one_of("old", JobState)},
        new TEXT NOT NULL {_one_of("new", JobState)},
        reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX job_events_of_job ON job_events (instance_id);"""
_REQUESTS = """CREATE TABLE requests (
        instance_id TEXT PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
        program TEXT NOT NULL,
        stdin BLOB
    ) STRICT;"""

_STEPS = (
    f"""
    CREATE TABLE jobs (
        instance_id TEXT PRIMARY KEY,
        number INTEGER NOT NULL CHECK (number > 0),
        child INTEGER NOT NULL CHECK (child >= 0),
        name TEXT NOT NULL,
        kind TEXT NOT NULL {_one_of("kind", JobKind)},
        state TEXT NOT NULL {_one_of("state", JobState)},
        location TEXT NOT NULL,
        command TEXT NOT NULL,
        created REAL NOT NULL,
        address TEXT,
        ssh_config TEXT NOT NULL DEFAULT '',
        agent TEXT NOT NULL DEFAULT '',
        outcome TEXT,
        began REAL,
        ended REAL,
        out INTEGER NOT NULL DEFAULT 0 CHECK (out >= 0),
        err INTEGER NOT NULL DEFAULT 0 CHECK (err >= 0),
        received_out INTEGER NOT NULL DEFAULT 0 CHECK (received_out >= 0),
        received_err INTEGER NOT NULL DEFAULT 0 CHECK (received_err >= 0),
        is_complete INTEGER NOT NULL DEFAULT 0 CHECK (is_complete IN (0, 1)),
        hide_computer_name INTEGER NOT NULL DEFAULT 0 CHECK (hide_computer_name IN (0, 1)),
        throttle_limit INTEGER NOT NULL DEFAULT 0,
        UNIQUE (number, child)
    ) STRICT;
    {_JOB_EVENTS}
    {_REQUESTS}
    CREATE TABLE history (id INTEGER PRIMARY KEY, at REAL NOT NULL, text TEXT NOT NULL) STRICT;
    """,
    """
    ALTER TABLE jobs ADD COLUMN session TEXT;
    CREATE TABLE newest_session (number INTEGER NOT NULL) STRICT;
    INSERT INTO newest_session VALUES (0);
    """,
    # the tables once more, without a list of the kinds of jobs of their time: more were added
    f"""
    ALTER TABLE jobs RENAME TO old_jobs;
    CREATE TABLE jobs (
        instance_id TEXT PRIMARY KEY,
        number INTEGER NOT NULL CHECK (number > 0),
        child INTEGER NOT NULL CHECK (child >= 0),
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL {_one_of("state", JobState)},
        location TEXT NOT NULL,
        command TEXT NOT NULL,
        created REAL NOT NULL,
        address TEXT,
        ssh_config TEXT NOT NULL DEFAULT '',
        agent TEXT NOT NULL DEFAULT '',
        outcome TEXT,
        began REAL,
        ended REAL,
        out INTEGER NOT NULL DEFAULT 0 CHECK (out >= 0),
        err INTEGER NOT NULL DEFAULT 0 CHECK (err >= 0),
        received_out INTEGER NOT NULL DEFAULT 0 CHECK (received_out >= 0),
        received_err INTEGER NOT NULL DEFAULT 0 CHECK (received_err >= 0),
        is_complete INTEGER NOT NULL DEFAULT 0 CHECK (is_complete IN (0, 1)),
        hide_computer_name INTEGER NOT NULL DEFAULT 0 CHECK (hide_computer_name IN (0, 1)),
        throttle_limit INTEGER NOT NULL DEFAULT 0,
        session TEXT,
        UNIQUE (number, child)
    ) STRICT;
    INSERT INTO jobs SELECT * FROM old_jobs;
    ALTER TABLE job_events RENAME TO old_job_events;
    DROP INDEX job_events_of_job;
    {_JOB_EVENTS}
    INSERT INTO job_events SELECT * FROM old_job_events;
    DROP TABLE old_job_events;
    ALTER TABLE requests RENAME TO old_requests;
    {_REQUESTS}
    INSERT INTO requests SELECT * FROM old_requests;
    DROP TABLE old_requests;
    DROP TABLE old_jobs;
    """,  # noqa: S608  (words of ours)
)


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Bring the schema up to date; raises StoreError for one that a newer jobsh made, and leaves it alone."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(_STEPS):
        raise StoreError(
            f"{path} was written by a newer jobsh (schema {version}, this one knows {len(_STEPS)})",
            hint="use the newer jobsh, or another JOBSH_STATE_DIR",
        )
    for number, step in enumerate(_STEPS[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")

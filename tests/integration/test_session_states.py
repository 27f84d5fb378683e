"""The files in which a host keeps a session's shell state: which of them counts after a connection that went at a bad moment."""

from __future__ import annotations

import os
from pathlib import Path

from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.spool.remote import RemoteSpool
from tests import asynchronous
from tests.spools import connection_with, remote_spool, run_attached, run_job


async def _do(spool: RemoteSpool, text: str, place: Path, session: InstanceId) -> bytes:
    out, err, _ = await run_attached(spool, text, place, session=session, saves_state=True)
    assert err == b""
    return out


def _states(place: Path, session: InstanceId) -> list[Path]:
    return sorted(place.glob(f".local/state/jobsh/spool/*/sessions/{session}/state.*"))


def _leave(newest: Path, text: str, *, seconds_later: float) -> None:
    """What another command wrote, so much before or after the newest state, and its engine never heard of."""
    path = newest.with_name(f"state.bash.{new_instance_id()}")
    path.write_text(text)
    at = newest.stat().st_mtime + seconds_later
    os.utime(path, (at, at))


def _whole(value: str) -> str:
    return f"A={value}\n__jobsh_r=0\n# whole\n"


def test_what_no_command_needs_any_more_goes(place: Path) -> None:
    async def scenario() -> None:
        session = new_instance_id()
        async with remote_spool(connection_with("/bin/bash", place)) as spool:
            for number in range(5):
                assert await _do(spool, f"echo $A; A={number}", place, session) == b"%s\n" % (
                    str(number - 1).encode() if number else b""
                )
            assert (await run_job(spool, "echo $A", place, session=session)).out == b"4\n"
            assert len(_states(place, session)) == 2  # the last one's, and the line that names it

    asynchronous.run(scenario())


def test_a_state_that_was_not_kept_counts_when_it_is_newer_and_whole(place: Path) -> None:
    async def scenario() -> None:
        session = new_instance_id()
        async with remote_spool(connection_with("/bin/bash", place)) as spool:
            await _do(spool, "A=kept; cd /usr", place, session)
        newest = _states(place, session)[-1]
        _leave(newest, _whole("old"), seconds_later=-5)
        _leave(newest, _whole("new"), seconds_later=5)
        _leave(newest, "A=torn\n", seconds_later=10)
        async with remote_spool(connection_with("/bin/bash", place)) as spool:
            assert await _do(spool, "echo $A", place, session) == b"new\n"
        assert len(_states(place, session)) == 2

    asynchronous.run(scenario())


def test_a_state_that_was_kept_counts_for_the_next_connection(place: Path) -> None:
    async def scenario() -> None:
        session = new_instance_id()
        async with remote_spool(connection_with("/bin/bash", place)) as spool:
            await _do(spool, "A=kept; cd /usr", place, session)
        _leave(_states(place, session)[-1], _whole("old"), seconds_later=-5)
        async with remote_spool(connection_with("/bin/bash", place)) as spool:
            assert await _do(spool, "echo $A $PWD", place, session) == b"kept /usr\n"

    asynchronous.run(scenario())

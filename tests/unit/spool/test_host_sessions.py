"""What a host says of its sessions, read as far as it makes sense."""

from __future__ import annotations

import pytest

from jobsh.model.session_option import OutputBufferingMode, SessionOption
from jobsh.ports.spool import Holder, SpoolSession
from jobsh.spool.host_sessions import read_session
from jobsh.spool.sightings import read_reply

ID = "a" * 32
DROP = SessionOption(idle_timeout=90.0, output_buffering_mode=OutputBufferingMode.DROP, output_buffer_size=64)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("own 12.345.boot.1a n\\0040x me@desk 1000 1 - None -", ("n x", "me@desk", 1000.0, True, Holder.OWN, None)),
        ("none none.1000.1090.90.Drop.64 n - 1000 0 - None -", ("n", "", 1000.0, False, Holder.NOBODY, 1090.0)),
        ("dead 12.345.boot.1a n - 1000 0 90 Drop 64", ("n", "", 1000.0, False, Holder.DEAD, None)),
        ("what none.x.y n", ("n", "", 0.0, False, Holder.OTHER, None)),
        ("", ("", "", 0.0, False, Holder.OTHER, None)),
    ],
)
def test_a_session(said: str, meant: tuple[object, ...]) -> None:
    found = read_session(["session", ID, *said.split(" ")])
    assert (
        found.name, found.made_by, found.created, found.is_temporary, found.holder, found.expires_on,
    ) == meant  # fmt: skip


@pytest.mark.parametrize(
    "said", ["none none.1000.1090.90.Drop.64 n - 1000 0 - None -", "own 12.345.boot.1a n - 1000 0 90 Drop 64"]
)
def test_its_options_are_those_it_was_left_with_or_begun(said: str) -> None:
    found = read_session(["session", ID, *said.split(" ")])
    assert isinstance(found, SpoolSession)
    assert found.option == DROP


def test_a_job_that_is_named_like_a_path_is_none() -> None:
    said = "running - - - 0 0 0 1 0 - x"
    lines = [["job", id, *said.split(" ")] for id in ("../../etc", "a" * 31, f"{ID}/", ID)]
    assert [job.instance_id for job in read_reply(lines)] == [ID]

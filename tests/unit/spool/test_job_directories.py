"""The spool directory of this machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from jobsh.errors import SpoolError
from jobsh.model.ids import InstanceId
from jobsh.ports.spool import SpoolState
from jobsh.spool.job_directories import JobDirectories, is_held
from jobsh.spool.sightings import about_line

ID = InstanceId("a" * 32)


@pytest.fixture
def directories(tmp_path: Path) -> JobDirectories:
    made = JobDirectories(tmp_path / "state" / "spool")
    made.make()
    return made


def test_only_this_user_may_look(directories: JobDirectories) -> None:
    os.chmod(directories.root, 0o755)
    directories.make()
    assert stat.S_IMODE(os.stat(directories.root).st_mode) == 0o700


def test_a_link_is_no_spool(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "spool").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SpoolError):
        JobDirectories(tmp_path / "spool").make()


def test_numbers_rise_and_are_not_given_again(directories: JobDirectories) -> None:
    assert [directories.take_number() for _ in range(3)] == [1, 2, 3]
    directories.give_number(2)
    directories.give_number(3)
    assert directories.take_number() == 4
    assert sorted(os.listdir(f"{directories.root}/numbers")) == ["1", "4"]
    directories.give_number(4)
    directories.give_number(4)
    assert directories.take_number() == 5


def test_a_start_that_died_is_replaced(directories: JobDirectories) -> None:
    with directories.prepared(ID, b"true", None) as dead:
        dead.write_run(about_line(1, "", ""))
        assert directories.put_in_place(dead, ID)
        assert is_held(f"{directories.path(ID)}/alive")
    assert directories.see(ID).state is SpoolState.STARTING
    with directories.prepared(ID, b"again", None) as new:
        new.write_run(about_line(2, "", ""))
        assert directories.put_in_place(new, ID)
    assert Path(directories.path(ID), "script").read_bytes() == b"again"
    assert directories.see(ID).number == 2


def test_a_start_under_way_is_not_replaced(directories: JobDirectories, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobsh.spool.job_directories._LONGEST_START", 0.05)
    with directories.prepared(ID, b"true", None) as first:
        first.write_run(about_line(1, "", ""))
        assert directories.put_in_place(first, ID)
        with directories.prepared(ID, b"true", None) as second, pytest.raises(SpoolError):
            directories.put_in_place(second, ID)


def test_what_was_not_put_in_place_is_gone(directories: JobDirectories) -> None:
    with directories.prepared(ID, b"true", b"input"):
        pass
    assert not [name for name in os.listdir(directories.root) if name.startswith("new.")]


def test_what_was_left_long_ago_is_tidied_up(directories: JobDirectories) -> None:
    for name, age in (("new.x.1", 7200), ("gone.x.1", 7200), ("new.y.1", 60)):
        path = Path(directories.root, name)
        path.mkdir()
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    directories.make()
    names = {name for name in os.listdir(directories.root) if "." in name}
    assert names == {"new.y.1"}


def test_planted_names_do_no_harm(directories: JobDirectories) -> None:
    path = Path(directories.path(ID))
    path.mkdir()
    for name in ("end.x.y.z", "end.1.2", "received.a.b", "received.3.4", "run"):
        (path / name).write_text("run $(touch x) ` .")
    job = directories.see(ID)
    assert (job.state, job.received_out, job.received_err) == (SpoolState.STARTING, 3, 4)
    assert directories.numbered() == []

"""Where jobsh keeps its things, for ordinary and odd environments."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

import pytest

from jobsh.config import private_directory, read_settings
from jobsh.errors import OperationError


def test_the_places_of_an_ordinary_user(tmp_path: Path) -> None:
    settings = read_settings({"HOME": str(tmp_path)})
    assert settings.home == str(tmp_path)
    assert os.path.dirname(settings.state) == f"{tmp_path}/.local/state/jobsh"
    assert settings.config == f"{tmp_path}/.config/jobsh"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        ({"XDG_STATE_HOME": "{t}/s"}, "{t}/s/jobsh"),
        ({"JOBSH_STATE_DIR": "{t}/j/", "XDG_STATE_HOME": "{t}/s"}, "{t}/j"),
        ({"JOBSH_STATE_DIR": "", "XDG_STATE_HOME": ""}, "{t}/.local/state/jobsh"),
        ({"JOBSH_STATE_DIR": "not/absolute"}, "{t}/.local/state/jobsh"),
    ],
)
def test_variables_name_other_places(environment: dict[str, str], state: str, tmp_path: Path) -> None:
    given = {name: value.format(t=tmp_path) for name, value in environment.items()}
    settings = read_settings({"HOME": str(tmp_path), **given})
    assert os.path.dirname(settings.state) == state.format(t=tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's directory")
def test_a_home_of_another_user_is_not_used(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    own = pwd.getpwuid(os.geteuid()).pw_dir
    settings = read_settings({"HOME": str(tmp_path), "XDG_STATE_HOME": f"{tmp_path}/.local/state"})
    assert settings.home == own
    assert settings.state.startswith(own)


def test_the_socket_is_in_the_runtime_directory_when_it_is_ours(tmp_path: Path) -> None:
    settings = read_settings({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)})
    assert os.path.dirname(settings.socket) == f"{tmp_path}/jobsh"


@pytest.mark.parametrize("runtime", ["", "/does/not/exist", "relative"])
def test_else_it_is_in_a_short_one_of_ours(runtime: str, tmp_path: Path) -> None:
    settings = read_settings({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": runtime})
    assert settings.runtime == f"/tmp/jobsh-{os.geteuid()}"


def test_a_long_home_does_not_break_the_socket(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    (long / "run").mkdir(parents=True)
    settings = read_settings({"HOME": str(long), "XDG_RUNTIME_DIR": f"{long}/run"})
    assert len(os.fsencode(settings.socket)) < 104


def test_two_state_directories_have_two_sockets(tmp_path: Path) -> None:
    one, other = (read_settings({"HOME": "/", "JOBSH_STATE_DIR": f"{tmp_path}/{name}"}) for name in "ab")
    assert one.socket != other.socket


def test_a_private_directory_is_made_and_corrected(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c"
    private_directory(str(path))
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, *path.parents[:2])} == {0o700}
    path.chmod(0o755)
    private_directory(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_planted_link_or_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        with pytest.raises(OperationError):
            private_directory(str(tmp_path / name))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's directory")
def test_another_users_directory_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(OperationError, match="another user"):
        private_directory(str(tmp_path))

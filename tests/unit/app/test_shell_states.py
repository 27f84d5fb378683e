"""The state of shells on disk: gone with its process, whoever killed that, and nobody else's."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from jobsh.app.shell_states import StatesOfTheDead, forget_the_dead, own_state
from tests.asynchronous import run, wait_until

_BEYOND_ALL = (1 << 22) + 1
"""No process has such a number."""


def left_by(pid: int, runtime: Path) -> Path:
    state = runtime / f"shell-{pid}" / "here" / "state.bash"
    state.parent.mkdir(parents=True)
    state.write_text("secret=1")
    return state


def test_only_what_the_dead_left_goes(tmp_path: Path) -> None:
    alive, dead = left_by(os.getppid(), tmp_path), left_by(_BEYOND_ALL, tmp_path)
    foreign = tmp_path / "shell-of-mine"
    foreign.touch()
    assert forget_the_dead(str(tmp_path)) == [os.getppid()]
    assert (alive.exists(), dead.exists(), foreign.exists()) == (True, False, True)
    assert forget_the_dead(str(tmp_path / "removed at a logout")) == []


def test_a_process_does_not_begin_with_what_one_of_its_number_left(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    state = left_by(os.getpid(), tmp_path)
    own = Path(own_state(str(tmp_path)))
    assert own == state.parent.parent
    assert list(own.iterdir()) == []
    (own / "mine").touch()
    assert own_state(str(tmp_path)) == str(own)
    assert (own / "mine").exists()


def test_a_state_goes_as_soon_as_its_process_is_killed(tmp_path: Path) -> None:
    async def scenario() -> None:
        with subprocess.Popen(["sleep", "600"]) as process:
            state = left_by(process.pid, tmp_path)
            states = StatesOfTheDead(str(tmp_path))
            states.look()
            await asyncio.sleep(0)
            assert state.exists()
            process.kill()
            await wait_until(lambda: not state.exists())
            states.close()

    run(scenario())


def test_where_the_kernel_does_not_tell_the_next_look_sees_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")

    async def scenario() -> None:
        with subprocess.Popen(["sleep", "600"]) as process:
            state = left_by(process.pid, tmp_path)
            states = StatesOfTheDead(str(tmp_path))
            states.look()
            process.kill()
            process.wait()
            assert state.exists()
            states.look()
            assert not state.exists()

    run(scenario())

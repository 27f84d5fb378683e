"""Copies whose connection is lost in the middle: one error, no half file with the name, and -Resume goes on."""

from __future__ import annotations

import filecmp
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jobsh.app.engine import local_engine
from jobsh.config import private_directory, read_settings
from jobsh.model.files import CopyFailed, CopyProgress, CopyRequest
from jobsh.model.hosts import parse_address
from jobsh.model.messages import OpenSession
from jobsh.ports.engine import Engine
from tests.asynchronous import run
from tests.copies import copied, copy_request
from tests.e2e.user import a_user
from tests.engines import FakeAsker, real_front_end
from tests.faults.test_transport_faults import Wire, wire, wired_config
from tests.processes import await_condition
from tests.sshd import SshdFarm

SIZE = 48 << 20


@pytest.mark.parametrize("way", ["to the host", "from the host"])
def test_a_copy_that_was_cut_goes_on(farm: SshdFarm, place: Path, way: str) -> None:
    source, goal = place / "source", place / "goal"
    for directory in (source, goal):
        directory.mkdir()
    (source / "big").write_bytes(os.urandom(SIZE))
    (source / "small").write_text("small")

    async def test() -> None:
        settings = read_settings(farm.environment(place / "me"))
        private_directory(settings.state)
        async with wire(farm) as made, local_engine(settings) as served:
            config = wired_config(farm, place, made.port)
            engine = served.attach(real_front_end(farm.environment(place / "me"), config), FakeAsker())
            session = await engine.open_session(OpenSession(parse_address("wired")))
            place_of_host: dict[str, Any] = {"destinations" if way == "to the host" else "sources": [session.id]}
            request = copy_request(source / "big", source / "small", to=goal, **place_of_host)
            failed = await cut_in_the_middle(engine, request, made)
            assert [(error.is_host, "-Resume" in error.hint) for error in failed] == [(True, True)]
            names = set(os.listdir(goal))
            assert "big" not in names
            (part,) = (goal / name for name in names if name.startswith(".big."))
            assert part.stat().st_size > 0
            again = await copied(engine, request.replace(resumes=True))
            assert again.failed == []
            assert sorted(os.listdir(goal)) == ["big", "small"]
            assert (goal / "big").read_bytes() == (source / "big").read_bytes()
            await engine.aclose()

    run(test(), slowest=5.0)


async def cut_in_the_middle(engine: Engine, request: CopyRequest, made: Wire) -> list[CopyFailed]:
    """Run the copy and cut the wire when some of it has arrived; the errors."""
    failed: list[CopyFailed] = []
    is_cut = False
    async for event in engine.copy(request):
        if isinstance(event, CopyProgress) and SIZE // 8 < event.bytes < SIZE and not is_cut:
            is_cut = True
            made.cut()
        elif isinstance(event, CopyFailed):
            failed.append(event)
    assert is_cut
    return failed


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
@pytest.mark.parametrize("way", ["destinations", "sources"])
def test_a_full_disk_is_an_error_that_names_the_file_and_keeps_no_room(farm: SshdFarm, place: Path, way: str) -> None:
    source, small = place / "source", place / "small"
    for directory in (source, small):
        directory.mkdir()
    (source / "large").write_bytes(bytes(6 << 20))
    (source / "little").write_text("little")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(small)], check=True)

    async def test() -> None:
        settings = read_settings(farm.environment(place / "me"))
        private_directory(settings.state)
        async with local_engine(settings) as served:
            engine = served.attach(real_front_end(farm.environment(place / "me"), farm.ssh_config), FakeAsker())
            session = await engine.open_session(OpenSession(parse_address("web01")))
            places: dict[str, Any] = {way: [session.id]}
            outcome = await copied(engine, copy_request(source / "large", to=small, **places))
            host = "web01" if way == "destinations" else ""
            said = [(error.error_id, error.host, error.path) for error in outcome.failed]
            assert said == [("DiskFull", host, f"{small}/large")]
            assert os.listdir(small) == []
            assert (await copied(engine, copy_request(source / "little", to=small, **places))).failed == []
            await engine.aclose()

    try:
        run(test(), slowest=5.0)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_an_engine_that_is_killed_ends_the_copy_and_the_next_one_goes_on(farm: SshdFarm, place: Path) -> None:
    source, goal = place / "source", place / "goal"
    goal.mkdir()
    with source.open("wb") as file:
        file.truncate(5 * SIZE)
    with a_user(farm) as user:
        text = f"$s = New-Session web01; Copy-Item {source} {goal}/big -ToSession $s -Resume"
        user.runs("New-Session web01 | Out-Null")
        engine = user.engine_pid()
        copying = user.start("-c", text)
        await_condition(lambda: any(path.stat().st_size for path in goal.iterdir()), what="some of it arrived")
        os.kill(engine, signal.SIGKILL)
        _, said = copying.communicate(timeout=60)
        assert (copying.returncode, b"the engine went away" in said) == (1, True)
        assert "big" not in os.listdir(goal)
        user.runs(text)
        assert os.listdir(goal) == ["big"]
        assert filecmp.cmp(goal / "big", source, shallow=False)

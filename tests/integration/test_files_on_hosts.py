"""Files on real hosts through an engine: contents, listings, copies, and what a host refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jobsh.errors import FileError, HostError, HostErrorCause
from jobsh.model.files import WriteMode
from jobsh.model.hosts import parse_address
from jobsh.model.ids import SessionId
from jobsh.model.messages import OpenSession
from jobsh.ports.engine import Engine
from tests.asynchronous import run
from tests.copies import copied, copy_request, make_tree, seen
from tests.integration.test_engine import World
from tests.integration.texts import jobsh
from tests.sshd import SshdFarm

Test = Callable[[Engine, list[SessionId]], Awaitable[None]]


@pytest.fixture
def world(farm: SshdFarm, place: Path) -> World:
    return World(farm, place)


def use(world: World, test: Test, *hosts: str) -> None:
    async def with_sessions(engine: Engine) -> None:
        sessions = [(await engine.open_session(OpenSession(parse_address(host)))).id for host in hosts]
        await test(engine, sessions)

    world.use(with_sessions)


def test_trees_to_hosts_and_back(world: World, place: Path) -> None:
    tree = make_tree(place / "tree", big=3_000_001)
    for number in range(300):
        (tree / "empty" / str(number)).write_text(str(number))

    async def test(engine: Engine, sessions: list[SessionId]) -> None:
        goals = [world.farm.home(number) / "put" for number in (1, 2)]
        put = copy_request(tree, to="", destinations=sessions, recurses=True)
        tos = [to.replace(path=str(goal)) for to, goal in zip(put.destinations, goals, strict=True)]
        assert (await copied(engine, put.replace(destinations=tuple(tos)))).failed == []
        assert [seen(goal) == seen(tree) for goal in goals] == [True, True]
        names = ["web01", "web02"]
        got = copy_request(goals[0], to=place / "got", sources=sessions, folders=names, recurses=True)
        assert (await copied(engine, got)).failed == []
        assert [seen(place / "got" / name / "put") == seen(tree) for name in names] == [True, True]

    use(world, test, "web01", "web02")


def test_a_host_that_takes_two_channels_serves_files_and_commands(world: World, place: Path) -> None:
    tree = make_tree(place / "tree", big=100_000)

    async def test(engine: Engine, sessions: list[SessionId]) -> None:
        put = world.farm.narrow.home / "put"
        assert (await copied(engine, copy_request(tree, to=put, destinations=sessions, recurses=True))).failed == []
        listed = [info.name async for infos in engine.files(sessions[0]).list(str(put)) for info in infos]
        assert sorted(listed) == ["a", "empty", "link", "one.txt"]

    use(world, test, "narrow01")


def test_what_a_host_cannot_do_is_said_with_path_and_host(world: World, place: Path) -> None:
    async def test(engine: Engine, sessions: list[SessionId]) -> None:
        files = engine.files(sessions[0])
        with pytest.raises(FileError, match="/proc/nosuch/x: No such file") as caught:
            await files.write("/proc/nosuch/x", WriteMode.REPLACE)
        assert (caught.value.host, caught.value.target) == ("web01", "/proc/nosuch/x")
        (place / "file").write_bytes(bytes(100_000))
        outcome = await copied(engine, copy_request(place / "file", to="/dev/full", destinations=sessions))
        assert [(error.error_id, error.host) for error in outcome.failed] == [("NotAFile", "web01")]

    use(world, test, "web01")


def test_a_host_without_sftp_says_so(farm: SshdFarm, place: Path) -> None:
    world = World(farm, place)

    async def test(engine: Engine, sessions: list[SessionId]) -> None:
        with pytest.raises(HostError) as caught:
            await engine.files(sessions[0]).stat("/")
        assert caught.value.cause is HostErrorCause.UNSUPPORTED
        assert "Subsystem" in caught.value.hint

    shell = next(iter(farm.shells))  # its commands are forced through another shell, which runs no SFTP
    use(world, test, f"shell-{shell}")


def test_verbs_for_files_at_a_host(farm: SshdFarm, place: Path) -> None:
    async def test() -> None:
        async with jobsh(place, farm.ssh_config) as shell:
            ready = await shell.run(
                "$s = New-Session web01; Invoke-Command -Session $s { mkdir -p d/sub; cd d; seq 5 > n; echo x > sub/.h }"
            )
            assert not ready.errors, ready
            for text, out in (
                ("Get-ChildItem -Name -Recurse -Force", "sub\nn\nsub/.h\n"),
                ("(Get-Item n).PSComputerName", "web01\n"),
                ("Get-Content n -Tail 2", "4\n5\n"),
                ("Get-Content n* -TotalCount 1", "1\n"),
                ("Set-Content n 'a', 'ö'; Add-Content n c; (Get-Content n -Raw).Length", "6\n"),
                ("'to the host' | Out-File n; Get-Content n", "to the host\n"),
                ("'redirected' > n; Get-Content n", "redirected\n"),
                ("Test-Path n, m, sub", "True\nFalse\nTrue\n"),
                ("New-Item a/b/c -ItemType Directory | % FullName", f"{farm.home(1)}/d/a/b/c\n"),
                ("Move-Item n a; Rename-Item a/n m; Copy-Item a e -Recurse; Get-ChildItem e -Name", "b\nm\n"),
                ("Remove-Item a, e -Recurse; Get-ChildItem -Name -Directory", "sub\n"),
                ("Get-ChildItem /nosuch -ErrorAction SilentlyContinue; $Error[0].Host", "web01\n"),
            ):
                found = await shell.run(f"Invoke-Command -Session $s {{ {text} }}")
                assert (found.out, found.errors) == (out, []), text

    run(test(), slowest=5.0)


def test_waiting_for_what_is_written(farm: SshdFarm, place: Path) -> None:
    async def test() -> None:
        async with jobsh(place, farm.ssh_config) as shell:
            log = farm.home(1) / "log"
            log.write_text("one\ntwo\n")
            text = f"Invoke-Command web01 {{ Get-Content {log} -Wait -Tail 1 }} | Select-Object -First 2"
            waiting = asyncio.ensure_future(shell.run(text))
            while not waiting.done():
                with log.open("a") as file:
                    file.write("more\n")
                await asyncio.wait({waiting}, timeout=0.05)
            found = waiting.result()
            assert found.out.splitlines()[-1] == "more"
            assert len(found.out.splitlines()) == 2

    run(test(), slowest=5.0)

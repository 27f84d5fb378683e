"""File cmdlets: what they ask of an engine, and what they do to the files of this machine."""

from __future__ import annotations

from pathlib import Path

from jobsh.model.files import CopyFailed, CopyFrom, CopyRequest, CopyTo
from jobsh.model.ids import HERE
from tests.asynchronous import run
from tests.unit.cmdlets.shell import TestShell, run_text


def home(tmp_path: Path, *files: str) -> Path:
    """The home of a test's shell with files in it, each with its name as its line."""
    for name in files:
        path = tmp_path / "home" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n")
    return tmp_path / "home"


def asked_to_copy(tmp_path: Path, *texts: str) -> list[CopyRequest]:
    async def asked() -> list[CopyRequest]:
        shell = TestShell(tmp_path)
        for text in texts:
            found = await shell.run(text)
            assert not found.errors, found
        return [one for one in shell.engine.requests if isinstance(one, CopyRequest)]  # type: ignore[attr-defined]

    return run(asked())


def test_what_copy_item_asks_for(tmp_path: Path) -> None:
    me = home(tmp_path, "a.txt", "b.txt", ".c.txt", "[x].txt")
    text = "$s = New-Session web01, web02; Copy-Item *.txt, ~/sub -Destination /srv/x -ToSession $s -Recurse -Filter *.log -Exclude tmp"
    (request,) = asked_to_copy(tmp_path, text)
    paths = (f"{me}/[x].txt", f"{me}/a.txt", f"{me}/b.txt", f"{me}/sub")
    assert request.sources == (CopyFrom(HERE, paths),)
    assert request.destinations == (CopyTo(1, "/srv/x"), CopyTo(2, "/srv/x"))  # type: ignore[arg-type]
    assert (request.recurses, request.includes, request.excludes) == (True, ("*.log",), ("tmp",))
    (request,) = asked_to_copy(tmp_path, "$s = New-Session web01, web02; cpi /etc/passwd out -FromSession $s")
    assert [(one.location, one.paths, one.folder) for one in request.sources] == [
        (1, ("/etc/passwd",), "web01"),
        (2, ("/etc/passwd",), "web02"),
    ]
    assert request.destinations == (CopyTo(HERE, f"{me}/out"),)
    (request,) = asked_to_copy(
        tmp_path, "Copy-Item -LiteralPath [x].txt new -Force -Resume -Container:$false -PassThru"
    )
    assert request.sources[0].paths == (f"{me}/[x].txt",)
    assert (request.forces, request.resumes, request.flattens, request.tells_each) == (True, True, True, True)


def test_what_if_copies_nothing(tmp_path: Path) -> None:
    home(tmp_path, "a")
    found = run_text("Copy-Item a b -WhatIf", tmp_path)
    (said,) = found.said
    assert f"{tmp_path}/home/a to b" in said
    assert not asked_to_copy(tmp_path, "Copy-Item a b -WhatIf", "Copy-Item no*such b")


def test_what_could_not_be_copied_are_errors(tmp_path: Path) -> None:
    async def told() -> None:
        shell = TestShell(tmp_path)
        shell.engine.events_of_copy = [  # type: ignore[attr-defined]
            CopyFailed("/x: Permission denied", "PermissionDenied", "web01", "/x"),
            CopyFailed("web02: connection lost", "HostError", "web02", "", "try again", is_host=True),
        ]
        found = await shell.run("Copy-Item /x y")
        assert [(error.message, error.host, error.target) for error in found.errors] == [
            ("/x: Permission denied", "web01", "/x"),
            ("web02: connection lost", "web02", "web02"),
        ]
        assert found.status == 255

    run(told())

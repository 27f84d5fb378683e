"""File cmdlets: what they ask of an engine, and what they do to the files of this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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


TREE = ("a.txt", "b.log", ".hidden", "[x]", "sub/c.txt", "sub/deep/d.log", "sub/.h/e.txt")


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Get-ChildItem -Name", "sub\n[x]\na.txt\nb.log\n"),
        ("Get-ChildItem -Name -Force", "sub\n.hidden\n[x]\na.txt\nb.log\n"),
        ("Get-ChildItem -Name -Hidden", ".hidden\n"),
        ("Get-ChildItem sub -Name -Recurse", "deep\nc.txt\ndeep/d.log\n"),
        ("Get-ChildItem -Name -Recurse -File -Include *.txt", "a.txt\nsub/c.txt\n"),
        ("Get-ChildItem -Name -Depth 1 -Directory", "sub\nsub/deep\n"),
        ("Get-ChildItem -Name -Recurse -Exclude deep, *.txt -File", "[x]\nb.log\n"),
        ("Get-ChildItem . *.log -Name", "b.log\n"),
        ("Get-ChildItem *.txt | % Name", "a.txt\n"),
        ("Get-ChildItem s* | % Name", "sub\n"),
        ("Get-ChildItem -LiteralPath '[x]' | % Length", "4\n"),
        ("Get-ChildItem sub | ? PSIsContainer | % FullName | Split-Path -Leaf", "deep\n"),
        ("(Get-Item a.txt).Mode", "-rw-r--r--\n"),
        ("Get-Item sub | % { $_.Name; $_.Length; $_.ItemType }", "sub\nDirectory\n"),
        ("Get-Item a.txt | % { $_.BaseName, $_.Extension, $_.LastWriteTime.Year -join ' ' }", "a .txt 2004\n"),
        ("(Get-Item a.txt).PSComputerName -eq ''", "True\n"),
        ("Get-ChildItem -File | Get-Content", "[x]\na.txt\nb.log\n"),
        ("Get-Content *.txt, sub/*.txt", "a.txt\nsub/c.txt\n"),
        ("Get-Content -LiteralPath '[x]'", "[x]\n"),
        ("Get-Content '[x]'", ""),
        ("Get-Content '`[x`]'", "[x]\n"),
        ("Get-Content * -Include *.txt", "a.txt\n"),
        ("Test-Path a.txt, nosuch, *.log, no*such, ''", "True\nFalse\nTrue\nFalse\nFalse\n"),
        ("Test-Path sub -PathType Leaf; Test-Path sub -PathType Container; Test-Path a.txt -Type Leaf", "False\nTrue\nTrue\n"),
        ("Test-Path a.txt/x; Test-Path -LiteralPath '[x]', 'x'", "False\nTrue\nFalse\n"),
        ("Test-Path a.txt -OlderThan 2010-01-01; Test-Path a.txt -NewerThan 2010-01-01", "True\nFalse\n"),
        ("Test-Path nosuch -IsValid", "True\n"),
        ("Resolve-Path *.txt -Relative; Resolve-Path sub/.. -Relative", "./a.txt\n./.\n"),
        ("Join-Path a/, /b c; Join-Path /srv/ app logs x", "a/c\n/b/c\n/srv/app/logs/x\n"),
        ("'/a/b.tar.gz' | % { Split-Path $_; Split-Path $_ -Leaf; Split-Path $_ -LeafBase; Split-Path $_ -Extension }", "/a\nb.tar.gz\nb.tar\n.gz\n"),
        ("Split-Path / ; Split-Path a; Split-Path a/b/ -Leaf; Split-Path /a -IsAbsolute", "\n\nb\nTrue\n"),
        ("seq 5 > n; Get-Content n -Tail 2; Get-Content n -Head 1; (Get-Content n -Raw).Length", "4\n5\n1\n10\n"),
        ("seq 5 > n; Get-Content n -ReadCount 2 | % { $_ -join '+' }", "1+2\n3+4\n5\n"),
        ("seq 3 > n; (Get-Content n -ReadCount 0).Count", "3\n"),
        ("seq 20000 > n; Get-Content n -Tail 1", "20000\n"),
        ("Set-Content n 'ä', 'ö' -Encoding latin1; (Get-Item n).Length; Get-Content n -Encoding latin1", "4\nä\nö\n"),
        ("Set-Content n x -Encoding unicode; (Get-Item n).Length; Get-Content n -Encoding unicode", "6\nx\n"),
        ("Set-Content n x -Encoding utf8BOM; Add-Content n y -Encoding utf8BOM; (Get-Item n).Length; Get-Content n -Encoding utf8BOM", "7\nx\ny\n"),
        ("Set-Content n one; Add-Content n two, three; Add-Content n four -NoNewline; (Get-Content n) -join ','", "one,two,three,four\n"),
        ("'one' | Add-Content n -PassThru; Set-Content n, m same; Get-Content n, m", "one\nsame\nsame\n"),
        ("Clear-Content *.txt; (Get-Item a.txt).Length", "0\n"),
        ("1, 2 | Out-File n -NoNewline; 3 | Out-File n -Append; Get-Content n", "123\n"),
        ("Out-File n -InputObject 5 -Encoding ascii; Get-Content n", "5\n"),
        ("New-Item x/y -ItemType Directory | % Name; New-Item -Path x -Name f -Value text | % Length; Get-Content x/f", "y\n4\ntext"),
        ("New-Item l -ItemType SymbolicLink -Value a.txt | % LinkTarget; Get-Content l", "a.txt\na.txt\n"),
        ("New-Item sub -ItemType Directory -Force | % Name; New-Item a.txt -Force | % Length", "sub\n0\n"),
        ("Move-Item a.txt sub -PassThru | % Name; Get-Content sub/a.txt; Test-Path a.txt", "a.txt\na.txt\nFalse\n"),
        ("Move-Item a.txt new; Rename-Item new newer; Get-Content newer", "a.txt\n"),
        ("Get-Item '`[x`]' | Rename-Item -NewName x 2>$null; Rename-Item -LiteralPath '[x]' x; Get-Content x", "[x]\n"),
        ("'x' | Set-Content 5; $n = 5; 'y' | Add-Content $n; Get-Content 5", "x\ny\n"),
        ("Remove-Item *.txt, b.log; Get-ChildItem -Name", "sub\n[x]\n"),
        ("Remove-Item sub -Recurse; Test-Path sub", "False\n"),
        ("Get-ChildItem | Remove-Item -Recurse -WhatIf 6>$null; (Get-ChildItem).Count", "4\n"),
        ("New-Item d -ItemType Directory | Out-Null; Remove-Item d; Test-Path d", "False\n"),
    ],
)  # fmt: skip
def test_what_file_cmdlets_do(text: str, out: str, tmp_path: Path) -> None:
    me = home(tmp_path, *TREE)
    os.utime(me / "a.txt", (1_100_000_000, 1_100_000_000))
    found = run_text(text, tmp_path)
    assert (found.out, found.errors[:1] if "2>" not in text else []) == (out, [])


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Get-ChildItem nosuch", "PathNotFound"),
        ("Get-ChildItem -Depth -1", "ParameterArgumentValidationError"),
        ("Get-Item nosuch", "PathNotFound"),
        ("Resolve-Path nosuch", "PathNotFound"),
        ("Get-Content sub", "IsDirectory"),
        ("Get-Content a.txt -Raw -Tail 1", "AmbiguousParameterSet"),
        ("Get-Content a.txt -Encoding nonsense", "CannotConvertArgument"),
        ("Set-Content a.txt ä -Encoding ascii", "NotInEncoding"),
        ("Set-Content '' x", "EmptyPath"),
        ("'x' | Set-Content $null", "EmptyPath"),
        ("Remove-Item $null -Recurse -Force", "EmptyPath"),
        ("$null | Clear-Content", "EmptyPath"),
        ("Move-Item '' x", "EmptyPath"),
        ("Copy-Item a.txt $null", "EmptyPath"),
        ("Rename-Item $null x", "EmptyPath"),
        ("New-Item $null", "EmptyPath"),
        ("Get-ChildItem ''", "EmptyPath"),
        ("1 | Out-File a.txt -NoClobber", "PathExists"),
        ("Clear-Content nosuch", "PathNotFound"),
        ("New-Item a.txt", "PathExists"),
        ("New-Item sub -ItemType Directory", "PathExists"),
        ("New-Item l -ItemType SymbolicLink", "MissingMandatoryParameter"),
        ("Move-Item nosuch x", "PathNotFound"),
        ("Move-Item a.txt b.log", "PathExists"),
        ("Rename-Item a.txt sub/x", "Argument"),
        ("Rename-Item a.txt b.log", "PathExists"),
        ("Remove-Item nosuch", "PathNotFound"),
        ("Remove-Item sub", "DirectoryNotEmpty"),
        ("Remove-Item / -Recurse -Force", "RootDirectory"),
        ("Remove-Item . -Recurse", "InUse"),
        ("chmod a-w a.txt; Remove-Item a.txt", "ReadOnly"),
    ],
)
def test_what_file_cmdlets_refuse(text: str, id: str, tmp_path: Path) -> None:
    home(tmp_path, *TREE)
    found = run_text(text, tmp_path)
    assert [error.error_id for error in found.errors] == [id], found
    assert found.status


def test_a_file_of_one_host_is_not_taken_for_one_of_another(tmp_path: Path) -> None:
    home(tmp_path, "a.txt")
    text = f"$s = New-Session web01; Invoke-Command -Session $s {{ Get-Item {tmp_path}/home/a.txt }} | Remove-Item"
    found = run_text(text, tmp_path)
    assert [error.error_id for error in found.errors] == ["OtherHost"], found
    assert (tmp_path / "home" / "a.txt").exists()


def test_links_are_removed_not_what_they_lead_to(tmp_path: Path) -> None:
    me = home(tmp_path, "kept/file", "gone/file")
    (me / "gone" / "way").symlink_to(me / "kept")
    (me / "link").symlink_to("kept")
    found = run_text("Remove-Item gone, link -Recurse", tmp_path)
    assert (found.errors, os.listdir(me), os.listdir(me / "kept")) == ([], ["kept"], ["file"])


def test_where_nothing_comes_nothing_is_done(tmp_path: Path) -> None:
    found = run_text("Get-ChildItem no*such | Remove-Item; Get-ChildItem no*such | Get-Content; 'done'", tmp_path)
    assert (found.out, found.errors) == ("done\n", [])


def test_where_we_are_is_no_part_of_a_pattern(tmp_path: Path) -> None:
    home(tmp_path, "[a]*/x.txt", "[a]*/y/x.txt", "a/x.txt")
    found = run_text(
        "Set-Location '[a]*'; Get-ChildItem *.txt, ./y/*.txt -Name; Test-Path ~/a/x*, ./*/x.txt, ../a/?.txt", tmp_path
    )
    assert (found.out, found.errors) == ("x.txt\nx.txt\nTrue\nTrue\nTrue\n", [])

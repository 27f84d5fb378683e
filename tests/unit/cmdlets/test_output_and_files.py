"""The verbs for formats, output, files and the location."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.asynchronous import run
from tests.unit.cmdlets.shell import Ran, TestShell, printed, run_text

BAG = "[pscustomobject]@{Name='x'; Size=10}"


def ran(tmp_path: Path, *texts: str) -> Ran:
    """Run texts in one shell; what the last did."""

    async def all_of_them() -> Ran:
        shell = TestShell(tmp_path)
        *before, last = texts
        for text in before:
            found = await shell.run(text)
            assert not found.errors, found.errors
        return await shell.run(last)

    return run(all_of_them())


@pytest.mark.parametrize(
    ("text", "out"),
    [
        (f"{BAG} | Format-Table", "Name Size\n---- ----\nx      10\n"),
        (f"{BAG} | ft Size", "Size\n----\n  10\n"),
        (f"{BAG} | ft -HideTableHeaders", "x 10\n"),
        (f"{BAG} | ft @{{Label='S'; Expression={{ $_.Size / 4 }}; FormatString='N2'; Alignment='left'}}", "S\n-\n2.50\n"),
        (f"{BAG} | ft @{{n='N'; e='Name'; Width=3; Alignment='right'}}, Size -HideTableHeaders", "  x 10\n"),
        (f"{BAG} | Format-List", "Name : x\nSize : 10\n"),
        (f"{BAG} | fl S*", "Size : 10\n"),
        ("'text', 5 | ft", "text\n5\n"),
        ("Get-Job | ft", ""),
        (f"{BAG} | ConvertTo-Json -Compress", '{"Name":"x","Size":10}\n'),
        ("1, 2 | ConvertTo-Json -Compress", "[1,2]\n"),
        ("1 | ConvertTo-Json -Compress -AsArray", "[1]\n"),
        ("ConvertTo-Json @{a=1} -Compress", '{"a":1}\n'),
        ("Get-Job | ConvertTo-Json", ""),
        ("'[1, {\"a\": [2]}]' | ConvertFrom-Json | select -Last 1 | % a", "2\n"),
        ("'{\"a\": 1}', '{\"a\": 2}' | ConvertFrom-Json | % a", "1\n2\n"),
        ("'{', '\"a\": 1', '}' | ConvertFrom-Json | % a", "1\n"),
        ("('{\"a\": 1}' | ConvertFrom-Json -AsHashtable) -is [hashtable]", "True\n"),
        (f"{BAG} | ConvertTo-Csv", "Name,Size\nx,10\n"),
        (f"{BAG} | ConvertTo-Csv ';' -NoHeader -UseQuotes Always", '"x";"10"\n'),
        ("$t = 1, 2 | Out-String; $t.Length", "4\n"),
        (f"({BAG} | Out-String -Stream).Count", "3\n"),
        ("1..3 | Out-Null", ""),
        ("Write-Output a b, c", "a\nb\nc\n"),
        ("(Write-Output 1, 2 -NoEnumerate).Count", "2\n"),
        ("Write-Output $null", ""),
        ("1..3 | Tee-Object -Variable kept | measure | % Count; $kept.Count", "3\n3\n"),
        ("'a' | Tee-Object -Variable k | Out-Null; 'b' | Tee-Object -Variable k -Append | Out-Null; $k -join ','", "a,b\n"),
        ("1..3 | Tee-Object t.txt | select -First 2; Get-Content t.txt", "1\n2\n1\n2\n"),
        (f"{BAG} | Tee-Object t.txt | % Name; Get-Content t.txt -Raw", "x\nName Size\n---- ----\nx      10\n\n"),
        ("'a', 'b' | Out-File f; 'c' | Out-File f -Append; Get-Content f", "a\nb\nc\n"),
        ("Set-Content f 'a', 'b'; Get-Content f | Out-File g; Get-Content g -Raw | % Length", "4\n"),
        ("Set-Content f 'a' -NoNewline; (Get-Content f -Raw).Length", "1\n"),
        ("1..3 | Set-Content f; Get-Content f -Tail 2", "2\n3\n"),
        ("1..3 | Set-Content f; Get-Content f -TotalCount 1", "1\n"),
        ("1..3 | Set-Content f; Get-Content f -Head 0", ""),
        ("1..3 | Set-Content f; Get-Content f, f | measure | % Count", "6\n"),
        ("'x' | Set-Content f; @{Path='f'} | % { [pscustomobject]$_ } | Get-Content", "x\n"),
        ("Set-Location /; Get-Location", "/\n"),
        ("Set-Location /usr/bin -PassThru; Set-Location ..; Get-Location", "/usr/bin\n/usr\n"),
        ("Set-Location /; Set-Location; (Get-Location) -eq $HOME", "True\n"),
    ],
)  # fmt: skip
def test_what_comes_out(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


def test_json_of_jobs_is_a_list_of_objects(tmp_path: Path) -> None:
    async def told() -> object:
        shell = TestShell(tmp_path)
        for _ in range(2):
            shell.engine.add("make")  # type: ignore[attr-defined]
        return json.loads((await shell.run("Get-Job | ConvertTo-Json")).out)

    jobs = run(told())
    assert isinstance(jobs, list)
    assert [job["Id"] for job in jobs] == [1, 2]


def test_bytes_of_a_file_pass_untouched(tmp_path: Path) -> None:
    data = b"a\xff\x00\r\nb\xc3"
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "in").write_bytes(data)
    ran(
        tmp_path,
        "Get-Content in | Out-File out",
        "Get-Content in | Tee-Object tee | Out-Null",
        "Get-Content in > redirected",
    )
    for name in ("out", "tee", "redirected"):
        assert (tmp_path / "home" / name).read_bytes() == data, name
    ran(tmp_path, "Get-Content in | where { $true } | Set-Content lines")
    assert (tmp_path / "home" / "lines").read_bytes() == data


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Get-Content nosuch", "PathNotFound"),
        ("Get-Content /", "IsDirectory"),
        ("1 | Out-File /nosuch/file", "PathNotFound"),
        ("Set-Location /nosuch", "NotFound"),
        ("'{' | ConvertFrom-Json", "InvalidJson"),
        ("Get-Content f -Tail -1", "ParameterArgumentValidationError"),
    ],
)
def test_what_cannot_be_done_says_so(text: str, id: str, tmp_path: Path) -> None:
    found = run_text(text, tmp_path)
    assert [error.error_id for error in found.errors] == [id]
    assert found.status != 0


def test_one_missing_file_does_not_hide_the_others(tmp_path: Path) -> None:
    found = ran(tmp_path, "Set-Content f x", "Get-Content nosuch, f")
    assert (found.out, len(found.errors)) == ("x\n", 1)


def test_what_if_writes_nothing(tmp_path: Path) -> None:
    found = ran(tmp_path, "1 | Out-File f -WhatIf; Set-Content g x -WhatIf")
    assert len(found.said) == 2
    assert not list((tmp_path / "home").iterdir())


def test_messages_go_to_their_streams(tmp_path: Path) -> None:
    assert run_text("Write-Host a, b c", tmp_path).said == ["a b c"]
    assert run_text("1..2 | Write-Host", tmp_path).said == ["1", "2"]
    assert run_text("Write-Host a b -Separator '-'", tmp_path).said == ["a-b"]
    assert run_text("Write-Warning careful", tmp_path).said == ["careful"]
    assert run_text("$WarningPreference = 'SilentlyContinue'; Write-Warning careful", tmp_path).said == []
    assert run_text("Write-Verbose x", tmp_path).said == []
    assert run_text("Write-Verbose x -Verbose", tmp_path).said == ["x"]
    assert run_text("'x' | Write-Verbose -Verbose", tmp_path).said == ["x"]
    assert printed("Write-Host x 6>&1", tmp_path) == "x\n"
    assert printed("& { Write-Host -NoNewline a; Write-Host b -fg Red } 6> f; Get-Content f", tmp_path) == "ab\n"
    assert printed("'a', 'b' | Out-File f -NoNewline; 'c' | Out-File f -Append; Get-Content f", tmp_path) == "abc\n"


def test_errors_are_records(tmp_path: Path) -> None:
    found = run_text("Write-Error boom -ErrorId Boom -TargetObject 5 -RecommendedAction 'try again'; 'next'", tmp_path)
    (error,) = found.errors
    assert (error.message, error.error_id, error.target, error.hint) == ("boom", "Boom", 5, "try again")
    assert found.out == "next\n"
    assert printed("try { 'x' | Write-Error -ErrorAction Stop } catch { $_.Message }", tmp_path) == "x\n"
    assert run_text("Write-Error x", tmp_path).status == 1

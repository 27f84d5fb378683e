"""CSV, JSON and name=value text, parameter by parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asynchronous import run
from tests.unit.cmdlets.shell import TestShell, printed, run_text

ROWS = "[pscustomobject]@{a=1; b='x y'}, [pscustomobject]@{a=2; b='p,q'}"
JOBS = "'name,port', 'web01,22', 'db1,2222'"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        (f"{JOBS} | ConvertFrom-Csv | % {{ $_.name + ' ' + $_.port }}", "web01 22\ndb1 2222\n"),
        (f"ConvertFrom-Csv ({JOBS}) | % name", "web01\ndb1\n"),
        ("'a;b' | ConvertFrom-Csv -Delimiter ';' -Header x, y | % y", "b\n"),
        ("'a,b' | ConvertFrom-Csv -Header x, y, z | % { $_.z -eq $null }", "True\n"),
        ("'a,b,c' | ConvertFrom-Csv -Header x | % { ($_ | Get-Member -MemberType NoteProperty).Name }", "x\n"),
        ("'x,y', '\"a,\"\"b\"\"\",\"c', 'd\"' | ConvertFrom-Csv | % { $_.x; $_.y.Length }", 'a,"b"\n3\n'),
        ("\"a,b`n1,2`n`n3,4\" | ConvertFrom-Csv | % a", "1\n3\n"),
        ("'#TYPE x', 'a', '1' | ConvertFrom-Csv | % a", "1\n"),
        ("'a,', '1,2' | ConvertFrom-Csv | % H2", "2\n"),
        ("'a,b' | ConvertFrom-Csv", ""),
        ("printf 'a\\r\\n1\\r\\n' | ConvertFrom-Csv | % { $_.a.Length }", "1\n"),
        (f"{ROWS} | ConvertTo-Csv", 'a,b\n1,x y\n2,"p,q"\n'),
        (f"{ROWS} | ConvertTo-Csv -UseQuotes Always -Delimiter ';'", '"a";"b"\n"1";"x y"\n"2";"p,q"\n'),
        (f"{ROWS} | ConvertTo-Csv -UseQuotes Never -NoHeader", "1,x y\n2,p,q\n"),
        (f"{ROWS} | ConvertTo-Csv -QuoteFields B -NoTypeInformation", 'a,"b"\n1,"x y"\n2,"p,q"\n'),
        ("ConvertTo-Csv -InputObject ([pscustomobject]@{a=1})", "a\n1\n"),
        (f"{ROWS} | Export-Csv t.csv; Import-Csv t.csv | % b; Get-Content t.csv -Raw", 'x y\np,q\na,b\n1,x y\n2,"p,q"\n\n'),
        (f"{ROWS} | Export-Csv t.csv ';'; Import-Csv t.csv -Delimiter ';' | % a", "1\n2\n"),
        ("[pscustomobject]@{a=1; b=2} | Export-Csv t.csv; [pscustomobject]@{b=4; c=5; a=3} | Export-Csv t.csv -Append; Get-Content t.csv", "a,b\n1,2\n3,4\n"),
        ("[pscustomobject]@{a=1; b=2} | Export-Csv t.csv; [pscustomobject]@{a=3} | Export-Csv t.csv -Append -Force; Get-Content t.csv", "a,b\n1,2\n3,\n"),
        ("[pscustomobject]@{a=1} | Export-Csv t.csv -Append; Get-Content t.csv", "a\n1\n"),
        (f"{ROWS} | Export-Csv t.csv -NoHeader -UseQuotes Always; Get-Content t.csv", '"1","x y"\n"2","p,q"\n'),
        (f"{ROWS} | Export-Csv t.csv -WhatIf; (Get-Content t.csv 2>$null) -eq $null", "True\n"),
        (f"{ROWS} | Export-Csv t.csv; 't.csv' | Import-Csv | % a", "1\n2\n"),
        (f"{ROWS} | Export-Csv t1.csv; {ROWS} | Export-Csv t2.csv; Import-Csv t*.csv | % a; Get-ChildItem t1.csv | Import-Csv | % a", "1\n2\n1\n2\n1\n2\n"),
        ("[pscustomobject]@{a='é'} | Export-Csv t.csv -Encoding unicode; (Import-Csv t.csv -Encoding unicode).a; (Get-ChildItem t.csv).Length", "é\n10\n"),
        (f"{ROWS} | Export-Csv t.csv; Import-Csv t.csv -Header x, y | select -First 1 | % y", "b\n"),
    ],
)  # fmt: skip
def test_csv(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("'a,A', '1,2' | ConvertFrom-Csv", "DuplicateColumn"),
        ("'a' | ConvertFrom-Csv -Delimiter ab", "BadDelimiter"),
        ("1 | ConvertTo-Csv -Delimiter ''", "BadDelimiter"),
        ("'x=1' | ConvertFrom-StringData -Delimiter ''", "ParameterArgumentValidationError"),
        ("1 | ConvertTo-Json -Depth -1", "ParameterArgumentValidationError"),
        ('\'{"a": 1, "A": 2}\' | ConvertFrom-Json', "KeysWithDifferentCasing"),
        (f"{ROWS} | Export-Csv t.csv; {ROWS} | Export-Csv t.csv -NoClobber", "PathExists"),
        (
            "[pscustomobject]@{a=1; b=2} | Export-Csv t.csv; [pscustomobject]@{a=3} | Export-Csv t.csv -Append",
            "CannotAppendCsvWithMismatchedPropertyNames",
        ),
        ("Import-Csv nosuch.csv", "PathNotFound"),
        ("'a' | ConvertFrom-Csv -UseCulture", "ParameterNotInJobsh"),
        ("1 | ConvertTo-Csv -IncludeTypeInformation", "ParameterNotInJobsh"),
        ("[pscustomobject]@{a='é'} | Export-Csv x -Encoding ascii", "NotInEncoding"),
        ("'ab' | ConvertFrom-StringData", "InvalidStringData"),
        ('"a=1`na=2" | ConvertFrom-StringData', "DuplicateKey"),
        ("'[[[1]]]' | ConvertFrom-Json -Depth 2", "InvalidJson"),
        ("('[' + (1..5000 -replace '.+', '[' -join '')) | ConvertFrom-Json", "InvalidJson"),
    ],
)
def test_what_goes_wrong(text: str, id: str, tmp_path: Path) -> None:
    assert [error.error_id for error in run_text(text, tmp_path).errors] == [id]


def test_objects_come_as_their_lines_come(tmp_path: Path) -> None:
    text = '$n = 0; 1..50 | % { $n = $_; "$_,x" } | ConvertFrom-Csv -Header a, b | select -First 2 | % a; $n'
    assert printed(text, tmp_path) == "1\n2\n2\n"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("\"name=web01`n# no`n`n port = 22 \" | ConvertFrom-StringData | % { $_.name + $_.PORT }", "web0122\n"),
        ("'path=C:\\\\temp\\tx' | ConvertFrom-StringData | % path", "C:\\temp\tx\n"),
        ("ConvertFrom-StringData 'a: b=c' -Delimiter ':' | % a", "b=c\n"),
        ("'a=1', 'b=2' | ConvertFrom-StringData | measure | % Count", "2\n"),
        ("('x=' | ConvertFrom-StringData).x.Length", "0\n"),
    ],
)  # fmt: skip
def test_string_data(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("ConvertTo-Json @() -Compress; ConvertTo-Json @(1) -Compress; ConvertTo-Json $null", "[]\n[1]\nnull\n"),
        ("ConvertTo-Json 1, 2 -Compress; ConvertTo-Json @(1) -AsArray -Compress", "[1,2]\n[1]\n"),
        ("'é<' | ConvertTo-Json -EscapeHandling EscapeNonAscii", '"\\u00e9<"\n'),
        ("'é<' | ConvertTo-Json -EscapeHandling EscapeHtml", '"é\\u003c"\n'),
        ("@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Depth 1 -Compress -EnumsAsStrings", '{"a":{"b":"@{c=System"}}\n'),
        ("@{a=@{b=1}} | ConvertTo-Json -Depth 0 -Compress", '{"a":"@{b=1}"}\n'),
        ("@(1) | ConvertTo-Json -AsArray -Compress", "[1]\n"),
        ("(ConvertFrom-Json '[1, 2]' -NoEnumerate).Count; ConvertFrom-Json '[1, 2]' -NoEnumerate | measure | % Count", "2\n1\n"),
        ("ConvertFrom-Json '[1, 2]' | measure | % Count", "2\n"),
        ("(ConvertFrom-Json '{\"a\": {\"A b\": 1}}' -AsHashtable).a.Keys", "A b\n"),
        ("$h = ConvertFrom-Json '{\"a\": 1, \"A\": 2}' -AsHashtable; $h.a; $h.A", "1\n2\n"),
        ("(ConvertFrom-Json '{\"t\": \"2026-03-04T05:06:07Z\"}').t -is [string]", "True\n"),
        ("(ConvertFrom-Json '{\"t\": [\"2026-03-04T05:06:07Z\"]}' -DateKind Utc).t[0].Hour", "5\n"),
        ("(ConvertFrom-Json '\"2026-03-04T05:06:07+03:00\"' -DateKind Offset).Hour", "5\n"),
        ("(ConvertFrom-Json '\"2026-03-04T05:06:07+03:00\"' -DateKind Local) -is [datetime]", "True\n"),
        ("ConvertFrom-Json '\"2026-99-04T05:06:07\"' -DateKind Local", "2026-99-04T05:06:07\n"),
        ("'{\"a\":1}', '{\"a\":2}' | ConvertFrom-Json | % a", "1\n2\n"),
    ],
)  # fmt: skip
def test_json(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out.replace("@{c=System", "@{c=@{d=1}}")


def test_jobs_as_csv_and_json(tmp_path: Path) -> None:
    async def told() -> tuple[str, str]:
        shell = TestShell(tmp_path)
        shell.engine.add("sleep 1", name="long one")  # type: ignore[attr-defined]
        csv = (await shell.run("Get-Job | Export-Csv j.csv; Import-Csv j.csv | % { $_.Id + $_.Name + $_.State }")).out
        return csv, (await shell.run("(Get-Job | ConvertTo-Json | ConvertFrom-Json).Command")).out

    assert run(told()) == ("1long oneRunning\n", "sleep 1\n")

"""Select-String, parameter by parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asynchronous import run
from tests.unit.cmdlets.shell import TestShell, printed, run_text

FILES = "'one', 'Two two', 'three' | Out-File a.txt; 'two', 'four' | Out-File b.txt; "


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("'ab', 'cd', 'aB' | Select-String ab", "ab\naB\n"),
        ("'ab', 'aB' | Select-String -CaseSensitive ab", "ab\n"),
        ("'ab', 'cd' | Select-String -NotMatch a", "cd\n"),
        ("'ab', 'cd', 'ef' | Select-String a, 'e.' | % Pattern", "a\ne.\n"),
        ("'a.c', 'abc' | Select-String a.c -SimpleMatch", "a.c\n"),
        ("'x1', 'x2' | Select-String x -Raw | % Length", "2\n2\n"),
        ("'x1', 'x2' | Select-String x2 | % LineNumber", "2\n"),
        ("'a1b22' | Select-String '[0-9]+' | % { $_.Matches.Value }", "1\n"),
        ("'a1b22' | Select-String '[0-9]+' -AllMatches | % { $_.Matches.Index }", "1\n3\n"),
        ("'k=v' | Select-String '(?<key>.)=(.)' | % { $_.Matches[0].Groups.Value -join ',' }", "k=v,k,v\n"),
        ("'a', 'b' | Select-String b -Quiet", "True\n"),
        ("'a', 'b' | Select-String c -Quiet", "False\n"),
        ("Select-String -InputObject a, b -Pattern b", "b\n"),
        ("1..9 | Select-String 5 -Context 1", "  4\n> 5\n  6\n"),
        ("1..9 | Select-String 5 -Context 0, 2", "> 5\n  6\n  7\n"),
        ("1..3 | Select-String 3 -Context 1, 5", "  2\n> 3\n"),
        ("1..9 | Select-String 5 -Context 2 | % { $_.Context.PreContext + $_.Context.PostContext }", "3\n4\n6\n7\n"),
        (FILES + "Select-String two a.txt, b.txt", "a.txt:2:Two two\nb.txt:1:two\n"),
        (FILES + "Select-String -Path a.txt -Pattern t -List", "a.txt:2:Two two\n"),
        (FILES + "Select-String -Path a.txt -Pattern two -Context 1", "  a.txt-1-one\n> a.txt:2:Two two\n  a.txt-3-three\n"),
        (FILES + "Select-String -Path a.txt -Pattern one | % { $_.Filename; $_.Path -eq \"$HOME/a.txt\" }", "a.txt\nTrue\n"),
        (FILES + "mkdir d.txt; Select-String two *.txt", "a.txt:2:Two two\nb.txt:1:two\n"),
        (FILES + "Select-String two *.txt -Exclude a*; Select-String two *.txt -Include a*", "b.txt:1:two\na.txt:2:Two two\n"),
        (FILES + "Select-String -LiteralPath a.txt -Pattern one -Raw", "one\n"),
        (FILES + "Get-ChildItem *.txt | Select-String two", "a.txt:2:Two two\nb.txt:1:two\n"),
        (FILES + "mkdir d; cp a.txt d; Get-ChildItem -Recurse | Select-String one", "a.txt:1:one\nd/a.txt:1:one\n"),
        ("'eé' | Set-Content l.txt -Encoding latin1; Select-String é l.txt -Encoding latin1", "l.txt:1:eé\n"),
        ("'a' | Select-String a | % { $_.Path; $_.Filename }", "InputStream\nInputStream\n"),
    ],
)  # fmt: skip
def test_what_is_found(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


def test_quiet_asks_for_no_more_than_it_needs(tmp_path: Path) -> None:
    assert printed("$n = 0; 1..50 | % { $n = $_; $_ } | Select-String 3 -Quiet; $n", tmp_path) == "True\n3\n"


def test_lines_come_as_they_are_found(tmp_path: Path) -> None:
    assert printed("$n = 0; 1..50 | % { $n = $_; $_ } | Select-String 3 | select -First 1; $n", tmp_path) == "3\n3\n"


def test_a_file_that_is_not_there_is_one_error_and_the_others_are_searched(tmp_path: Path) -> None:
    ran = run_text(FILES + "Select-String four nosuch.txt, b.txt", tmp_path)
    assert ran.out == "b.txt:2:four\n"
    assert len(ran.errors) == 1


def test_a_bad_expression_is_an_error(tmp_path: Path) -> None:
    assert [error.error_id for error in run_text("'a' | Select-String '('", tmp_path).errors] == ["InvalidRegex"]


def test_the_output_of_a_job_says_its_host(tmp_path: Path) -> None:
    async def found() -> str:
        shell = TestShell(tmp_path)
        engine = shell.engine
        job = engine.add_children("web01", "web02")  # type: ignore[attr-defined]
        for child, data in zip(job.children, (b"up\n", b"down\n"), strict=True):
            await engine.grow(child.id, data)  # type: ignore[attr-defined]
        return (
            await shell.run(
                "Receive-Job 1 -Keep | Select-String down; Receive-Job 1 | Select-String up | % ComputerName"
            )
        ).out

    assert run(found()) == "web02: down\nweb01\n"

"""The verbs for objects: Where-, ForEach-, Select-, Sort-, Group-, Measure-Object, Get-Member."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asynchronous import run
from tests.unit.cmdlets.shell import TestShell, printed, run_text

BAGS = "$bags = @{n='a'; s=3}, @{n='b'; s=1}, @{n='C'; s=2} | % { [pscustomobject]$_ }; $bags"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("1..6 | Where-Object { $_ % 2 }", "1 3 5"),
        ("1..6 | where { $_ -gt 4 }", "5 6"),
        ("1..6 | ? { $false }", ""),
        (f"{BAGS} | where s -gt 1 | % n", "a C"),
        (f"{BAGS} | where n -eq A | % n", "a"),
        (f"{BAGS} | where n -ceq A | % n", ""),
        (f"{BAGS} | where n -in b, c | % n", "b C"),
        (f"{BAGS} | where n -like '[a-b]' | % n", "a b"),
        (f"{BAGS} | where n -match '^c' | % n", "C"),
        (f"{BAGS} | where n b | % n", "b"),
        (f"{BAGS} | where nosuch | % n", ""),
        (f"{BAGS} | where nosuch -eq $null | % n", "a b C"),
        (f"{BAGS} | where -Not nosuch | % n", "a b C"),
        (f"{BAGS} | where s -is int | % n", "a b C"),
        (f"{BAGS} | where {{ $_.s -gt 1 -and $_.n -ne 'c' }} | % n", "a"),
        ("1..3 | % { $_; $_ * 10 }", "1 10 2 20 3 30"),
        ("1..3 | % { 'begin' } { $_ } { 'end' }", "begin 1 2 3 end"),
        ("1..2 | % -Begin $null -Process { 'a' }, { 'b' }, { 'c' } -End $null", "a b c a b c"),
        ("1..2 | % -Begin { 'x' } -Process { 'a' }, { 'b' }", "x a a b"),
        ("1..2 | % -Begin { 'b' } -End { 'e' } -Process { $_ }", "b 1 2 e"),
        ("1..3 | foreach { if ($_ -eq 2) { return }; $_ }", "1 3"),
        ("$sum = 0; 1..3 | % { $sum += $_ }; $sum", "6"),
        ("ForEach-Object { 'once' }", "once"),
        ("'a b', 'c' | % Split ' '", "a b c"),
        ("'a b' | % Split ' ' | measure | % Count", "2"),
        ("@{t = \"a`nb\"} | % { [pscustomobject]$_ } | Format-List", "t : a b"),
        ("1 | Format-List *; 'x' | Format-List *", "1 Length : 1"),
        ("'abc' | % Length", "3"),
        ("'abc' | % Substring 1, 1", "b"),
        ("1..9 | select -First 2", "1 2"),
        ("1..9 | select -Last 2", "8 9"),
        ("1..9 | select -Skip 7", "8 9"),
        ("1..9 | select -Skip 2 -First 2", "3 4"),
        ("1..9 | select -First 1 -Last 1", "1 9"),
        ("1..9 | select -SkipLast 7", "1 2"),
        ("1..9 | select -Last 2 -Skip 1", "7 8"),
        ("1..9 | select -Last 0", ""),
        ("1..9 | select -First 0", ""),
        ("1..9 | select -Index 0, 3", "1 4"),
        ("'a', 'A', 'a', 'b' | select -Unique", "a A b"),
        (f"{BAGS} | select n -Unique | % n", "a b C"),
        (f"{BAGS} | select -ExpandProperty s", "3 1 2"),
        (f"{BAGS} | select n, @{{Label='twice'; Expression={{ $_.s * 2 }}}} -First 1 | % twice", "6"),
        (f"{BAGS} | select {{ $_.s + 1 }} -First 1 | % '$_.s + 1'", "4"),
        ("3, 1, 2 | Sort-Object", "1 2 3"),
        ("'b', 'A', 'c' | Sort-Object", "A b c"),
        ("10, 9, '8' | Sort-Object", "9 10 8"),
        ("3, 1, 2 | Sort-Object -Descending", "3 2 1"),
        ("3, 1, 3 | Sort-Object -Unique", "1 3"),
        ("3, 1, 2 | Sort-Object -Top 2", "1 2"),
        (f"{BAGS} | Sort-Object s | % n", "b C a"),
        (f"{BAGS} | Sort-Object {{ $_.n }} -Descending | % n", "C b a"),
        ("'a1', 'b1', 'a2' | Sort-Object { $_[0] }, @{Expression={ $_ }; Descending=$true}", "a2 a1 b1"),
        ("'B', 'a', 'b' | Sort-Object -CaseSensitive", "a b B"),
        ("'a', 'B', 'A' | group | % Count", "2 1"),
        ("1..5 | group { $_ % 2 } | % Name", "0 1"),
        ("1..5 | group { $_ % 2 } | % { $_.Group.Count }", "2 3"),
        ("$h = 'x', 'y', 'X' | group -AsHashTable; $h.x.Count; $h['y']", "2 y"),
        ("'a', 'A' | group -CaseSensitive | % Count", "1 1"),
        ("(1..4 | measure).Count", "4"),
        ("$m = 1..4 | measure -AllStats; $m.Sum; $m.Average; $m.Minimum; $m.Maximum", "10 2.5 1 4"),
        ("$m = 'b', 'a' | measure -Minimum; $m.Minimum", "a"),
        (f"$m = $({BAGS}) | measure s -Sum; $m.Sum; $m.Property", "6 s"),
        ("$m = 'a b', '', 'c' | measure -Line -Word -Character; $m.Lines; $m.Words; $m.Characters", "2 3 4"),
        ("(@() | measure -Sum).Sum", "0"),
        ("'x' | Get-Member -Name To* | % Name", "ToCharArray ToLower ToLowerInvariant ToString ToUpper ToUpperInvariant"),
        ("1, 'x', 2 | Get-Member -MemberType Property | % { $_.TypeName + '.' + $_.Name }", "String.Length"),
    ],
)  # fmt: skip
def test_what_comes_out(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path).split() == out.split()


def test_select_makes_objects_with_the_properties_as_they_are_spelled(tmp_path: Path) -> None:
    assert printed(f"{BAGS} | select N, nosuch -First 1", tmp_path) == "n nosuch\n- ------\na\n"
    assert printed("'abc' | select *, Length", tmp_path) == "Length\n------\n     3\n"


def test_a_missing_property_to_expand_is_an_error_for_each(tmp_path: Path) -> None:
    ran = run_text(f"{BAGS} | select -ExpandProperty nosuch", tmp_path)
    assert [error.error_id for error in ran.errors] == ["ExpandPropertyNotFound"] * 3


def test_what_is_no_number_is_an_error_and_the_rest_is_added_up(tmp_path: Path) -> None:
    ran = run_text("(1, 'x', 2 | measure -Sum).Sum", tmp_path)
    assert ran.out == "3\n"
    assert len(ran.errors) == 1


def test_select_first_ends_what_is_before_it(tmp_path: Path) -> None:
    text = "$seen = 0; 1..100 | % { $seen += 1; $_ } | select -First 3; $seen"
    assert printed(text, tmp_path).split() == ["1", "2", "3", "3"]


def test_a_negative_number_is_refused(tmp_path: Path) -> None:
    ran = run_text("1..3 | select -First -1", tmp_path)
    assert [error.error_id for error in ran.errors] == ["ParameterArgumentValidationError"]


def test_get_member_of_a_job(tmp_path: Path) -> None:
    async def names() -> list[str]:
        shell = TestShell(tmp_path)
        shell.engine.add("make")  # type: ignore[attr-defined]
        return (await shell.run("Get-Job | Get-Member -MemberType Property | % Name")).out.split()

    assert {"Id", "State", "HasMoreData", "ChildJobs", "ExitCode"} <= set(run(names()))

"""The verbs that choose, order, group, measure and compare objects, parameter by parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cmdlets.shell import printed, run_text

BAGS = "$bags = @{n='a'; s=3}, @{n='b'; s=1}, @{n='C'; s=2} | % { [pscustomobject]$_ }; $bags"
"""Three objects with a name and a size."""


def words(text: str, directory: Path) -> list[str]:
    """What a text that succeeds prints, as words."""
    return printed(text, directory).split()


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("'a', 'b', 'c', 'd' | select -SkipIndex 1, 2", "a d"),
        ("'a', 'A', 'b' | select -Unique -CaseInsensitive", "a b"),
        ("1, 1.0, '1' | select -Unique", "1"),
        (f"{BAGS} | select * -ExcludeProperty s | Get-Member -MemberType NoteProperty | % Name", "n"),
        (f"{BAGS} | select -ExcludeProperty N | % {{ $_.s; $_.n }}", "3 1 2"),
        (f"{BAGS} | select n, s -ExcludeProperty S* | Get-Member -MemberType NoteProperty | % Name", "n"),
        ("1..3 | select @{n='x';e={$_ * 2}} | % x", "2 4 6"),
        ("1..2 | select @{Name='x';Expr={$_ * 2}} | % x", "2 4"),
        ("Select-Object -InputObject 1, 2, 3 -Last 2", "2 3"),
        ("[pscustomobject]@{n='web'; ports=(22, 80)} | select n -ExpandProperty ports | % { $_.ports; $_.n }", "22 web 80 web"),
    ],
)  # fmt: skip
def test_select_object(text: str, out: str, tmp_path: Path) -> None:
    assert words(text, tmp_path) == out.split()


def test_select_wait_lets_the_stages_before_end(tmp_path: Path) -> None:
    count = "$seen = 0; 1..50 | % { $seen += 1; $_ } | select -First 2"
    assert words(f"{count} -Wait; $seen", tmp_path) == ["1", "2", "50"]
    assert words(f"{count}; $seen", tmp_path) == ["1", "2", "2"]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("3, 1, 2 | Sort-Object -Bottom 2", "2 3"),
        ("3, 1, 2 | Sort-Object -Bottom 2 -Descending", "2 1"),
        ("3, 1, 2 | Sort-Object -Top 2 -Descending", "3 2"),
        ("3, 1, 3 | Sort-Object -Top 2 -Unique", "1 3"),
        ("'b1', 'a1', 'b0' | Sort-Object { $_[0] } -Stable", "a1 b1 b0"),
        ("Sort-Object -InputObject 2, 1", "1 2"),
        (f"{BAGS} | Sort-Object @{{e='n'; Descending=$true}} | % n", "C b a"),
        (f"{BAGS} | Sort-Object @{{e={{ $_.s % 2 }}; Ascending=$true}}, @{{e='s'; Descending=$true}} | % s", "2 3 1"),
    ],
)  # fmt: skip
def test_sort_object(text: str, out: str, tmp_path: Path) -> None:
    assert words(text, tmp_path) == out.split()


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("$g = 'a', 'b', 'A' | group; $g[0].Values; $g[0].Group.Count; $g[0].Name; $g.Count", "a 2 a 2"),
        ("$h = 1..4 | group { $_ % 2 } -AsHashTable -AsString; $h.Keys; $h['1']", "0 1 1 3"),
        ("$h = 1..4 | group { $_ % 2 } -AsHashTable; $h[1]", "1 3"),
        ("$h = 'a', 'A', 'b' | group -AsHashTable -CaseSensitive; $h.Keys.Count; $h.A.Count; $h['a']", "3 1 a"),
        ("(1..4 | group { $_ % 2 } -NoElement)[0].Group -eq $null", "True"),
        ("1..4 | group { $_ % 2 }, { $_ -gt 2 } -NoElement | % Name", "0, False 0, True 1, False 1, True"),
        ("Group-Object -InputObject a, b, a -NoElement | % Count", "2 1"),
    ],
)  # fmt: skip
def test_group_object(text: str, out: str, tmp_path: Path) -> None:
    assert words(text, tmp_path) == out.split()


def test_groups_are_shown_as_powershell_shows_them(tmp_path: Path) -> None:
    assert printed("'a', 'b', 'a' | group", tmp_path).splitlines() == [
        "Count Name                      Group",
        "----- ----                      -----",
        "    2 a                         {a, a}",
        "    1 b                         {b}",
    ]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("(2, 4, 4, 4, 5, 5, 7, 9 | measure -StandardDeviation).StandardDeviation.ToString('N3')", "2.138"),
        ("(5 | measure -StandardDeviation).StandardDeviation", "0"),
        ("(@() | measure -Average).Average -eq $null", "True"),
        ("('a  b', ' c' | measure -Character -IgnoreWhiteSpace).Characters", "3"),
        ("$m = 'b', 'C', 'a' | measure -Minimum -Maximum; $m.Minimum; $m.Maximum; $m.Count", "a C 3"),
        (f"{BAGS} | measure n, s -Maximum | % {{ $_.Property; $_.Maximum }}", "n C s 3"),
        (f"{BAGS} | measure [ns] -Maximum | % {{ $_.Property; $_.Maximum }}", "n C s 3"),
        ("(Measure-Object -InputObject 1, 2 -Sum).Sum", "3"),
        ("(1kb, '2kb' | measure -Sum).Sum", "3072"),
        ("$m = '9', '10', '8' | measure -Maximum -Minimum; $m.Maximum; $m.Minimum", "10 8"),
    ],
)  # fmt: skip
def test_measure_object(text: str, out: str, tmp_path: Path) -> None:
    assert words(text, tmp_path) == out.split()


def test_measuring_a_property_that_no_object_has_is_an_error(tmp_path: Path) -> None:
    ran = run_text(f"{BAGS} | measure nosuch -Sum", tmp_path)
    assert [error.error_id for error in ran.errors] == ["GenericMeasurePropertyNotFound"]
    assert ran.out == ""


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("1..4 | % { 'b' } { $_ } { $_ * 10 } { 'e' }", "b 1 10 2 20 3 30 4 40 e"),
        ("1..2 | % -Process { $_ } -RemainingScripts { -$_ }", "-1 -2"),
        ("% -InputObject 1, 2 -Process { $_ + 1 }", "2 3"),
        ("'a-b', 'c-d' | % Split '-'", "a b c d"),
        ("where -InputObject 1, 2, 3 -FilterScript { $_ -gt 1 }", "2 3"),
        (f"{BAGS} | Where-Object -Property s -GT -Value 1 | % n", "a C"),
        (f"{BAGS} | Where-Object s -Value 1 -LT -NE 0 | % n", ""),
    ],
)  # fmt: skip
def test_foreach_and_where(text: str, out: str, tmp_path: Path) -> None:
    text = text.replace("% -Input", "ForEach-Object -Input").replace("where -Input", "Where-Object -Input")
    assert words(text, tmp_path) == out.split()


@pytest.mark.parametrize(
    ("condition", "out"),
    [
        ("-ceq A", "A"), ("-ieq a", "a A"), ("-cne A", "a b"), ("-ine A", "b"), ("-cgt a", "A b"), ("-igt a", "b"),
        ("-cge A", "A b"), ("-ige b", "b"), ("-clt A", "a"), ("-ilt b", "a A"), ("-cle a", "a"), ("-ile a", "a A"),
        ("-clike A*", "A"), ("-ilike A*", "a A"), ("-cnotlike A*", "a b"), ("-inotlike A*", "b"), ("-cmatch ^A", "A"),
        ("-imatch ^A", "a A"), ("-cnotmatch ^A", "a b"), ("-inotmatch ^A", "b"), ("-cin A, x", "A"), ("-iin A, x", "a A"),
        ("-cnotin A, x", "a b"), ("-inotin A, x", "b"), ("-ccontains A", "A"), ("-icontains A", "a A"),
        ("-cnotcontains A", "a b"), ("-inotcontains A", "b"), ("-isnot string", ""), ("-is string", "a A b"),
    ],
)  # fmt: skip
def test_operators_of_where(condition: str, out: str, tmp_path: Path) -> None:
    bags = "'a', 'A', 'b' | % { [pscustomobject]@{n=$_} }"
    assert words(f"{bags} | Where-Object n {condition} | % n", tmp_path) == out.split()


@pytest.mark.parametrize(
    "text",
    [
        "1 | Export-Csv x.csv", "Start-Process touch x", "Set-Variable x 1", "New-Variable x 1", "$v = 1; Clear-Variable v",
        "$v = 1; Remove-Variable v", "Set-Alias x Get-Job", "New-Alias x Get-Job", "Set-Alias y Get-Job; Remove-Alias y",
    ],
)  # fmt: skip
def test_what_if_and_confirm(text: str, tmp_path: Path) -> None:
    ran = run_text(f"{text} -WhatIf", tmp_path)
    assert not ran.errors, ran.errors
    assert [line[:8] for line in ran.said] == ["What if:"]
    assert len(run_text(f"{text} -Confirm", tmp_path).errors) == 1, "nobody can be asked here"
    state = "$v; Get-Variable x -ErrorAction Ignore; Get-Alias x -ErrorAction Ignore; Test-Path x, x.csv"
    assert words(f"{text} -WhatIf; {state}", tmp_path)[-2:] == ["False", "False"]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Compare-Object dog, squirrel, bird cat, bird, racoon", "cat=> racoon=> dog<= squirrel<="),
        ("Compare-Object dog, squirrel, bird cat, bird, racoon -IncludeEqual", "bird== cat=> racoon=> dog<= squirrel<="),
        ("Compare-Object a, b B, c -ExcludeDifferent", "b=="),
        ("Compare-Object a, b B, c -CaseSensitive", "B=> c=> a<= b<="),
        ("Compare-Object a, b, c c, b, a -SyncWindow 0", "c=> a<= a=> c<="),
        ("Compare-Object a, b, c x, y, a -SyncWindow 1", "x=> a<= y=> b<= a=> c<="),
        ("Compare-Object 1, 2, 3 1, 2, 3", ""),
        ("Compare-Object a, a, b a, b", "a<="),
        ("'x', 'b' | Compare-Object a, b", "x=> a<="),
    ],
)  # fmt: skip
def test_compare_object(text: str, out: str, tmp_path: Path) -> None:
    assert words(f'{text} | % {{ "$($_.InputObject)$($_.SideIndicator)" }}', tmp_path) == out.split()


def test_compare_object_by_properties(tmp_path: Path) -> None:
    two = "$a = [pscustomobject]@{n=1; x=1}; $b = [pscustomobject]@{n=1; x=2}"
    assert words(f"{two}; Compare-Object $a $b -Property n", tmp_path) == []
    assert words(f"{two}; Compare-Object $a $b -Property x", tmp_path) == [
        "x",
        "SideIndicator",
        "-",
        "-------------",
        "2",
        "=>",
        "1",
        "<=",
    ]
    assert words(f"{two}; Compare-Object $a $b -Property x -PassThru | % {{ $_.n; $_.SideIndicator }}", tmp_path) == [
        "1", "=>", "1", "<=",
    ]  # fmt: skip
    assert words("Compare-Object 1, 2 2, 3 -PassThru -IncludeEqual", tmp_path) == ["2", "3", "1"]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("'a', 'a', 'A', 'b', 'a' | Get-Unique", "a A b a"),
        ("'a', 'A', 'b' | Get-Unique -CaseInsensitive", "a b"),
        ("1, 2, 'x', 'y' | Get-Unique -OnType", "1 x"),
        ("1, '1', 2 | Get-Unique -AsString", "1 2"),
        ("Get-Unique -InputObject 1, 1, 2", "1 2"),
    ],
)  # fmt: skip
def test_get_unique(text: str, out: str, tmp_path: Path) -> None:
    assert words(text, tmp_path) == out.split()


def test_comparing_with_nothing_is_an_error(tmp_path: Path) -> None:
    ids = ["ParameterArgumentValidationErrorNull"]
    assert [error.error_id for error in run_text("Compare-Object $null 1", tmp_path).errors] == ids
    assert [error.error_id for error in run_text("Compare-Object 1 $null", tmp_path).errors] == ids
    assert words("Compare-Object @() 1 -PassThru", tmp_path) == ["1"]


def test_get_random(tmp_path: Path) -> None:
    assert words("1..200 | % { Get-Random -Minimum 1 -Maximum 4 } | Sort-Object -Unique", tmp_path) == ["1", "2", "3"]
    assert words("$n = Get-Random 0.5; $n -ge 0 -and $n -lt 0.5", tmp_path) == ["True"]
    assert sorted(words("1..5 | Get-Random -Shuffle", tmp_path)) == ["1", "2", "3", "4", "5"]
    assert words("(1..5 | Get-Random -Count 3 | select -Unique).Count; (1..5 | Get-Random).Count", tmp_path) == [
        "3",
        "1",
    ]
    assert words("(Get-Random -Count 4).Count; (Get-Random -InputObject 1, 2 -Count 9).Count", tmp_path) == ["4", "2"]
    assert words("(Get-Random -SetSeed 7) -eq (Get-Random -SetSeed 7)", tmp_path) == ["True"]
    assert len(run_text("Get-Random -Maximum 1e400", tmp_path).errors) == 1
    ran = run_text("Get-Random -Minimum 5 -Maximum 5", tmp_path)
    assert [error.error_id for error in ran.errors] == ["MinGreaterThanOrEqualMax"]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("1, 2 | Join-String -Separator ', '", "1, 2\n"),
        ("'a', 'b' | Join-String -SingleQuote -Separator ' '", "'a' 'b'\n"),
        ("'a', 'b' | Join-String -DoubleQuote", '"a""b"\n'),
        ("1, 2 | Join-String -FormatString '<{0:N1}>'", "<1.0><2.0>\n"),
        ("'ab', 'c' | Join-String Length -OutputPrefix '[' -OutputSuffix ']' -Separator '|'", "[2|1]\n"),
        ("Join-String -InputObject a, b", "ab\n"),
    ],
)  # fmt: skip
def test_join_string(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


def test_new_object(tmp_path: Path) -> None:
    assert printed("New-Object PSObject -Property @{a=1; b='x'}", tmp_path) == "a b\n- -\n1 x\n"
    assert printed("(New-Object datetime -ArgumentList '2026-03-04').Year", tmp_path) == "2026\n"
    assert len(run_text("New-Object datetime -Property @{a=1}", tmp_path).errors) == 1
    assert len(run_text("New-Object datetime", tmp_path).errors) == 1
    for text in ("New-Object NoSuch -Args 1", "New-Object System.Net.WebClient"):
        assert [error.error_id for error in run_text(text, tmp_path).errors] == ["TypeNotFound"]


def test_add_member(tmp_path: Path) -> None:
    make = "$o = [pscustomobject]@{a=1}; "
    assert printed(make + "$o | Add-Member b 2; $o.b", tmp_path) == "2\n"
    assert printed(make + "$o | Add-Member @{b=2; c=3} -PassThru", tmp_path) == "a b c\n- - -\n1 2 3\n"
    assert (
        printed(make + "Add-Member -InputObject $o -MemberType NoteProperty -Name d -Value x; $o.d", tmp_path) == "x\n"
    )
    assert printed(make + "$o | Add-Member a 5 -Force; $o.a", tmp_path) == "5\n"
    assert [error.error_id for error in run_text(make + "$o | Add-Member a 5", tmp_path).errors] == [
        "MemberAlreadyExists"
    ]
    assert [error.error_id for error in run_text("5 | Add-Member a 5", tmp_path).errors] == ["MemberNotAllowed"]


def test_get_member(tmp_path: Path) -> None:
    assert words("[pscustomobject]@{b=1; a=''} | Get-Member -MemberType NoteProperty | % Name", tmp_path) == ["a", "b"]
    assert words("Get-Member -InputObject @(1, 'x') Count | % TypeName", tmp_path) == ["List"]
    assert words("'x' | Get-Member -MemberType Properties | % Name", tmp_path) == ["Length"]
    assert words("'x' | Get-Member -MemberType Property, Methods -Name L*, P* | % Name", tmp_path) == [
        "Length", "LastIndexOf", "PadLeft", "PadRight",
    ]  # fmt: skip
    assert words("$Error.Clear(); try { throw 'x' } catch { $_ | Get-Member -Force Exception | % Name }", tmp_path) == [
        "Exception"
    ]
    assert [error.error_id for error in run_text("@() | Get-Member", tmp_path).errors] == ["NoObjectInGetMember"]


@pytest.mark.parametrize(
    "text",
    [
        "1 | Sort-Object -Culture de", "1 | Group-Object -Culture de", "Compare-Object 1 2 -Culture de",
        "'a' | Select-String a -Culture de", "'a' | Select-String a -NoEmphasis",
        "1 | Get-Member -View All", "1 | Get-Member -Static", "1 | Add-Member -SecondValue 1", "1 | Add-Member -TypeName x",
        "New-Object -ComObject x", "New-Object x -Strict", "1 | Join-String -UseCulture",
    ],
)  # fmt: skip
def test_what_means_nothing_here_is_refused_by_name(text: str, tmp_path: Path) -> None:
    assert [error.error_id for error in run_text(text, tmp_path).errors] == ["ParameterNotInJobsh"]

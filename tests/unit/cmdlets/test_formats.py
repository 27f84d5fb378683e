"""The Format- verbs, Out-String and Out-Host, parameter by parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cmdlets.shell import printed, run_text

BAGS = "@{n='a'; s=3}, @{n='b'; s=11}, @{n='C'; s=2} | % { [pscustomobject]$_ }"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        (f"{BAGS} | Format-Table", "n  s\n-  -\na  3\nb 11\nC  2\n"),
        (f"{BAGS} | ft s -HideTableHeaders", " 3\n11\n 2\n"),
        (f"{BAGS} | ft N, @{{Label='Half'; Expression={{ $_.s / 2 }}; FormatString='N1'; Width=6}}", "n   Half\n-   ----\na    1.5\nb    5.5\nC    1.0\n"),
        ("[pscustomobject]@{t='long text'} | ft @{n='t'; e='t'; Width=5}", "t\n-\nlong…\n"),
        ("[pscustomobject]@{t='x'} | ft @{n='wide'; e='t'; Alignment='Center'}, @{n='r'; e='t'; Align='Right'; Width=3}", "wide   r\n----   -\n x     x\n"),
        (f"{BAGS} | select -First 2 | ft n -GroupBy s", "   s: 3\n\nn\n-\na\n\n   s: 11\n\nn\n-\nb\n"),
        ("1, 2, 4 | ft Length -GroupBy { $_ % 2 } -HideTableHeaders", "   $_ % 2: 1\n\n1\n\n   $_ % 2: 0\n\n1\n1\n"),
        (f"{BAGS} | fl n -GroupBy @{{Label='Odd'; Expression={{ $_.s % 2 -eq 1 }}}}", "   Odd: True\n\nn : a\n\nn : b\n\n   Odd: False\n\nn : C\n"),
        (f"{BAGS} | select -First 1 | Format-List", "n : a\ns : 3\n"),
        (f"{BAGS} | select -First 1 | Format-List S*", "s : 3\n"),
        ("try { throw 'x' } catch { ($_ | Format-List * -Force | Out-String) -match 'Exception' }", "True\n"),
        ("try { throw 'x' } catch { ($_ | Format-List * | Out-String) -match 'Exception' }", "False\n"),
        ("Format-Table -InputObject ([pscustomobject]@{a=1})", "a\n-\n1\n"),
        ("@() | Format-Table; @() | Format-List; @() | Format-Wide", ""),
        ("'x', 'y' | Format-Table", "x\ny\n"),
        (f"{BAGS} | Format-Wide n -Column 3 -GroupBy n | Out-String -Width 20", "   n: a\n\na\n\n   n: b\n\nb\n\n   n: C\n\nC\n\n"),
        ("'ab', 'c', 'def' | Format-Wide -AutoSize", "ab  c   def\n"),
        ("[pscustomobject]@{Size=1; Name='web'} | Format-Wide", "web\n"),
    ],
)  # fmt: skip
def test_what_is_shown(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


def test_format_wide_fills_the_width(tmp_path: Path) -> None:
    ran = run_text("10..49 | Format-Wide -AutoSize", tmp_path, 29)
    assert run_text("1..5 | Format-Wide -Column 3", tmp_path, 11).out == "1   2   3\n4   5\n"
    assert run_text(f"{BAGS} | fw S", tmp_path, 7).out == "3   11\n2\n"
    assert ran.out.splitlines()[0] == "10 11 12 13 14 15 16 17 18 19"


def test_a_table_wraps_what_is_too_long(tmp_path: Path) -> None:
    ran = run_text("[pscustomobject]@{t='one two three'; n=1} | Format-Table -Wrap -AutoSize", tmp_path, 9)
    assert ran.out == "t       n\n-       -\none two 1\nthree\n"


def test_rows_come_as_their_objects_come(tmp_path: Path) -> None:
    text = "$n = 0; 1..500 | % { $n = $_; [pscustomobject]@{a=$_} } | Format-Table | Out-String -Stream | select -First 3; $n"
    assert printed(text, tmp_path).split() == ["a", "-", "1", "100"]


@pytest.mark.parametrize("verb", ["Format-List", "Format-Table"])
def test_what_prints_as_text_has_properties_when_asked(verb: str, tmp_path: Path) -> None:
    out = printed(f"'a1', 'b' | Select-String '[a-z]1' | {verb}", tmp_path)
    assert {"LineNumber", "InputStream"} <= set(out.split())
    assert printed(f"'text', 5 | {verb}", tmp_path) == "text\n5\n"


def test_one_table_where_the_columns_are_named(tmp_path: Path) -> None:
    text = "[pscustomobject]@{a=1}, [pscustomobject]@{a=2; b=3} | Format-Table a, b"
    assert printed(text, tmp_path) == "a b\n- -\n1\n2 3\n"


@pytest.mark.parametrize("name", ["日本語", "e\u0301te\u0301", "plain"])
def test_tables_line_up_with_wide_characters(name: str, tmp_path: Path) -> None:
    from jobsh.command.text_format import cells_of

    out = printed(f"[pscustomobject]@{{'{name}'='値'; b=1}}, [pscustomobject]@{{'{name}'='long'; b=22}} | ft", tmp_path)
    assert len({cells_of(line) for line in out.splitlines()[1:]}) == 1
    assert out.splitlines()[1].split()[0] == "-" * cells_of(name)


@pytest.mark.parametrize(
    "text",
    ["Get-Job | ft | Where-Object Id", "1 | Format-List | ConvertTo-Json", "1 | fw | Sort-Object", "1 | ft | select a"],
)
def test_what_is_for_people_goes_to_no_verb_for_objects(text: str, tmp_path: Path) -> None:
    ran = run_text(text, tmp_path)
    assert [error.error_id for error in ran.errors] == ["FormattedObject"]
    assert ran.out == ""


def test_what_is_for_people_goes_to_what_puts_out(tmp_path: Path) -> None:
    bag = "[pscustomobject]@{a=1}"
    assert printed(f"{bag} | ft | Out-String -Stream | Select-String 1", tmp_path) == "1\n"
    assert printed(f"{bag} | ft | Tee-Object -FilePath t.txt | Out-Null; Get-Content t.txt", tmp_path) == "a\n-\n1\n"
    assert printed(f"{bag} | ft | grep 1", tmp_path) == "1\n"


@pytest.mark.parametrize(
    "text",
    [
        "1 | ft -View x", "1 | ft -RepeatHeader", "1 | fl -Expand Both", "1 | fw -DisplayError", "1 | fl -ShowError", "1 | fw -Force",
    ],
)  # fmt: skip
def test_what_means_nothing_here_is_refused_by_name(text: str, tmp_path: Path) -> None:
    assert [error.error_id for error in run_text(text, tmp_path).errors] == ["ParameterNotInJobsh"]


def test_a_bad_calculated_column_is_told(tmp_path: Path) -> None:
    assert len(run_text("1 | ft @{Label='x'; Alignment='up'}", tmp_path).errors) == 1
    assert len(run_text("1 | ft @{Label='x'; Colour='red'}", tmp_path).errors) == 1
    assert len(run_text("1 | fw -Column 0", tmp_path).errors) == 1
    assert len(run_text("1 | Out-String -Width -1", tmp_path).errors) == 1


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("('a', 'b' | Out-String).Length", "4\n"),
        ("'a', 'b' | Out-String -NoNewline", "ab\n"),
        ("[pscustomobject]@{t='long text'; u='more'} | Out-String -Width 8 -Stream | select -Last 1", "lo… more\n"),
        ("Out-String -InputObject a, b -Stream | % Length", "1\n1\n"),
        ("Out-Null -InputObject 1; Tee-Object -Variable x -InputObject 1, 2 | Out-Null; $x.Count", "2\n"),
        ("'é' | Tee-Object t.txt -Encoding latin1 | Out-Null; (Get-ChildItem t.txt).Length", "2\n"),
        ("'x' | Tee-Object -LiteralPath t.txt | Out-Null; Get-Content t.txt", "x\n"),
    ],
)  # fmt: skip
def test_out_string_and_tee(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


def test_out_string_gives_lines_as_they_come(tmp_path: Path) -> None:
    assert (
        printed("$n = 0; 1..9 | % { $n = $_; $_ } | Out-String -Stream | select -First 2; $n", tmp_path) == "1\n2\n2\n"
    )


def test_out_host_shows_what_nobody_can_take(tmp_path: Path) -> None:
    assert printed("$x = 1, 2 | Out-Host; $x -eq $null", tmp_path) == "1\n2\nTrue\n"
    assert printed("Out-Host -InputObject 5 -Paging | % { 'no' }", tmp_path) == "5\n"


def test_format_custom_is_not_there(tmp_path: Path) -> None:
    ran = run_text("1 | Format-Custom", tmp_path)
    assert [error.error_id for error in ran.errors] == ["CommandNotFound"]

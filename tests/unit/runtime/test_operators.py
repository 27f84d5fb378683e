"""Operators that have rules of their own: ??, ?., ternary, bits, and what shell text keeps of the same characters."""

from __future__ import annotations

import pytest

from tests.unit.language.shapes import shape
from tests.unit.runtime.recorder import ran, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$null ?? 5; 1 ?? 5; $none ?? $null ?? 3", "5 1 3"),
        ("1 ?? (throw 'never')", "1"),
        ("1 ?? 2 -eq 1; 2 + $null ?? 3", "True 2"),
        ("$x ??= 7; $x ??= (throw 'never'); $x", "7"),
        ("$h = @{}; $h.a ??= 1; $h['b'] ??= 2; $h.a + $h.b", "3"),
        ("Write-Output ($null ?? 'z')", "z"),
    ],
)
def test_null_coalescing(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$h = @{a = 1}; ${h}?.a; $h?.a; ($h)?.a", "1 1 1"),
        ("$n = $null; ${n}?.ToUpper(); ${n}?.Name; ${n}?[3]; 'on'", "on"),
        ("$l = 1, 2; ${l}?[1]; $l?[0]", "2 1"),
        ("'abc'?.Length", "3"),
    ],
)
def test_null_conditional_members(text: str, said: str) -> None:
    assert words(text) == said


def test_a_call_of_null_without_a_condition_is_an_error() -> None:
    assert ran("$n = $null; $n.ToUpper()").errors == ["$null has no method ToUpper()"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$true ? 1 : 2; $false ? 1 : 2", "1 2"),
        ("$a = 5; $a -gt 3 ? 'big' : 'small'", "big"),
        ("$a = 5; $b = $a -lt 3 ? 'small' : $a -lt 9 ? 'some' : 'many'; $b", "some"),
        ("(1 -eq 2) ? 'a' : 'b'", "b"),
        ("$true ? 1 : (throw 'never')", "1"),
        ("$a = 1; $a -eq 1 ?\n 'yes' :\n 'no'", "yes"),
        ("Write-Output (1 -gt 2 ? 'y' : 'n')", "n"),
        ("$c = 0; $c ? $c : [math]::Max(1, 2)", "2"),
        ('"$(1 ? 2 : 3)"', "2"),
    ],
)
def test_ternary(text: str, said: str) -> None:
    assert words(text) == said


def test_a_ternary_needs_its_colon() -> None:
    result = ran("$x = 5; $y = $x -gt 3 ? 1")
    assert result.status == 2
    assert "`:`" in result.errors[0]


@pytest.mark.parametrize(
    "text",
    [
        "$LS ?",
        "$CAT ?? file",
        "$CAT ? one two",
        "echo $HOME/?.txt ? : b",
        "ls ??.log",
        "$TOOL ?x : y",
        "trap 'rm f' EXIT",
        ": ${x:=5}",
        ":foreach x",
        "filter foo",
        "filter f { grep x; }",
        "10m x",
        "1d",
        "5s",
    ],
)
def test_what_only_looks_like_these_stays_the_shells(text: str) -> None:
    assert shape(text).startswith("sh(")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5 -band 3; 5 -bor 3; 5 -bxor 3; -bnot 5", "1 7 6 -6"),
        ("1 -shl 4; 16 -shr 2; -16 -shr 2", "16 4 -4"),
        ("if (6 -band 2) { 'set' }", "set"),
    ],
)
def test_bits(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0xff; 0b101; 0XFF", "255 5 255"),
        ("1.5d; 10l; 5u; 5ul; 0xFFL", "1.5 10 5 5 255"),
        ("1kb; 1mb; 1gb; 1tb; 1pb; 1.5kb", "1024 1048576 1073741824 1099511627776 1125899906842624 1536"),
        ("1e3; .5; -3; +4", "1000 0.5 -3 4"),
    ],
)
def test_numbers(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("$a ?? $b -eq 1", "(($a ?? $b) -eq 1)"),
        ("1 + $a ?? 2", "((1 + $a) ?? 2)"),
        ("$a -and $b ? 1 : 2", "(($a -and $b) ? 1 : 2)"),
        ("$a ? 1 : $b ? 2 : 3", "($a ? 1 : ($b ? 2 : 3))"),
        ("$x ??= ls", "$x ??= sh('ls')"),
        ("Get-Date $dir?.txt", "<Get-Date `$dir '?.txt'`>"),
        ("(Get-Date)?.Year", "paren(<Get-Date>)?.Year"),
    ],
)
def test_precedence(text: str, tree: str) -> None:
    assert shape(text) == tree

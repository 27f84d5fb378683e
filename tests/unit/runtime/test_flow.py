"""Keywords, functions, blocks and errors."""

from __future__ import annotations

import pytest

from tests.unit.runtime.recorder import lines, ran

EXAMPLES = (
    ("if (0) { 'a' } elseif (1) { 'b' } else { 'c' }", "b"),
    ("if ($null) { 'a' } else { 'c' }", "c"),
    ("$x = if (1) { 'yes' }; $x", "yes"),
    ("foreach ($i in 1..5) { if ($i -eq 2) { continue }; if ($i -eq 4) { break }; $i }", "1 3"),
    ("foreach ($i in $null) { 'never' }; 'done'", "done"),
    ("$r = foreach ($i in 1..3) { $i * 2 }; $r -join ','", "2,4,6"),
    ("for ($i = 0; $i -lt 3; $i++) { $i }", "0 1 2"),
    ("for ($i = 0; ; $i++) { if ($i -gt 1) { break } }; $i", "2"),
    ("$i = 0; while ($i -lt 3) { $i++; if ($i -eq 2) { continue }; $i }", "1 3"),
    ("$i = 0; do { $i++; $i } while ($i -lt 2)", "1 2"),
    ("$i = 0; do { $i++ } until ($i -ge 3); $i", "3"),
    ("switch (2) { 1 { 'one' } 2 { 'two' } default { 'd' } }", "two"),
    ("switch (1, 7) { 1 { 'one' } { $_ -gt 5 } { \"big $_\" } default { 'd' } }", "one big 7"),
    ("switch -Wildcard ('web01') { 'web*' { 'w' } '*01' { '01'; break } '*' { 'never' } }", "w 01"),
    ("switch -Regex ('web42') { 'web(\\d+)' { $Matches[1] } }", "42"),
    ("switch ('A') { 'a' { 'i' } }; switch -CaseSensitive ('A') { 'a' { 'c' } default { 'd' } }", "i d"),
    ('function f($a, $b = 2) { "$a-$b" }; f 1; f 1 5; f -b 7 -a 8; f -b:9 1', "1-2 1-5 8-7 1-9"),
    ("function f { param([int]$n, [switch]$On) $n + 1; $On }; f 41 -On; f -n 1", "42 True 2 False"),
    ("function f { $args.Count; $args[1] }; f a b c", "3 b"),
    ("function f { $input | ForEach-Object { $_ * 2 } }; 1..3 | f", "2 4 6"),
    ("function Get-It { return 5; 'never' }; Get-It", "5"),
    ("function f { 1; 2; return }; (f).Count", "2"),
    ("function f($n) { if ($n -le 1) { 1 } else { $n * (f ($n - 1)) } }; f 10", "3628800"),
    ('& { param($a, $b) "$b$a" } 1 2', "21"),
    ('$b = { "got $args" }; & $b 1 2', "got 1 2"),
    ("$n = 'Write-Output'; & $n hi", "hi"),
    ("& printf '%s|' 'a b' c", "a b|c|"),
    ("1..3 | ForEach-Object { $_ * 10 }", "10 20 30"),
    ("1..3 | % { $x = $_ }; $x", "3"),
    ("1..5 | ? { $_ % 2 } | % { $_ }", "1 3 5"),
    ("$a = @{InputObject = 'x'}; Write-Output @a", "x"),
    ("$a = 1, 2; Write-Output @a", "1 2"),
    ("try { throw 'bad' } catch { \"c $($_.Message)\" } finally { 'f' }", "c bad f"),
    ("try { 1/0 } catch { 'c' }; 'on'", "c on"),
    ("try { 1 } finally { 'f' }", "1 f"),
    ("try { try { throw 'in' } finally { 'f1' } } catch { \"out $_\" }", "f1 out in"),
    ("try { try { throw 'a' } catch { throw } } catch { \"again $_\" }", "again a"),
    ("try { throw @{code = 7} } catch { $_.TargetObject.code }", "7"),
    ("function f { throw 'deep' }; try { f } catch { \"c $_\" }", "c deep"),
    ('foreach ($i in 1..3) { try { if ($i -eq 2) { continue }; $i } finally { "f$i" } }', "1 f1 f2 3 f3"),
    ("try { throw 'x' } catch [NotFound] { 'no' } catch [System.Exception] { 'any' }", "any"),
    ("try { 1/0 } catch [OperationError] { 'op' } catch { 'any' }", "op"),
    ("$x = try { 5 } catch { 6 }; $x", "5"),
)


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_flow(text: str, expected: str) -> None:
    assert " ".join(lines(text)) == expected


def test_throw_ends_the_text() -> None:
    result = ran("'before'; throw 'bad'; 'after'")
    assert (result.out, result.errors, result.status) == ("before\n", ["bad"], 1)


def test_error_preference_stop_ends_the_text() -> None:
    result = ran("$ErrorActionPreference = 'Stop'; 1/0; 'after'")
    assert (result.out, result.errors, result.status) == ("", ["cannot divide by zero"], 1)


def test_error_preference_silent_keeps_the_record() -> None:
    result = ran("$ErrorActionPreference = 'SilentlyContinue'; 1/0; $Error.Count")
    assert (result.out, result.errors) == ("1\n", [])


def test_the_caret_is_where_the_error_is() -> None:
    result = ran("'fine'; $x = 1 / 0")
    _, source, span = result.outside.errors[0]
    assert span is not None
    assert source[span.start : span.end] == "$x = 1 / 0"


def test_an_error_in_a_function_shows_the_functions_source() -> None:
    result = ran("function Get-It { 1/0 }", "Get-It")
    _, source, span = result.outside.errors[0]
    assert span is not None
    assert source[span.start : span.end] == "1/0"


def test_text_that_does_not_parse_runs_nothing() -> None:
    result = ran("'before'; if (1) { 'open'")
    assert (result.out, result.status) == ("", 2)


def test_a_wrong_parameter_is_a_usage_error_with_its_place() -> None:
    result = ran("Write-Output -Bogus 1")
    _, source, span = result.outside.errors[0]
    assert span is not None
    assert source[span.start : span.end] == "-Bogus"
    assert result.status == 2


def test_calls_that_never_end_are_an_error() -> None:
    result = ran("function Get-It { Get-It }; Get-It; 'on'")
    assert result.errors == ["functions and blocks call each other too deeply"]
    assert result.out == "on\n"


def test_finally_runs_when_the_next_stage_wants_no_more() -> None:
    result = ran("& { try { 1; 2; 3 } finally { $script:ended = 'yes' } } | Select-Object -First 1; $ended")
    assert result.out == "1\nyes\n"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("exit 5", 5),
        ("'x'; exit", 0),
        ("1/0; exit", 1),
        ("function Get-It { 1; exit 3 }; Get-It; 'never'", 3),
        ("exit (2 + 2)", 4),
    ],
)
def test_exit_ends_with_its_status(text: str, status: int) -> None:
    assert ran(text).status == status


def test_error_streams_join_the_output_in_order() -> None:
    assert lines('& { 1; 1/0; 2 } 2>&1 | ForEach-Object { "got $_" }') == [
        "got 1",
        "got cannot divide by zero",
        "got 2",
    ]


def test_errors_go_where_they_are_sent() -> None:
    result = ran("& { 1; 1/0; 2 } 2>$null")
    assert (result.out, result.errors) == ("1\n2\n", [])

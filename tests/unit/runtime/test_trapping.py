"""Labels of loops, `trap`, `switch -File`, what `catch [type]` takes, `$?` and `$Error`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.runtime.recorder import ran, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            ':outer foreach ($i in 1..3) { foreach ($j in 1..3) { if ($j -eq 2) { continue outer }; "$i$j" } }',
            "11 21 31",
        ),
        (":outer for ($i = 0; $i -lt 3; $i++) { while ($true) { break outer } }; $i", "0"),
        ("$l = 'outer'; :outer foreach ($i in 1..3) { do { break $l } while ($true) }; $i", "1"),
        (":s switch (1, 2) { 1 { foreach ($x in 1..3) { break s } } default { 'never' } }; 'on'", "on"),
        (":one\nwhile ($true) { switch (1) { 1 { break one } } }; 'on'", "on"),
        ("foreach ($i in 1..3) { switch ($i) { 2 { continue } default { $i } } }", "1 3"),
    ],
)
def test_labels(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "out", "errors"),
    [
        ("trap { \"t $_\"; continue }; throw 'x'; 'on'", "t x\non\n", []),
        ("function f { trap { 't' }; 1 / 0; 'on' }; f; 'end'", "t\non\nend\n", ["cannot divide by zero"]),
        ("function f { trap { break }; throw 'x'; 'never' }; try { f } catch { \"c $_\" }", "c x\n", []),
        ("trap [DivideByZeroException] { 'no' }; throw 'x'; 'never'", "", ["x"]),
        ("if (1) { throw 'x'; 'never' }; 'on'; trap { 't'; continue }", "t\non\n", []),
        ("trap { 't'; continue }; if (1) { 1 / 0; 'never' }; 'on'", "t\non\n", []),
    ],
)
def test_trap(text: str, out: str, errors: list[str]) -> None:
    result = ran(text)
    assert (result.out, result.errors) == (out, errors)


def test_switch_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("one\ntwo\nthree\n")
    assert (
        words(f"switch -Wildcard -File {tmp_path}/f {{ 't*' {{ \"<$_>\" }} default {{ $_ }} }}") == "one <two> <three>"
    )
    assert words(f"$p = '{tmp_path}/f'; switch -File $p {{ 'two' {{ 2 }} }}") == "2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("switch -Wildcard ('abc') { 'a*' { 'w' } default { 'd' } }", "w"),
        ("switch -Regex ('abc') { '^a(.)' { $Matches[1] } }", "b"),
        ("switch -CaseSensitive ('ABC') { 'abc' { 'no' } 'ABC' { 'yes' } }", "yes"),
        ("switch (1, 2, 3) { { $_ -gt 1 } { $_ } 3 { 'three' } }", "2 3 three"),
        ("switch (5) { 5 { 'a'; break } 5 { 'b' } }", "a"),
    ],
)
def test_switch(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("try { 1 / 0 } catch [System.DivideByZeroException] { 'div' } catch { 'other' }", "div"),
        ("try { throw [System.ArgumentException]'bad' } catch [ArgumentException] { $_.Exception.Message }", "bad"),
        ("try { throw [System.ArgumentException]::new('bad') } catch [System.IO.IOException] { 1 } catch { 2 }", "2"),
        ("try { throw 'x' } catch [System.Management.Automation.RuntimeException] { 'run' }", "run"),
        ("try { [int]'x' } catch [System.InvalidCastException], [System.FormatException] { 'cast' }", "cast"),
        ("try { Get-Nothing } catch [CommandNotFoundException] { 'no' }", ""),
        (
            "try { Write-Error e -ea Stop } catch { $_.CategoryInfo.Category; $_.CategoryInfo.Activity }",
            "NotSpecified Write-Error",
        ),
        ("try { throw @{code = 5} } catch { $_.TargetObject.code }", "5"),
        ("try { try { throw 'a' } catch { throw } } catch { \"again $_\" } finally { 'f' }", "again a f"),
        ("try { throw 'x' } catch { \"$_\"; $_.FullyQualifiedErrorId; $_.Exception.Message }", "x Thrown x"),
        ("try { throw [TimeoutException]'late' } catch { $_.Exception.GetType().Name }", "TimeoutException"),
    ],
)
def test_catch(text: str, said: str) -> None:
    if "Get-Nothing" in text:  # an unknown command is known before anything runs
        assert ran(text).status == 2
        return
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Write-Error x 2>$null; $?; $?", "False True"),
        ("(Write-Error x 2>$null); $?", "False"),
        ("Write-Error x -ea SilentlyContinue; $?; Write-Error x -ea 4; $?", "False False"),
        ("false; $?; true; $?; $LASTEXITCODE", "False True 0"),
        ("sh -c 'exit 3'; Write-Output 1; $LASTEXITCODE", "1 3"),
        ("$null -eq $LASTEXITCODE; 5; $?", "True 5 True"),
        ("1 / 0 2>$null; $?", "False"),
    ],
)
def test_success(text: str, said: str) -> None:
    result = ran(text.replace("1 / 0 2>$null", "$ErrorActionPreference = 'SilentlyContinue'; 1 / 0"))
    assert " ".join(result.out.split()) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Write-Error a -ea 0; Write-Error b -ea 0; $Error[0].Message; $Error.Count; $Error[-1].Message", "b 2 a"),
        ("Write-Error a -ea 0; $Error.Clear(); $Error.Count", "0"),
        (
            "Write-Error a -ErrorId Mine -ea 0; $Error[0].FullyQualifiedErrorId; $Error[0].InvocationInfo.MyCommand",
            "Mine Write-Error",
        ),
    ],
)
def test_error_list(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "out", "errors"),
    [
        ("false; 'on'", "on\n", []),
        (
            "$PSNativeCommandUseErrorActionPreference = $true; sh -c 'exit 3'; 'on'",
            "on\n",
            ["sh -c 'exit 3': exit status 3"],
        ),
        (
            "$PSNativeCommandUseErrorActionPreference = $true; $ErrorActionPreference = 'Stop'; & false; 'never'",
            "",
            ["false: exit status 1"],
        ),
        (
            '$PSNativeCommandUseErrorActionPreference = $true; try { false } catch [NativeCommandExitException] { "c $_" }',
            "c false: exit status 1\n",
            [],
        ),
    ],
)
def test_programs_that_fail_can_be_errors(text: str, out: str, errors: list[str]) -> None:
    result = ran(text)
    assert (result.out, result.errors) == (out, errors)


def test_a_removed_variable_has_no_type_any_more() -> None:
    assert words("[int]$i = 5; Remove-Variable i; $i = 'x'; $i") == "x"

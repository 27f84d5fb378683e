"""Redirections in the order of PowerShell, into variables, never twice; `--%`; default parameter values; what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.runtime.recorder import ran, words


@pytest.mark.parametrize(
    ("redirection", "file", "said"),
    [
        ("3>&1 2>&1 > f", "o w e", ""),
        ("2>&1 > f", "o e", "w"),
        ("*> f", "o w e", ""),
        ("*>&1 | Out-Null", "", ""),
        ("3> f", "w", "o e"),
        ("> $null 2> $null", "", "w"),
        ("> f 2> $null", "o", "w"),
    ],
)
def test_where_streams_go(tmp_path: Path, redirection: str, file: str, said: str) -> None:
    text = f"& {{ Write-Output o; Write-Warning w; Write-Error e }} {redirection}"
    result = ran(text, directory=str(tmp_path))
    written = tmp_path / "f"
    assert " ".join(written.read_text().split() if written.exists() else []) == file
    shown = [*result.out.split(), *(r.text for r in result.outside.records), *result.errors]
    assert " ".join(shown) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Write-Host h 6>&1 | % { "<$_>" }; Write-Host h 6>$null', "<h>"),
        ('Write-Warning w 3>&1 | % { "<$_>" }', "<w>"),
        ('Write-Verbose v -Verbose 4>&1 | % { "<$_>" }', "<v>"),
        ("Write-Error e 2>&1 | % { $_.Exception.Message }", "e"),
    ],
)
def test_merged_streams_are_objects(text: str, said: str) -> None:
    result = ran(text)
    assert (result.out.strip(), result.errors, result.outside.records) == (said, [], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Write-Output typed > variable:x; $x", "typed"),
        ("1..3 > variable:y; 4 >> variable:y; $y -join ','; $y[0] -is [int]", "1,2,3,4 True"),
        ("Write-Error bad 2> variable:e; $e.Message", "bad"),
        ("& sh -c 'echo out' > variable:o; $o -is [string]; echo $o", "True out"),
        ("@() > variable:n; $null -eq $n", "True"),
    ],
)
def test_into_a_variable(text: str, said: str) -> None:
    assert " ".join(ran(text).out.split()) == said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Get-Date > a > b", "the output is redirected twice"),
        ("Get-Date 2> a 2>&1", "the error stream is redirected twice"),
        ("Get-Date *> a 3> b", "the warning stream is redirected twice"),
        ("1, 2 > a >> b", "the output is redirected twice"),
    ],
)
def test_a_stream_twice_is_an_error(text: str, message: str) -> None:
    result = ran(text)
    assert (result.status, result.errors) == (2, [message])


def test_the_rest_of_a_line_verbatim() -> None:
    assert words('& echo --% a "b  c" $x && y') == "a b  c $x && y"
    assert words('& echo --% a | % { "<$_>" }') == "<a>"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("@{'Write-Host:Separator' = '-'}", "a-b"),
        ("@{'Write-*:Separator' = '+'}", "a+b"),
        ("@{'Write-Host:Separator' = { '=' }}", "a=b"),
        ("@{'Write-Output:NoEnumerate' = $true}", "a b"),
        ("@{'Write-Host:Separator' = '-'; Disabled = $true}", "a b"),
    ],
)
def test_default_parameter_values(table: str, said: str) -> None:
    result = ran(f"$PSDefaultParameterValues = {table}; Write-Host a b; Write-Host a b -Separator '*'")
    assert [record.text for record in result.outside.records] == [said, "a*b"]


def test_default_parameter_values_can_be_added() -> None:
    result = ran("$PSDefaultParameterValues['*:ErrorAction'] = 'Stop'; Write-Error x; 'never'")
    assert (result.out, result.errors) == ("", ["x"])


def test_text_never_becomes_code() -> None:
    result = ran("$text = 'echo no'; Invoke-Expression $text")
    assert result.errors == ["Invoke-Expression is not built: the value of a variable never becomes code"]
    assert "& $block" in result.outside.errors[0][0].hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("get-process", "get-process is PowerShell's: here it is ps aux"),
        ("iex 'ls'", "iex (Invoke-Expression) is not built: Get-Help Invoke-Expression says what to use"),
    ],
)
def test_a_hint_after_the_shells_not_found(text: str, hint: str) -> None:
    result = ran(f"PATH=/nowhere\n{text}")
    assert (result.status, [r.text for r in result.outside.records]) == (127, [])
    result = ran(text)
    assert (result.status, [r.text for r in result.outside.records]) == (127, [hint])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('function f { "f $args" }; & ${function:f} 1; $b = $function:f; & $b 2', "f 1 f 2"),
        ("$MyInvocation.InvocationName.Length; function f { $MyInvocation.MyCommand.Name }; f", "0 f"),
        ("$host.Name; $host = 'web01'; $host", "jobsh web01"),
        ("$PSVersionTable.JobshVersion -eq $JobshVersion; $IsLinux -or $IsMacOS; $IsWindows", "True True False"),
        ('"<$PSScriptRoot$PSCommandPath>"', "<>"),
    ],
)
def test_automatic_variables(text: str, said: str) -> None:
    assert words(text) == said


def test_a_script_knows_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "s.jsh").write_text("$PSScriptRoot; $PSCommandPath; exit 5")
    result = ran(f". {tmp_path}/s.jsh; $LASTEXITCODE", directory=str(tmp_path))
    assert result.out.split() == [str(tmp_path), f"{tmp_path}/s.jsh", "5"]


def test_the_profile() -> None:
    assert words("$PROFILE").endswith("/profile.jsh")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("class Foo {\n  [string]$Name\n}", "classes are not part of the language"),
        ("class Foo { [int]$x; Foo() { } }", "classes are not part of the language"),
        ("enum Colour { Red }", "enumerations are not part of the language"),
        ("using namespace System.IO", "using is not part of the language"),
        ("history", "the shell of the place keeps no history"),
    ],
)
def test_what_the_language_has_not_is_said_after_the_shells_error(text: str, hint: str) -> None:
    assert [r.text.partition(":")[0] for r in ran(text).outside.records] == [hint]


def test_a_class_that_cannot_be_read_is_named() -> None:
    result = ran("class Foo {\n  [int]$x = 1 )\n}")
    assert result.outside.errors[0][0].hint.startswith("classes are not part of the language")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('$o = [pscustomobject]@{Name = 1}; echo "$($o.Name)"', "`$($o.Name)` is the shell's here"),
        ("$l = 1, 2; echo $($l[0])", "`$($l[0])` is the shell's here"),
        (
            "$o = @{Pid = 1}; echo $o.Pid",
            "to the shell `$o.Pid` is $o and a piece of text; & echo … gives a program the value",
        ),
        ("$b = { 1 }; . $b 2>/dev/null", "the shell reads a file for `. $b`; & $b runs a block"),
        ("$f = 'name'; echo $f.bak", ""),
        ("$o = @{Pid = 1}; echo '$o.Pid' $HOME", ""),
        ('$f = 1; echo "$(echo $f)" $(pwd).x', ""),
    ],
)
def test_members_in_shell_text_are_warned_of(text: str, said: str) -> None:
    records = [r.text for r in ran(text).outside.records]
    assert (records[0].startswith(said), len(records)) == (True, 1) if said else records == []

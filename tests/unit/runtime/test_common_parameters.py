"""The parameters every cmdlet has, their aliases, and the preference variables behind them."""

from __future__ import annotations

import pytest

from jobsh.model.records import Chunk, Origin, Stream
from jobsh.runtime.kept import KeptLines
from tests.unit.runtime.recorder import Ran, Recorder, ran, words


def records(result: Ran) -> list[str]:
    return [record.text for record in result.outside.records]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Write-Output a -OutVariable v | Out-Null; $v", "a"),
        ("Write-Output a -ov v | Out-Null; Write-Output b -ov +v | Out-Null; $v -join ','", "a,b"),
        ('1..3 | ForEach-Object { $_ } -PipelineVariable p | ForEach-Object { "$p$_" }', "11 22 33"),
        ("1..2 | % { $_ } -pv p | % { 'a', 'b' } | % { \"$p$_\" }; \"<$p>\"", "1a 1b 2a 2b <>"),
        ("Write-Output x -OutBuffer 5 -ProgressAction Ignore -db -vb", "x"),
        ("Write-Output x -ob 5 -proga 0", "x"),
        ("Write-Error e -ErrorVariable v -ErrorAction SilentlyContinue; $v[0].Message; $Error.Count", "e 1"),
        ("Write-Error e -ev v -ea Ignore; $v.Count; $Error.Count", "0 0"),
        ('Write-Error 1 -ev v -ea 0; Write-Error 2 -ev +v -ea 0; "$v"', "1 2"),
    ],
)
def test_output_and_error_variables(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said", "shown"),
    [
        ('Write-Warning w -WarningVariable v; "<$v>"', "<w>", ["w"]),
        ('Write-Warning w -wa SilentlyContinue -wv v; "<$v>"', "<w>", []),
        ('Write-Warning w -WarningAction Ignore -WarningVariable v; "<$v>"', "<>", []),
        ('Write-Host h -InformationVariable v; "<$v>"', "<h>", ["h"]),
        ('Write-Host h -InformationAction SilentlyContinue -iv v; "<$v>"', "<h>", []),
        ('Write-Host h -infa Ignore -iv v; "<$v>"', "<>", []),
        ("Write-Verbose v -vb; Write-Verbose v", "", ["v"]),
        ("Write-Verbose v -Verbose:$false", "", []),
    ],
)
def test_the_other_streams(text: str, said: str, shown: list[str]) -> None:
    result = ran(text)
    assert (result.out.strip(), records(result)) == (said, shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$VerbosePreference = 'Continue'; Write-Verbose a; Write-Verbose b -Verbose:$false", ["a"]),
        ("$WarningPreference = 'SilentlyContinue'; Write-Warning a; Write-Warning b -wa Continue", ["b"]),
        (
            "$InformationPreference = 'SilentlyContinue'; Write-Host a; Write-Information b; Write-Host c -infa Ignore",
            ["a"],
        ),
        ("$InformationPreference = 'Ignore'; Write-Host a; Write-Host b -infa Continue", ["b"]),
    ],
)
def test_preference_variables(text: str, shown: list[str]) -> None:
    assert records(ran(text)) == shown


def test_the_preferences_and_their_defaults() -> None:
    names = ["ErrorAction", "Warning", "Information", "Progress", "Verbose", "Debug", "Confirm", "WhatIf"]
    text = "; ".join(f"${name}Preference" for name in names)
    assert words(text) == "Continue Continue SilentlyContinue Continue SilentlyContinue SilentlyContinue High False"


@pytest.mark.parametrize(
    ("text", "out", "errors"),
    [
        ("Write-Error e -ErrorAction Continue; 'on'; $Error.Count", "on\n1\n", ["e"]),
        ("Write-Error e -ErrorAction SilentlyContinue; 'on'; $Error.Count", "on\n1\n", []),
        ("Write-Error e -ErrorAction Ignore; 'on'; $Error.Count", "on\n0\n", []),
        ("Write-Error e -ErrorAction Stop; 'never'", "", ["e"]),
        ("$ErrorActionPreference = 'Stop'; Write-Error e; 'never'", "", ["e"]),
        ("$ErrorActionPreference = 'SilentlyContinue'; 1 / 0; 'on'", "on\n", []),
    ],
)
def test_error_actions(text: str, out: str, errors: list[str]) -> None:
    result = ran(text)
    assert (result.out, result.errors) == (out, errors)


def test_inquire_asks_and_needs_somebody() -> None:
    asked = Recorder()
    asked.answers = ["y", "h"]
    result = ran("Write-Error one -ea Inquire; 'on'; Write-Error two -ea Inquire; 'never'", outside=asked)
    assert (result.out, result.errors) == ("on\n", ["one", "two"])
    assert "[H] Halt Command" in asked.questions[0]
    refused = ran("Write-Error one -ea Inquire")
    assert refused.errors == ["the action Inquire needs somebody to ask"]
    assert "Confirm" not in refused.outside.errors[0][0].hint
    assert ran("Write-Error one -ea Foo").outside.errors[0][0].error_id == "CannotConvertArgument"


def test_what_if_names_operation_and_target() -> None:
    result = ran("$x = 1; Remove-Variable x -WhatIf; $x")
    assert records(result) == ['What if: Performing the operation "Remove-Variable" on target "$x".']
    assert result.out == "1\n"
    assert ran("$x = 1; $WhatIfPreference = $true; Remove-Variable x; $x").out == "1\n"


@pytest.mark.parametrize(
    ("answers", "left"),
    [(["y", "y"], ""), (["n", "y"], "a"), (["a"], ""), (["l"], "a b"), (["?", "n", "a"], "a")],
)
def test_confirm(answers: list[str], left: str) -> None:
    asked = Recorder()
    asked.answers = answers
    result = ran("$a = 'a'; $b = 'b'; Remove-Variable a, b -Confirm; $a; $b", outside=asked)
    assert " ".join(result.out.split()) == left
    assert 'Performing the operation "Remove-Variable" on target "$a".' in asked.questions[0]


def test_confirm_needs_somebody() -> None:
    result = ran("$x = 1; Remove-Variable x -Confirm; $x")
    assert (result.out, result.errors) == ("1\n", ["-Confirm needs somebody to ask"])
    assert ran("$x = 1; $ConfirmPreference = 'Medium'; Remove-Variable x; $x").out == "1\n"


def test_a_prefix_means_the_cmdlets_own_parameter_first() -> None:
    assert words("Write-Output -I 5") == "5"
    result = ran("Write-Output 5 -War Ignore")
    assert result.errors == ["-War could be -WarningAction, -WarningVariable"]
    assert result.outside.errors[0][0].error_id == "AmbiguousParameter"


def test_an_error_variable_has_the_lines_that_a_program_wrote_to_standard_error() -> None:
    kept: list[object] = []
    lines = KeptLines(kept)
    for data in (b"one\ntw", b"o\n", b"three"):
        lines.add(Chunk(data, Stream.ERROR, Origin()))
    assert kept == ["one", "two", "three"]

"""The verbs for variables and aliases, parameter by parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asynchronous import run
from tests.unit.cmdlets.shell import TestShell, printed, run_text


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("$x = 1; & { $y = 2; Get-Variable -Scope Local -Exclude PS* | % Name }", "y\n"),
        ("$x = 1; & { $x = 2; Get-Variable x -Scope Global -ValueOnly; Get-Variable x -Scope 1 -ValueOnly }", "1\n1\n"),
        ("$xa = 1; $xb = 2; Get-Variable x* -Exclude *b | % Name; Get-Variable x* -Include *b | % Name", "xa\nxb\n"),
        ("& { Set-Variable x 5 -Scope Global }; $x", "5\n"),
        ("$x = 1; & { Set-Variable x 5 -Scope 1 }; $x", "5\n"),
        ("$x = 1; & { Set-Variable x 5 -Scope Local; $x }; $x", "5\n1\n"),
        ("$xa = 1; $xb = 2; Set-Variable x* 9; $xa; $xb", "9\n9\n"),
        ("$xa = 1; $xb = 2; Set-Variable x* 9 -Exclude xb -PassThru | % Name", "xa\n"),
        ("Set-Variable x 1 -WhatIf; $x -eq $null", "True\n"),
        ("New-Variable x 5; $x; New-Variable x 6 -Force -PassThru | % Value", "5\n6\n"),
        ("$x = 1; & { New-Variable x 2; $x }; $x", "2\n1\n"),
        ("New-Variable x -Scope Global; Get-Variable x | % { $_.Value -eq $null }", "True\n"),
        ("$x = 1; Clear-Variable x; Get-Variable x | % { $_.Value -eq $null }", "True\n"),
        ("$xa = 1; $xb = 2; clv x* -Include *a -PassThru | % Name; $xb", "xa\n2\n"),
        ("$x = 1; & { $x = 2; Clear-Variable x -Scope Global; $x }; $x -eq $null", "2\nTrue\n"),
        ("$x = 1; Clear-Variable x -WhatIf; $x", "1\n"),
        ("$x = 1; & { $x = 2; Remove-Variable x -Scope Local; $x }", "1\n"),
        ("$xa = 1; $xb = 2; Remove-Variable x* -Exclude xb -Force; Get-Variable x* | % Name", "xb\n"),
    ],
)  # fmt: skip
def test_variables(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Get-Variable x -Scope 7", "UnknownScope"),
        ("Get-Variable x -Scope Nowhere", "UnknownScope"),
        ("Set-Variable PWD 1", "VariableNotWritable"),
        ("New-Variable null 1", "VariableNotWritable"),
        ("$x = 1; New-Variable x 2", "VariableAlreadyExists"),
        ("Clear-Variable nosuch", "VariableNotFound"),
        ("Remove-Variable nosuch", "VariableNotFound"),
        ("Set-Variable x 1 -Option ReadOnly", "ParameterNotInJobsh"),
        ("New-Variable x 1 -Description no", "ParameterNotInJobsh"),
        ("Set-Variable x 1 -Visibility Private", "ParameterNotInJobsh"),
        ("Set-Variable '' 1", "ParameterArgumentValidationError"),
        ("Set-Alias 'a b' Get-Job", "ParameterArgumentValidationError"),
        ("New-Alias '' Get-Job", "ParameterArgumentValidationError"),
        ("Set-Alias x Get-Nothing", "CommandNotFoundException"),
        ("Set-Alias ls Get-Job", "AliasIsProgram"),
        ("Set-Alias cd Get-Job", "AliasIsProgram"),
        ("Set-Alias x Get-Job -Option ReadOnly", "ParameterNotInJobsh"),
        ("New-Alias x Get-Job -Scope Global", "ParameterNotInJobsh"),
        ("New-Alias x Get-Job -Description no", "ParameterNotInJobsh"),
        ("New-Alias rcjb Get-Job", "AliasAlreadyExists"),
        ("Remove-Alias nosuch", "ItemNotFoundException"),
        ("Remove-Alias rcjb", "AliasNotRemovable"),
        ("Get-Alias -Scope Global", "ParameterNotInJobsh"),
    ],
)
def test_what_goes_wrong(text: str, id: str, tmp_path: Path) -> None:
    assert [error.error_id for error in run_text(text, tmp_path).errors] == [id]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Set-Alias say Write-Output; say hello", "hello\n"),
        ("Set-Alias -Name say -Value Write-Output; 1 | % { SAY $_ }", "1\n"),
        ("Set-Alias sayy say -Force -WhatIf; Get-Alias sayy -ErrorAction Ignore", ""),
        ("function Get-Load { param($n) $n * 2 }; Set-Alias load Get-Load; load -n 4", "8\n"),
        ("Set-Alias keep Where-Object; 1..3 | keep { $_ -gt 2 }", "3\n"),
        ("New-Alias say Write-Output -PassThru | % Definition", "Write-Output\n"),
        ("New-Alias say Write-Output; New-Alias say Write-Host -Force; Get-Alias say | % Definition", "Write-Host\n"),
        ("Set-Alias rj rcjb -PassThru | % Definition", "Receive-Job\n"),
        ("Set-Alias say Write-Output; & say x; Get-Command say | % Definition", "x\nWrite-Output\n"),
        ("Set-Alias true Write-Output -Force; true 5", "5\n"),
        ("Get-Alias f* -Exclude ft, f?, foreach | % Name", ""),
    ],
)  # fmt: skip
def test_aliases(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


def test_an_alias_lasts_from_line_to_line_until_it_is_removed(tmp_path: Path) -> None:
    async def lines() -> list[str]:
        shell = TestShell(tmp_path)
        texts = (
            "Set-Alias say Write-Output",
            "say 1; & { say 2 }",
            "Remove-Alias say -WhatIf",
            "say 3",
            "Remove-Alias say",
        )
        assert not [error for text in texts[:1] for error in (await shell.run(text)).errors]
        found = [(await shell.run(text)).out for text in texts[1:]]
        return [*found, str((await shell.run("Get-Alias say")).errors[0].message)]

    assert run(lines()) == ["1\n2\n", "", "3\n", "", "say is not an alias"]

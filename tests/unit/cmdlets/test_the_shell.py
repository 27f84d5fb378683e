"""The verbs for variables, time, commands, help and history."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cmdlets.shell import printed, run_text


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("$speed = 9; Get-Variable SPEED -ValueOnly", "9\n"),
        ("$speed = 9; Get-Variable sp* | % Name", "speed\n"),
        ("$x = 1; $y = 2; Get-Variable x, y | % Value", "1\n2\n"),
        ("Set-Variable x 5; $x + 1", "6\n"),
        ("Set-Variable '$x' 5; $x", "5\n"),
        ("1..3 | Set-Variable x; $x.Count", "3\n"),
        ("Set-Variable a, b 1 -PassThru | % Name", "a\nb\n"),
        ("$x = 1; Remove-Variable x; $x -eq $null", "True\n"),
        ("$xa = 1; $xb = 2; rv x*; Get-Variable x*", ""),
        ("$x = 1; Remove-Variable x -WhatIf; $x", "1\n"),
        ("(Get-Date) -is [datetime]", "True\n"),
        ("Get-Date '2026-03-04 05:06:07' -Format 'yyyy/MM/dd HH:mm:ss'", "2026/03/04 05:06:07\n"),
        ("Get-Date 2026-03-04 -Format %d.%m.%Y", "04.03.2026\n"),
        ("(Get-Date 2026-03-04).AddDays(-4).Day", "28\n"),
        ("((Get-Date 2026-03-04) - (Get-Date 2026-03-01)).Days", "3\n"),
        ("(Get-Date 0 -AsUTC).Year", "1970\n"),
        ("Start-Sleep 0; Start-Sleep -Milliseconds 1; Start-Sleep 1ms; 'done'", "done\n"),
        ("Get-Command *-Variable | % Name", "Clear-Variable\nGet-Variable\nNew-Variable\nRemove-Variable\nSet-Variable\n"),
        ("Get-Command rcjb | % { $_.CommandType + ' ' + $_.Definition }", "Alias Receive-Job\n"),
        ("Get-Command -Verb Out | % Name", "Out-File\nOut-Host\nOut-Null\nOut-String\n"),
        ("Get-Command -Noun history | % Name", "Clear-History\nGet-History\nInvoke-History\n"),
        ("function Get-Load { 5 }; Get-Command get-load | % CommandType", "Function\n"),
        ("Get-Command Out-Null -Syntax", "Out-Null [-InputObject <value[]>] [<common parameters>]\n"),
        ("Get-Alias RCJB | % Definition", "Receive-Job\n"),
        ("Get-Alias -Definition Format-* | % Name", "fl\nft\nfw\n"),
        ("Get-Help *variable* | % Name", "Clear-Variable\nGet-Variable\nNew-Variable\nRemove-Variable\nSet-Variable\nabout_Variables\n"),
        ("(Get-Help jobs) -match '^about_Jobs'", "True\n"),
        ("(Get-Help) -match '^about_jobsh'", "True\n"),
        ("(Get-Help about_Trap) -match '^about_Language'; (Get-Help switch) -match '^about_Lang'", "True\nTrue\n"),
        ("(Get-Help about_Hash_Tables) -match '^about_Variables'; (Get-Help foreach) -match 'ForEach-Object'", "True\nTrue\n"),
        ("(Get-Help Out-Null) -match 'NAME'", "True\n"),
        ("(Out-Null -?) -match 'Take all objects'", "True\n"),
        ("Get-Help Wait-Job -Parameter Any", "-Any\n"),
        ("(Get-Help Wait-Job -Parameter *) -match '-State <'", "True\n"),
        ("(Get-Help Wait-Job -Detailed) -match 'RELATED LINKS\\s+Debug-Job'", "True\n"),
        ("(Get-Help Where-Object -Full) -match '-EQ, -CEQ'; (Get-Help where -Full) -match '-EQ <'", "True\nFalse\n"),
        ("(Get-Help rcjb -Full) -match 'about_Remote_Jobs'", "True\n"),
        ("(Get-Help *-PSSession -Category Alias).Name -contains 'New-PSSession'", "True\n"),
        ("Get-Help *job* -Category Topic | % Name", "about_Jobs\n"),
        ("(Get-Help Stop-Job -Full) -match 'Confirm'", "True\n"),
        ("(Get-Help Stop-Job -Examples) -match 'SYNTAX'", "False\n"),
        ("function Get-Load { 5 }; Get-Help Get-Load", "function Get-Load\n{ 5 }\n"),
        ("(Get-Help Sleep) -match 'Start-Sleep'", "True\n"),
        ("Get-History", ""),
    ],
)  # fmt: skip
def test_what_comes_out(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path).startswith(out)
    assert bool(printed(text, tmp_path)) == bool(out)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Get-Variable nosuch", "VariableNotFound"),
        ("Remove-Variable nosuch", "VariableNotFound"),
        ("Start-Sleep -5", "ParameterArgumentValidationError"),
        ("Start-Sleep soon", "CannotConvertArgument"),
        ("Start-Sleep", "MissingMandatoryParameter"),
        ("Get-Date never", "CannotConvertArgument"),
        ("Get-Command nosuch", "CommandNotFoundException"),
        ("Get-Alias nosuch", "ItemNotFoundException"),
        ("Get-Help nosuchthing", "HelpNotFound"),
        ("Get-Help Get-Job -Parameter nosuch", "HelpParameterNotFound"),
        ("Get-Help Get-Job -ShowWindow", "ParameterNotInJobsh"),
        ("Get-Help Get-Job -Online", "ParameterNotInJobsh"),
        ("Get-History 99", "GetHistoryNoHistoryForId"),
    ],
)
def test_what_is_not_there_says_so(text: str, id: str, tmp_path: Path) -> None:
    ran = run_text(text, tmp_path)
    assert [error.error_id for error in ran.errors] == [id]


def test_patterns_that_match_nothing_are_silent(tmp_path: Path) -> None:
    text = "Get-Variable zz*; Remove-Variable zz*; Get-Alias zz*; Get-Command zz*; Get-Help zz*"
    assert printed(text, tmp_path) == ""


def test_topics_of_powershell_lead_to_topics_that_are_there() -> None:
    from jobsh import help as topics

    assert set(topics._POWERSHELLS) <= set(topics.names())

"""Whatever comes through the pipe, no verb for objects fails in a way that nobody foresaw."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asynchronous import run
from tests.unit.cmdlets.shell import TestShell

VALUES = (
    "$null", "@()", "'x'", "(Get-Date)", "@{a=1; b=@(1, 2)}", "[pscustomobject]@{}", "[pscustomobject]@{a=@(1, @(2, 3)); b=@{c=1}}",
    "(1, $null, 'x')", ",(1, 2)", "{ 1 }", "[char]7", "(printf 'a\\377b\\nc')", "(1, 2 | group)", "[double]::NaN", "99999999999999999999",
)  # fmt: skip
COMMANDS = (
    "Sort-Object",
    "Sort-Object a -Descending -Unique",
    "Sort-Object { $_ } -Top 2",
    "Group-Object",
    "Group-Object a -AsHashTable",
    "Group-Object b,a",
    "Measure-Object -AllStats",
    "Measure-Object a -Sum",
    "Measure-Object -Line -Word -Character",
    "Select-Object *",
    "Select-Object a,b -Unique",
    "Select-Object -ExpandProperty a",
    "Select-Object -Last 1 -Skip 1",
    "Select-Object @{n='q';e={$_.a}}",
    "Where-Object a",
    "Where-Object a -gt 1",
    "Where-Object { $_ -like '*x*' }",
    "ForEach-Object { $_ }",
    "ForEach-Object a",
    "Get-Member",
    "Compare-Object (1,2)",
    "Select-String x",
    "Select-String x -NotMatch -Context 1",
    "Get-Unique",
    "Get-Unique -AsString",
    "Join-String -Separator ,",
    "Format-Table",
    "Format-Table a -GroupBy b",
    "Format-List",
    "Format-List * -Force",
    "Format-Wide",
    "Format-Wide a -AutoSize",
    "Out-String",
    "Out-String -Stream -Width 5",
    "ConvertTo-Json",
    "ConvertTo-Json -Depth 0",
    "ConvertTo-Csv",
    "ConvertTo-Csv | ConvertFrom-Csv",
    "ConvertFrom-Json",
    "ConvertFrom-Csv",
    "ConvertFrom-StringData",
    "Add-Member z 1 -PassThru",
    "Get-Random",
    "Tee-Object -Variable q",
    "Out-Host",
    "Write-Host",
    "Write-Information -InformationAction Continue",
    "Get-Error",
    "Export-Csv f.csv",
)


@pytest.mark.parametrize("value", VALUES)
def test_every_verb_takes_it_or_says_why_not(value: str, tmp_path: Path) -> None:
    async def errors() -> list[str]:
        shell = TestShell(tmp_path, width=30)
        return [error.message for command in COMMANDS for error in (await shell.run(f"{value} | {command}")).errors]

    assert all(run(errors(), slowest=5.0))

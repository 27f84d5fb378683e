"""A small vocabulary for the tests: the verbs and aliases of the issue, without the layer that declares them."""

from __future__ import annotations

import difflib

from jobsh.language.ast import BlockKind

VERBS = [
    "Start-Job",
    "Get-Job",
    "Receive-Job",
    "Wait-Job",
    "Stop-Job",
    "Remove-Job",
    "Start-ThreadJob",
    "New-Session",
    "Get-Session",
    "Remove-Session",
    "Enter-Session",
    "Exit-Session",
    "Connect-Session",
    "Disconnect-Session",
    "Receive-Session",
    "Invoke-Command",
    "Where-Object",
    "ForEach-Object",
    "Select-Object",
    "Sort-Object",
    "Group-Object",
    "Measure-Object",
    "Format-Table",
    "Format-List",
    "ConvertTo-Json",
    "ConvertFrom-Json",
    "ConvertTo-Csv",
    "Out-File",
    "Out-String",
    "Out-Null",
    "Tee-Object",
    "Write-Output",
    "Write-Host",
    "Write-Error",
    "Write-Warning",
    "Write-Verbose",
    "Get-Content",
    "Set-Content",
    "Set-Location",
    "Get-Location",
    "Get-Variable",
    "Set-Variable",
    "Remove-Variable",
    "Get-Date",
    "Start-Sleep",
    "Get-Command",
    "Get-Help",
    "Get-Alias",
    "Get-Member",
    "Get-History",
]

ALIASES = {
    "sajb": "Start-Job",
    "gjb": "Get-Job",
    "rcjb": "Receive-Job",
    "wjb": "Wait-Job",
    "spjb": "Stop-Job",
    "rjb": "Remove-Job",
    "icm": "Invoke-Command",
    "nsn": "New-Session",
    "enter": "Enter-Session",
    "Enter-PSSession": "Enter-Session",
}
AFTER_PIPE = {
    "%": "ForEach-Object",
    "?": "Where-Object",
    "where": "Where-Object",
    "foreach": "ForEach-Object",
    "select": "Select-Object",
    "group": "Group-Object",
    "measure": "Measure-Object",
}
SHARED = {
    "exit": "exit",
    "jobs": "Get-Job",
    "fg": "Receive-Job",
    "bg": "Resume-Job",
    "wait": "Wait-Job",
    "disown": "Disconnect-Job",
    "kill": "Stop-Job",
}
SWITCHES = {"asjob", "keep", "wait", "force", "verbose", "debug", "any", "passthru", "autoremovejob", "?", "attached"}
CODE = {"Where-Object", "ForEach-Object", "Start-ThreadJob", "Sort-Object"}
_CANONICAL = {name.lower(): name for name in VERBS} | {k.lower(): v for k, v in (ALIASES | SHARED).items()}


class SmallVocabulary:
    """Implements `jobsh.language.ast.Vocabulary`."""

    def __init__(self, *assigned: str) -> None:
        self.assigned = set(assigned)

    def canonical(self, name: str) -> str | None:
        return _CANONICAL.get(name.lower())

    def after_pipe(self, name: str) -> str | None:
        return AFTER_PIPE.get(name.lower())

    def is_shared(self, name: str) -> bool:
        return name.lower() in SHARED

    def block_kind(self, command: str, parameter: str | None, position: int) -> BlockKind:
        return BlockKind.CODE if command in CODE else BlockKind.HOST_SCRIPT

    def takes_value(self, command: str, parameter: str) -> bool:
        return parameter.lower() not in SWITCHES

    def forces_script(self, command: str, parameters: tuple[str, ...]) -> bool:
        return any("interpreter".startswith(name.lower()) and len(name) > 2 for name in parameters)

    def is_assigned(self, variable: str) -> bool:
        return variable in self.assigned

    def suggest(self, name: str) -> str | None:
        return next(iter(difflib.get_close_matches(name, VERBS, 1)), None)

"""The table of cmdlets: names, aliases and where each is declared. The one place to add a verb; imports none.

A cmdlet `Stop-Job` is the class `StopJob` in `stop_job.py`. No alias is the name of a program or a builtin (LANGUAGE 1.1) but
those after a pipe and the shared ones: so PowerShell's gc (graphviz), gm (graphicsmagick), gv, sc, sl and sv (runit) are none.
"""

from __future__ import annotations

from jobsh.command.registry import CmdletEntry


def _row(
    name: str, aliases: str = "", *, after_pipe: tuple[str, ...] = (), shared: tuple[str, ...] = ()
) -> CmdletEntry:
    module = "jobsh.cmdlets." + name.replace("-", "_").lower()
    return CmdletEntry(name, module, name.replace("-", ""), tuple(aliases.split()), after_pipe, shared)


_ROWS = (
    # jobs
    _row("Start-Job", "sajb"),
    _row("Start-ThreadJob"),
    _row("Get-Job", "gjb jobs disown", shared=("jobs", "disown")),
    _row("Receive-Job", "rcjb fg", shared=("fg",)),
    _row("Wait-Job", "wjb wait", shared=("wait",)),
    _row("Stop-Job", "spjb kill", shared=("kill",)),
    _row("Remove-Job", "rjb"),
    _row("Suspend-Job", "sujb"),
    _row("Resume-Job", "rujb bg", shared=("bg",)),
    _row("Debug-Job"),
    # events of jobs
    _row("Register-JobEvent"),
    _row("Register-ObjectEvent"),
    _row("Unregister-Event"),
    _row("Get-EventSubscriber"),
    _row("Get-Event"),
    _row("Wait-Event"),
    _row("Remove-Event"),
    # sessions
    _row("New-Session", "nsn New-PSSession"),
    _row("Get-Session", "gsn Get-PSSession"),
    _row("Connect-Session", "cnsn Connect-PSSession"),
    _row("Disconnect-Session", "dnsn Disconnect-PSSession"),
    _row("Receive-Session", "rcsn Receive-PSSession"),
    _row("Remove-Session", "rsn Remove-PSSession"),
    _row("Enter-Session", "etsn enter Enter-PSSession"),
    _row("Exit-Session", "exsn Exit-PSSession"),
    _row("New-SessionOption", "New-PSSessionOption"),
    _row("Get-Credential"),
    _row("Invoke-Command", "icm"),
    _row("Invoke-Expression"),
    _row("Set-StrictMode"),
    # objects
    _row("Where-Object", after_pipe=("?", "where")),
    _row("ForEach-Object", after_pipe=("%", "foreach")),
    _row("Select-Object", after_pipe=("select",)),
    _row("Sort-Object"),
    _row("Group-Object", after_pipe=("group",)),
    _row("Measure-Object", after_pipe=("measure",)),
    _row("Get-Member"),
    _row("Add-Member"),
    _row("New-Object"),
    _row("Compare-Object"),
    _row("Get-Unique"),
    _row("Get-Random"),
    _row("Join-String"),
    _row("Select-String"),
    # formats
    _row("Format-Table", "ft"),
    _row("Format-List", "fl"),
    _row("Format-Wide", "fw"),
    _row("ConvertTo-Json"),
    _row("ConvertFrom-Json"),
    _row("ConvertTo-Csv"),
    _row("ConvertFrom-Csv"),
    _row("Import-Csv", "ipcsv"),
    _row("Export-Csv", "epcsv"),
    _row("ConvertFrom-StringData"),
    # output
    _row("Out-File"),
    _row("Out-String"),
    _row("Out-Null"),
    _row("Out-Host", "oh"),
    _row("Tee-Object"),
    _row("Write-Output"),
    _row("Write-Host"),
    _row("Write-Error"),
    _row("Write-Warning"),
    _row("Write-Verbose"),
    _row("Write-Debug"),
    _row("Write-Information"),
    _row("Write-Progress"),
    _row("Read-Host"),
    # files
    _row("Copy-Item", "cpi"),
    _row("Get-ChildItem", "gci"),
    _row("Get-Item"),
    _row("New-Item"),
    _row("Move-Item"),
    _row("Rename-Item", "rni"),
    _row("Remove-Item"),
    _row("Test-Path"),
    _row("Resolve-Path", "rvpa"),
    _row("Join-Path"),
    _row("Split-Path"),
    # the location
    _row("Get-Content"),
    _row("Set-Content"),
    _row("Add-Content"),
    _row("Clear-Content", "clc"),
    _row("Set-Location"),
    _row("Get-Location", "gl"),
    # the shell
    _row("Get-Variable"),
    _row("Set-Variable"),
    _row("Remove-Variable", "rv"),
    _row("New-Variable", "nv"),
    _row("Clear-Variable", "clv"),
    _row("Get-Date"),
    _row("New-TimeSpan"),
    _row("Measure-Command"),
    _row("Start-Process", "saps"),
    _row("Start-Sleep"),
    _row("Get-Command", "gcm"),
    _row("Get-Help"),
    _row("Get-Alias", "gal"),
    _row("Set-Alias", "sal"),
    _row("New-Alias", "nal"),
    _row("Remove-Alias"),
    _row("Get-History", "ghy"),
    _row("Invoke-History", "ihy"),
    _row("Clear-History", "clhy"),
    _row("Get-Error", "gerr"),
    _row("Clear-Host"),
)

CMDLETS: dict[str, CmdletEntry] = {row.name: row for row in _ROWS}
"""Verb-Noun → where it is."""

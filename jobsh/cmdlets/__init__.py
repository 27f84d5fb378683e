"""The table of cmdlets: names, aliases and where each is declared. The one place to add a verb; imports none.

A cmdlet `Stop-Job` is the class `StopJob` in `stop_job.py`. No alias is the name of a program or a builtin (LANGUAGE 1.1) but
those after a pipe and the shared ones.
"""

from __future__ import annotations

from jobsh.command.registry import CmdletEntry


def _row(
    name: str, aliases: str = "", *, after_pipe: tuple[str, ...] = (), shared: tuple[str, ...] = ()
) -> CmdletEntry:
    module = "jobsh.cmdlets." + name.replace("-", "_").lower()
    return CmdletEntry(name, module, name.replace("-", ""), tuple(aliases.split()), after_pipe, shared)


_ROWS = (
    # objects
    _row("Where-Object", after_pipe=("?", "where")),
    _row("ForEach-Object", after_pipe=("%", "foreach")),
    _row("Select-Object", after_pipe=("select",)),
    # output
    _row("Out-Null"),
    _row("Write-Output"),
)

CMDLETS: dict[str, CmdletEntry] = {row.name: row for row in _ROWS}
"""Verb-Noun → where it is."""

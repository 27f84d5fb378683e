"""Format-Table: show objects as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._properties import formatted
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import PropertySelector
from jobsh.command.views import View
from jobsh.language.ast import BlockKind


class FormatTable(Cmdlet):
    """Show the objects of the pipeline as a table, with the properties named or the usual ones of their kind.

    What comes out is for people: put it last, or before Out-File and Out-String. A calculated column is
    `@{Label='…'; Expression={…}; Width=10; Alignment='Right'; FormatString='N2'}`.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("The columns: names, wildcards, blocks or calculated ones.", position=0, block=BlockKind.CODE),
    ] = ()
    auto_size: Annotated[bool, Param("Make columns as narrow as their values.")] = False
    wrap: Annotated[bool, Param("Continue long values in the next line instead of cutting them.")] = False
    hide_table_headers: Annotated[bool, Param("Leave out the header.")] = False

    examples = (
        Example(
            "Get-Job | Format-Table Id, Name, State", "Jobs with three columns.", setup="Start-Job { true } | Wait-Job"
        ),
        Example("Get-Job | ft -AutoSize", "Columns no wider than needed.", setup="Start-Job { true } | Wait-Job"),
        Example(
            "Get-Job | ft Name, @{Label='Minutes'; Expression={ 1.5 }; FormatString='N2'}",
            "A calculated column.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        look = View(
            (), has_header=not self.hide_table_headers, wraps=self.wrap, fits=self.auto_size or bool(self.property)
        )
        return formatted(ctx, self.property, look, all_properties=False)

"""Format-Table: show objects as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._formats import REFUSED, Force, Format, GroupBy
from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.selectors import PropertySelector
from jobsh.command.views import View
from jobsh.language.ast import BlockKind


class FormatTable(Cmdlet):
    """Show the objects of the pipeline as a table, with the properties named or the usual ones of their kind.

    What comes out is for people: put it last, or before Out-File and Out-String. Rows come as the objects come; the first
    hundred settle how wide the columns are. A calculated column is
    `@{Label='…'; Expression={…}; Width=10; Alignment='Right'; FormatString='N2'}`.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("The columns: names, wildcards, blocks or calculated ones.", position=0, block=BlockKind.CODE),
    ] = ()
    auto_size: Annotated[bool, Param("Make columns as narrow as their values.")] = False
    wrap: Annotated[bool, Param("Continue long values in the next line instead of cutting them.")] = False
    hide_table_headers: Annotated[bool, Param("Leave out the header.")] = False
    group_by: GroupBy = None
    force: Force = False
    input_object: InputObject = ()

    refused = (*REFUSED, Refused("RepeatHeader", "a table has one header", "page it with Out-Host -Paging"))
    gives = "Lines for people: nothing but Out-File, Out-String and the like can do anything with them."
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
        Example(
            "Get-Job | Sort-Object State | Format-Table Id, Name -GroupBy State",
            "A table for each state.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        fits = self.auto_size or bool(self.property)
        look = View((), has_header=not self.hide_table_headers, wraps=self.wrap, fits=fits)
        return Format(look, self.property, group_by=self.group_by, force=self.force).of(items(ctx, self.input_object))

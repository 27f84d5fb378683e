"""Format-List: show objects as lists of their properties."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._formats import REFUSED, Force, Format, GroupBy
from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import PropertySelector
from jobsh.command.views import View
from jobsh.language.ast import BlockKind


class FormatList(Cmdlet):
    """Show each object of the pipeline as a list of its properties, one per line.

    Without -Property all properties are shown. What comes out is for people: put it last, or before Out-File and Out-String.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("The properties: names, wildcards, blocks or calculated ones.", position=0, block=BlockKind.CODE),
    ] = ()
    group_by: GroupBy = None
    force: Force = False
    input_object: InputObject = ()

    refused = REFUSED
    gives = "Lines for people: nothing but Out-File, Out-String and the like can do anything with them."
    examples = (
        Example("Get-Job | Format-List", "All there is to know of each job.", setup="Start-Job { true } | Wait-Job"),
        Example(
            "Get-Job | fl Name, *Time",
            "The name and the properties that end in Time.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example(
            "Get-Job | Format-List Id, Command -GroupBy State",
            "Lists under the state they have in common.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        asked = Format(
            View((), is_list=True), self.property, group_by=self.group_by, all_properties=True, force=self.force
        )
        return asked.of(items(ctx, self.input_object))

"""Format-List: show objects as lists of their properties."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._properties import formatted
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

    examples = (
        Example("Get-Job | Format-List", "All there is to know of each job.", setup="Start-Job { true } | Wait-Job"),
        Example(
            "Get-Job | fl Name, *Time",
            "The name and the properties that end in Time.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        return formatted(ctx, self.property, View((), is_list=True), all_properties=True)

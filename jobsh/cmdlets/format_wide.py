"""Format-Wide: show one property of each object, several beside each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from jobsh.cmdlets._formats import REFUSED, GroupBy
from jobsh.cmdlets._input import InputObject, items
from jobsh.command.comparison import sameness
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.members import has_member, properties
from jobsh.command.selectors import PropertySelector
from jobsh.command.text_format import cells_of
from jobsh.command.views import Column, Formatted, View, cell_text
from jobsh.errors import BindingError
from jobsh.language.ast import BlockKind

_USUAL_WIDTH = 80
"""Cells to fill where there is no terminal."""


class FormatWide(Cmdlet):
    """Show one property of each object of the pipeline, several beside each other in a line.

    Without -Property it is the name, or the first property. What comes out is for people: put it last.
    """

    property: Annotated[
        PropertySelector | None,
        Param("The property: a name, a block or a calculated one.", position=0, block=BlockKind.CODE),
    ] = None
    column: Annotated[int, Param("How many columns.", in_set="Column")] = 2
    auto_size: Annotated[bool, Param("As many columns as there is room for.", in_set="AutoSize")] = False
    group_by: GroupBy = None
    input_object: InputObject = ()

    default_set = "Column"
    refused = (*REFUSED, Refused("Force", "one property is shown, and none is hidden", "leave it out"))
    gives = "Lines for people: nothing but Out-File, Out-String and the like can do anything with them."
    examples = (
        Example(
            "Get-Job | Format-Wide", "The names of the jobs in two columns.", setup="Start-Job { true } | Wait-Job"
        ),
        Example("1..40 | Format-Wide { $_ * $_ } -AutoSize", "As many as there is room for."),
        Example("Get-Alias | Format-Wide Name -Column 4", "Four columns."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.column < 1:
            raise BindingError("-Column is at least 1", error_id="ParameterArgumentValidationError")
        width = ctx.width or _USUAL_WIDTH
        async for title, cells in self._groups(ctx):
            count = _count(cells, width) if self.auto_size else self.column
            view = _view(count, (width + 1) // count - 1, title)
            rows = [tuple(cells[at : at + count]) for at in range(0, len(cells), count)]
            yield Formatted(view, tuple(rows))

    async def _groups(self, ctx: Context) -> AsyncIterator[tuple[str, list[str]]]:
        """The cells of objects that follow each other and agree, with what they agree in."""
        title, cells, same = "", list[str](), None
        async for item in items(ctx, self.input_object):
            group = await self.group_by.value(item) if self.group_by else None
            if cells and sameness(group) != same:
                yield title, cells
                cells = []
            same = sameness(group)
            title = f"{self.group_by.label}: {cell_text(group)}" if self.group_by else ""
            cells.append(cell_text(await self._value(item), self.property.format if self.property else ""))
        if cells:
            yield title, cells

    async def _value(self, item: object) -> object:
        if self.property is not None:
            return await self.property.value(item)
        if has_member(item, "Name"):
            return await PropertySelector("Name", "Name").value(item)
        return item if isinstance(item, str) else next(iter(properties(item).values()), item)


def _count(cells: list[str], width: int) -> int:
    return max(1, (width + 1) // (max(map(cells_of, cells)) + 1))


def _view(count: int, width: int, title: str) -> View:
    columns = tuple(Column("", _place(n), width, "left") for n in range(count))
    return View(columns, has_header=False, title=title)


def _place(n: int) -> Callable[[tuple[str, ...]], str]:
    return lambda row: row[n] if n < len(row) else ""

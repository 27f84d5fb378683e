"""What the Format- verbs share: objects as they come, each with the view that was asked for. Draws nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.cmdlets._properties import with_properties
from jobsh.command.comparison import sameness
from jobsh.command.declaration import Param, Refused
from jobsh.command.members import get_member, hidden_names, properties
from jobsh.command.selectors import PropertySelector
from jobsh.command.text import Textual
from jobsh.command.views import Column, Formatted, View, cell_text, rows_of, shape, view_by_names, view_of
from jobsh.language.ast import BlockKind
from jobsh.model.queries import has_wildcard

_ALL = "*"

GroupBy = Annotated[
    PropertySelector | None,
    Param(
        "Begin anew, under a title, where this property or block has another value; sort by it first.",
        block=BlockKind.CODE,
    ),
]
Force = Annotated[bool, Param("With wildcards in -Property, properties too that are for PowerShell's scripts only.")]

REFUSED: tuple[Refused, ...] = (
    Refused("View", "objects have one view", "name the properties with -Property"),
    Refused("Expand", "a list in a cell is shown as one", "expand it with Select-Object -ExpandProperty"),
    Refused("DisplayError", "an error in a block is an error of the command", "leave it out"),
    Refused("ShowError", "an error in a block is an error of the command", "leave it out"),
)


class Format:
    """One call of a Format- verb: which properties, how they look, how they are grouped."""

    def __init__(
        self,
        look: View,
        wanted: Sequence[PropertySelector],
        *,
        group_by: PropertySelector | None = None,
        all_properties: bool = False,
        force: bool = False,
    ) -> None:
        self._look = look
        self._wanted = wanted
        self._group_by = group_by
        self._all_properties = all_properties
        self._force = force
        self._depends_on_shape = not wanted or any(has_wildcard(selector.name) for selector in wanted)

    async def of(self, source: AsyncIterator[object]) -> AsyncIterator[object]:
        """The objects with their views; one view goes on as long as shape and group stay the same. Text passes."""
        run: object = None
        view: View | None = None
        async for item in source:
            kind = (
                type(item) if isinstance(item, Textual) else shape(item)
            )  # printed as text, but asked for by properties
            if kind is None and not self._wanted:
                run = None
                yield item
                continue
            group = await self._group_by.value(item) if self._group_by else None
            now = (kind if self._depends_on_shape else None, sameness(group))
            if now != run:
                run, view = now, await self._view(item, group)
            yield item if view is None else Formatted(view, await self._rows(item))

    async def _rows(self, item: object) -> tuple[object, ...]:
        if self._wanted:
            return (await self._chosen(item),)
        return (item,) if self._all_properties else tuple(rows_of(item))

    async def _chosen(self, item: object) -> object:
        return await with_properties(item, [s for wanted in self._wanted for s in self._spread(wanted, item)])

    def _spread(self, selector: PropertySelector, item: object) -> Sequence[PropertySelector]:
        """`*` with -Force is the hidden properties too."""
        if not (self._force and selector.name == _ALL):
            return (selector,)
        return (selector, *(PropertySelector(name, name) for name in hidden_names(item)))

    async def _view(self, item: object, group: object) -> View | None:
        """The view for objects like this one; None where it has no properties to show (`1 | Format-List *`)."""
        columns = await self._columns(item)
        title = f"{self._group_by.label}: {cell_text(group)}" if self._group_by else ""
        return self._look.replace(columns=columns, title=title) if columns else None

    async def _columns(self, item: object) -> tuple[Column, ...]:
        if self._wanted:
            bag = await self._chosen(item)
            return tuple(self._column(name) for name in properties(bag))
        own = view_of(item)
        if self._all_properties or own is None or not own.columns:
            return view_by_names(tuple(properties(item))).columns
        return own.columns

    def _column(self, name: str) -> Column:
        said = next((s for s in self._wanted if s.label.casefold() == name.casefold()), PropertySelector(name))
        return Column(
            name, lambda bag: get_member(bag, name), said.width, said.align, said.format, is_exact=said.width > 0
        )

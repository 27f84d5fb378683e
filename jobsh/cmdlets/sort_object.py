"""Sort-Object: put objects in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._refused import CULTURE
from jobsh.command.comparison import sort_keys
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import PropertySelector
from jobsh.errors import BindingError
from jobsh.language.ast import BlockKind


class SortObject(Cmdlet):
    """Put the objects of the pipeline in order, by properties or by themselves.

    Numbers sort as numbers, text without regard to case unless -CaseSensitive is given; objects that are equal stay in the
    order they came in. A calculated property may have its own direction: `@{Expression='Id'; Descending=$true}`.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("The properties to sort by, the most important first.", position=0, block=BlockKind.CODE),
    ] = ()
    descending: Annotated[bool, Param("The largest first.")] = False
    unique: Annotated[bool, Param("Of objects that are equal only the first.")] = False
    top: Annotated[int | None, Param("Only so many, from the beginning of the sorted list.", in_set="Top")] = None
    bottom: Annotated[int | None, Param("Only so many, from the end of the sorted list.", in_set="Bottom")] = None
    stable: Annotated[bool, Param("Keep objects that are equal in their order: always so here.", in_set="Sort")] = False
    case_sensitive: Annotated[bool, Param("Let the case of letters count.")] = False
    input_object: InputObject = ()

    default_set = "Sort"
    refused = CULTURE
    hands_on = True
    gives = "The objects, in order."
    examples = (
        Example(
            "Get-Job | Sort-Object State, Name",
            "Jobs by state, within a state by name.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example("3, 10, 2 | Sort-Object -Descending", "Numbers, the largest first: 10, 3, 2."),
        Example("'b', 'A', 'a' | Sort-Object -Unique", "Each once: A, b."),
        Example("5, 1, 3 | Sort-Object -Bottom 2", "The two largest: 3, 5."),
        Example(
            "Get-Job | Sort-Object @{Expression='State'; Descending=$true}, Id",
            "Each property in its own direction.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if min(self.top or 0, self.bottom or 0) < 0:
            raise BindingError("how many there are is counted from 0", error_id="ParameterArgumentValidationError")
        rows = [(item, await self._values(item)) async for item in items(ctx, self.input_object)]
        keys = [
            sort_keys([values[n] for _, values in rows], case_sensitive=self.case_sensitive)
            for n in range(max(1, len(self.property)))
        ]
        places = list(range(len(rows)))
        for n in reversed(range(len(keys))):
            places.sort(key=keys[n].__getitem__, reverse=self._is_descending(n))
        if self.unique:
            places = _without_doubles(places, keys)
        for place in self._part(places):
            yield rows[place][0]

    def _part(self, places: list[int]) -> list[int]:
        if self.bottom is not None:
            return places[max(0, len(places) - self.bottom) :]
        return places if self.top is None else places[: self.top]

    async def _values(self, item: object) -> list[object]:
        return [await selector.value(item) for selector in self.property] or [item]

    def _is_descending(self, n: int) -> bool:
        own = self.property[n].descending if self.property else None
        return self.descending if own is None else own


def _without_doubles(places: list[int], keys: list[list[Any]]) -> list[int]:
    kept: list[int] = []
    for place in places:
        if not kept or any(key[place] != key[kept[-1]] for key in keys):
            kept.append(place)
    return kept

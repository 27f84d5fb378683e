"""Group-Object: put objects that agree together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.comparison import sort_key
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import PropertySelector
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag
from jobsh.language.ast import BlockKind


class GroupObject(Cmdlet):
    """Put the objects of the pipeline that have the same properties together, and count them.

    Each group has Count, Name (the values that are the same) and Group (its objects). Groups come in the order of their values.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param(
            "The properties that are the same in a group; without any the objects.", position=0, block=BlockKind.CODE
        ),
    ] = ()
    no_element: Annotated[bool, Param("Only Count and Name, without the objects.", in_set="Groups")] = False
    as_hash_table: Annotated[
        bool, Param("Give one hashtable: name to the list of objects.", in_set="Table", aliases=("AHT",))
    ] = False
    case_sensitive: Annotated[bool, Param("Let the case of letters count.")] = False

    default_set = "Groups"
    examples = (
        Example(
            "Get-Job | Group-Object State -NoElement",
            "How many jobs there are in each state.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example("'a', 'b', 'A' | group", "After a pipe group is short for it: two groups."),
        Example("$by = 1..6 | Group-Object { $_ % 2 } -AsHashTable; $by[1]", "A table to look groups up in: 1, 3, 5."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        groups: dict[tuple[object, ...], tuple[list[object], list[object]]] = {}
        async for item in ctx.input:
            values = [await selector.value(item) for selector in self.property] or [item]
            groups.setdefault(tuple(self._key(v) for v in values), (values, []))[1].append(item)
        key = sort_key(case_sensitive=self.case_sensitive)
        ordered = sorted(groups.values(), key=lambda group: [key(v) for v in group[0]])
        if self.as_hash_table:
            yield HashTable([(v[0] if len(v) == 1 else _name(v), items) for v, items in ordered])
            return
        for values, items in ordered:
            counted = {"Count": len(items), "Name": _name(values)}
            yield PropertyBag(counted if self.no_element else {**counted, "Group": items}, "GroupInfo")

    def _key(self, value: object) -> object:
        """Equal for values that belong together."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        text = to_text(value)
        return text if self.case_sensitive else text.casefold()


def _name(values: list[object]) -> str:
    return ", ".join(to_text(value) for value in values)

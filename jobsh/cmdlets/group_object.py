"""Group-Object: put objects that agree together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._refused import CULTURE
from jobsh.command.comparison import sameness, sort_key
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.results import GroupInfo, GroupInfoNoElement
from jobsh.command.selectors import PropertySelector
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag
from jobsh.language.ast import BlockKind

_Group = tuple[list[object], list[object], int]
"""The values that agree, the objects that have them, and how many there are."""


class GroupObject(Cmdlet):
    """Put the objects of the pipeline that have the same properties together, and count them.

    Each group has Count, Name (the values that are the same, as text), Values and Group (its objects). Groups come in the
    order of their values. With -NoElement the objects are not kept: that needs no memory for them.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param(
            "The properties that are the same in a group; without any the objects.", position=0, block=BlockKind.CODE
        ),
    ] = ()
    no_element: Annotated[bool, Param("Only Count and Name, without the objects.", in_set="Groups")] = False
    as_hash_table: Annotated[
        bool, Param("Give one hashtable: value to the list of objects.", in_set="Table", aliases=("AHT",))
    ] = False
    as_string: Annotated[bool, Param("Make the keys of the hashtable text.", in_set="Table")] = False
    case_sensitive: Annotated[bool, Param("Let the case of letters count.")] = False
    input_object: InputObject = ()

    default_set = "Groups"
    output_types = (GroupInfo,)
    refused = CULTURE
    examples = (
        Example(
            "Get-Job | Group-Object State -NoElement",
            "How many jobs there are in each state.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example("'a', 'b', 'A' | group", "After a pipe group is short for it: two groups."),
        Example("$by = 1..6 | Group-Object { $_ % 2 } -AsHashTable; $by[1]", "A table to look groups up in: 1, 3, 5."),
        Example(
            "$by = 1..6 | Group-Object { $_ % 2 } -AsHashTable -AsString; $by.'1'", "The same, with text as its keys."
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        key = sort_key(case_sensitive=self.case_sensitive)
        ordered = sorted((await self._groups(ctx)).values(), key=lambda group: [key(v) for v in group[0]])
        if self.as_hash_table:
            entries = [(self._key(values), members) for values, members, _ in ordered]
            yield HashTable(entries, case_sensitive=self.case_sensitive)
            return
        for values, members, count in ordered:
            if self.no_element:
                yield GroupInfoNoElement(count, _name(values), values)
            else:
                yield GroupInfo(count, _name(values), members, values)

    async def _groups(self, ctx: Context) -> dict[tuple[object, ...], _Group]:
        groups: dict[tuple[object, ...], _Group] = {}
        async for item in items(ctx, self.input_object):
            values = [await selector.value(item) for selector in self.property] or [item]
            same = tuple(sameness(value, case_sensitive=self.case_sensitive) for value in values)
            own, members, count = groups.get(same) or (values, [], 0)
            if not self.no_element:
                members.append(item)
            groups[same] = own, members, count + 1
        return groups

    def _key(self, values: list[object]) -> object:
        is_simple = len(values) == 1 and not isinstance(values[0], (list, HashTable, PropertyBag))
        return values[0] if is_simple and not self.as_string else _name(values)


def _name(values: list[object]) -> str:
    return ", ".join(to_text(value) for value in values)

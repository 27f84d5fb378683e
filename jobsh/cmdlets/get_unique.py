"""Get-Unique: leave out what is the same as the one before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.comparison import sameness
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.command.type_names import type_name

_NONE = object()


class GetUnique(Cmdlet):
    """Leave out each object that is the same as the one before it, as `uniq` does: sort first. Case counts.

    `Select-Object -Unique` needs no order, but keeps what it has seen.
    """

    as_string: Annotated[bool, Param("Compare the text of the objects.", in_set="String")] = False
    on_type: Annotated[bool, Param("Give one object of each type in a row.", in_set="Type")] = False
    case_insensitive: Annotated[bool, Param("Let case not count.")] = False
    input_object: InputObject = ()

    default_set = "String"
    hands_on = True
    gives = "The objects that it keeps."
    examples = (
        Example("'b', 'a', 'b' | Sort-Object | Get-Unique", "Each once: a, b."),
        Example("'a', 'A' | Get-Unique -CaseInsensitive", "Only the first: a."),
        Example("1, 2, 'x' | Get-Unique -OnType", "One of each type: 1, x."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        before: object = _NONE
        async for item in items(ctx, self.input_object):
            key = self._key(item)
            if key != before:
                yield item
            before = key

    def _key(self, item: object) -> object:
        if self.on_type:
            return type_name(item)
        return sameness(to_text(item) if self.as_string else item, case_sensitive=not self.case_insensitive)

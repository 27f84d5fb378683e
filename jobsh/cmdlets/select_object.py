"""Select-Object: choose objects by place, and properties by name."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._properties import with_properties
from jobsh.command.comparison import equal
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.members import has_member
from jobsh.command.objects import PropertyBag, get_member
from jobsh.command.selectors import PropertySelector
from jobsh.command.types import PropertyName
from jobsh.errors import BindingError, NotFound
from jobsh.language.ast import BlockKind


class SelectObject(Cmdlet):
    """Choose some of the objects of the pipeline, or some of their properties.

    -First ends the stages before it as soon as it has enough; what they did not hand over is not lost: `Receive-Job` gives it
    the next time. -Property makes new objects with the properties named (wildcards work), which may be calculated:
    `@{Label='Seconds'; Expression={ … }}`. -ExpandProperty gives the value of a property instead of an object.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("Properties to keep: names, wildcards, blocks or calculated ones.", position=0, block=BlockKind.CODE),
    ] = ()
    first: Annotated[int | None, Param("How many objects to take from the beginning.", in_set="Part")] = None
    last: Annotated[int | None, Param("How many objects to take from the end.", in_set="Part")] = None
    skip: Annotated[int, Param("How many objects to leave out at the beginning.", in_set="Part")] = 0
    skip_last: Annotated[int, Param("How many objects to leave out at the end.", in_set="Part")] = 0
    index: Annotated[tuple[int, ...], Param("Which objects to take, counted from 0.", in_set="Index")] = ()
    unique: Annotated[bool, Param("Leave out objects that came before.")] = False
    expand_property: Annotated[PropertyName, Param("The property whose value to give.")] = ""

    default_set = "Part"
    examples = (
        Example("1..100 | Select-Object -First 3", "The first three; nothing more is asked of the stage before."),
        Example("Get-Job | select Id, Name, State", "Only these properties.", setup="Start-Job { true } | Wait-Job"),
        Example("'b', 'a', 'b' | Select-Object -Unique", "Each once: b, a."),
        Example(
            "Get-Job | Select-Object Name, @{Label='Long'; Expression={ $_.Command.Length }}", "A calculated property."
        ),
        Example(
            "Get-Job | Select-Object -ExpandProperty Command",
            "The commands, as text.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if min(self.first or 0, self.last or 0, self.skip, self.skip_last) < 0:
            raise BindingError("-First, -Last and -Skip take 0 or more", error_id="ParameterArgumentValidationError")
        seen: list[object] = []
        left = self.first
        if left == 0 and self.last is None:
            return
        async for item in self._chosen(ctx):
            async for made in self._made(item, ctx):
                if self.unique and any(_same(made, other) for other in seen):
                    continue
                if self.unique:
                    seen.append(made)
                yield made
            if left is not None and self.last is None:
                left -= 1
                if left == 0:
                    return

    async def _chosen(self, ctx: Context) -> AsyncIterator[object]:
        """The objects by their places."""
        number = -1
        tail: deque[object] = deque()
        kept = self.last if self.last is not None else self.skip_last
        async for item in ctx.input:
            number += 1
            if self.index:
                if number in self.index:
                    yield item
                if number >= max(self.index):
                    return
                continue
            if number < self.skip and self.last is None:
                continue
            if self.last is not None and self.first is not None and number < self.first:
                yield item
                continue
            tail.append(item)
            if len(tail) > kept + (self.skip if self.last is not None else 0):
                out = tail.popleft()
                if self.last is None:
                    yield out
        if self.last is not None:
            for item in list(tail)[: max(0, len(tail) - self.skip)][-self.last :] if self.last else ():
                yield item

    async def _made(self, item: object, ctx: Context) -> AsyncIterator[object]:
        if self.expand_property:
            if not has_member(item, self.expand_property):
                await ctx.error(
                    NotFound(f"there is no property {self.expand_property}", error_id="ExpandPropertyNotFound")
                )
                return
            value = get_member(item, self.expand_property)
            for part in value if isinstance(value, list) else [value]:
                yield part
        elif self.property:
            yield await with_properties(item, self.property)
        else:
            yield item


def _same(left: object, right: object) -> bool:
    if isinstance(left, PropertyBag) and isinstance(right, PropertyBag):
        one, other = left.properties, right.properties
        return list(one) == list(other) and all(equal(one[k], other[k], case_sensitive=True) for k in one)
    return equal(left, right, case_sensitive=True)

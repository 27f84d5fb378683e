"""Select-Object: choose objects by place, and properties by name."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
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

_END = object()


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
        if min(self.first or 0, self.last or 0, self.skip, self.skip_last, *self.index) < 0:
            raise BindingError("places are counted from 0", error_id="ParameterArgumentValidationError")
        seen: list[object] = []
        async with aclosing(self._chosen(ctx)) as chosen:
            async for item in chosen:
                async for made in self._made(item, ctx):
                    if self.unique and any(_same(made, other) for other in seen):
                        continue
                    if self.unique:
                        seen.append(made)
                    yield made

    def _chosen(self, ctx: Context) -> AsyncGenerator[object, None]:
        """The objects by their places."""
        if self.index:
            return _at(ctx.input, frozenset(self.index))
        if self.last is not None:
            return _both_ends(ctx.input, self.first or 0, self.last, self.skip)
        return _from_the_beginning(ctx.input, self.skip, self.first, self.skip_last)

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


async def _at(items: AsyncIterator[object], places: frozenset[int]) -> AsyncGenerator[object, None]:
    place = 0
    async for item in items:
        if place in places:
            yield item
        place += 1
        if place > max(places):
            return


async def _from_the_beginning(
    items: AsyncIterator[object], skip: int, first: int | None, skip_last: int
) -> AsyncGenerator[object, None]:
    held: deque[object] = deque()
    left = first
    while left != 0 and (item := await anext(items, _END)) is not _END:
        if skip > 0:
            skip -= 1
            continue
        held.append(item)
        if len(held) > skip_last:
            yield held.popleft()
            left = None if left is None else left - 1


async def _both_ends(items: AsyncIterator[object], first: int, last: int, skip: int) -> AsyncGenerator[object, None]:
    """Some of the beginning, then some of the end; `skip` is counted from the end."""
    tail: deque[object] = deque(maxlen=last + skip)
    async for item in items:
        if first > 0:
            first -= 1
            yield item
        else:
            tail.append(item)
    for item in list(tail)[: max(0, len(tail) - skip)][-last:] if last else ():
        yield item


def _same(left: object, right: object) -> bool:
    if isinstance(left, PropertyBag) and isinstance(right, PropertyBag):
        one, other = left.properties, right.properties
        return list(one) == list(other) and all(equal(one[k], other[k], case_sensitive=True) for k in one)
    return equal(left, right, case_sensitive=True)

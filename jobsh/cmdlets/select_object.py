"""Select-Object: choose objects by place, and properties by name."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._properties import with_properties
from jobsh.command.comparison import sameness
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.members import has_member
from jobsh.command.name_types import PropertyName
from jobsh.command.objects import PropertyBag, get_member
from jobsh.command.selectors import PropertySelector
from jobsh.errors import BindingError, NotFound
from jobsh.language.ast import BlockKind
from jobsh.runtime.values import unroll

_END = object()
_ALL = (PropertySelector("*", "*"),)


class SelectObject(Cmdlet):
    """Choose some of the objects of the pipeline, or some of their properties.

    -First ends the stages before it as soon as it has enough; what they did not hand over is not lost: `Receive-Job` gives it
    the next time. -Property makes new objects with the properties named (wildcards work), which may be calculated:
    `@{Label='Seconds'; Expression={ … }}`. -ExpandProperty gives the value of a property instead of an object; with -Property
    too, an object with that value's properties and those named beside them.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("Properties to keep: names, wildcards, blocks or calculated ones.", position=0, block=BlockKind.CODE),
    ] = ()
    first: Annotated[int | None, Param("How many objects to take from the beginning.", in_set="Part")] = None
    last: Annotated[int | None, Param("How many objects to take from the end.", in_set="Part")] = None
    skip: Annotated[
        int, Param("How many objects to leave out at the beginning; with -Last, at the end.", in_set="Part")
    ] = 0
    skip_last: Annotated[int, Param("How many objects to leave out at the end.", in_set="Part")] = 0
    index: Annotated[tuple[int, ...], Param("Which objects to take, counted from 0.", in_set="Index")] = ()
    skip_index: Annotated[
        tuple[int, ...], Param("Which objects to leave out, counted from 0.", in_set="SkipIndex")
    ] = ()
    unique: Annotated[bool, Param("Leave out objects that came before; case counts.")] = False
    case_insensitive: Annotated[bool, Param("Let case not count for -Unique.")] = False
    exclude_property: Annotated[
        tuple[PropertyName, ...], Param("Properties to leave out; wildcards allowed. Alone: all others stay.")
    ] = ()
    expand_property: Annotated[PropertyName, Param("The property whose value to give.")] = ""
    wait: Annotated[
        bool, Param("Let the stages before run to their end even when enough has come.", in_set=("Part", "Index"))
    ] = False
    input_object: InputObject = ()

    default_set = "Part"
    hands_on = True
    gives = "The objects chosen, or objects that have only the properties chosen."
    examples = (
        Example("1..100 | Select-Object -First 3", "The first three; nothing more is asked of the stage before."),
        Example("Get-Job | select Id, Name, State", "Only these properties.", setup="Start-Job { true } | Wait-Job"),
        Example("'b', 'a', 'b' | Select-Object -Unique", "Each once: b, a."),
        Example("'a', 'b', 'c' | Select-Object -SkipIndex 1", "All but the second: a, c."),
        Example(
            "Get-Job | Select-Object Name, @{Label='Long'; Expression={ $_.Command.Length }}", "A calculated property."
        ),
        Example(
            "Get-Job | Select-Object -ExpandProperty Command",
            "The commands, as text.",
            setup="Start-Job { true } | Wait-Job",
        ),
        Example(
            "Get-Job | Select-Object -ExcludeProperty *Id, PS* | Format-List",
            "All properties but some.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if min(self.first or 0, self.last or 0, self.skip, self.skip_last, *self.index, *self.skip_index) < 0:
            raise BindingError("places are counted from 0", error_id="ParameterArgumentValidationError")
        source = items(ctx, self.input_object)
        seen: set[object] = set()
        async with aclosing(self._chosen(source)) as chosen:
            async for item in chosen:
                async for made in self._made(item, ctx):
                    if not self.unique or self._is_new(made, seen):
                        yield made
        if self.wait:
            async for _ in source:
                pass

    def _chosen(self, source: AsyncIterator[object]) -> AsyncGenerator[object, None]:
        """The objects by their places."""
        if self.index:
            return _at(source, frozenset(self.index))
        if self.skip_index:
            return _but(source, frozenset(self.skip_index))
        if self.last is not None:
            return _both_ends(source, self.first or 0, self.last, self.skip)
        return _from_the_beginning(source, self.skip, self.first, self.skip_last)

    def _is_new(self, item: object, seen: set[object]) -> bool:
        key = sameness(item, case_sensitive=not self.case_insensitive)
        is_new = key not in seen
        seen.add(key)
        return is_new

    async def _made(self, item: object, ctx: Context) -> AsyncIterator[object]:
        if self.expand_property:
            async for part in self._expanded(item, ctx):
                yield part
        elif self.property or self.exclude_property:
            yield await with_properties(item, self.property or _ALL, self.exclude_property)
        else:
            yield item

    async def _expanded(self, item: object, ctx: Context) -> AsyncIterator[object]:
        name = self.expand_property
        if not has_member(item, name):
            await ctx.error(NotFound(f"there is no property {name}", error_id="ExpandPropertyNotFound"))
            return
        beside = await with_properties(item, self.property, self.exclude_property)
        for part in unroll(get_member(item, name)):
            if not self.property:
                yield part
                continue
            own = part if isinstance(part, PropertyBag) else PropertyBag({name: part})
            yield PropertyBag({**own.properties, **beside.properties})


async def _at(source: AsyncIterator[object], places: frozenset[int]) -> AsyncGenerator[object, None]:
    place = 0
    async for item in source:
        if place in places:
            yield item
        place += 1
        if place > max(places):
            return


async def _but(source: AsyncIterator[object], places: frozenset[int]) -> AsyncGenerator[object, None]:
    place = 0
    async for item in source:
        if place not in places:
            yield item
        place += 1


async def _from_the_beginning(
    source: AsyncIterator[object], skip: int, first: int | None, skip_last: int
) -> AsyncGenerator[object, None]:
    held: deque[object] = deque()
    left = first
    while left != 0 and (item := await anext(source, _END)) is not _END:
        if skip > 0:
            skip -= 1
            continue
        held.append(item)
        if len(held) > skip_last:
            yield held.popleft()
            left = None if left is None else left - 1


async def _both_ends(source: AsyncIterator[object], first: int, last: int, skip: int) -> AsyncGenerator[object, None]:
    """Some of the beginning, then some of the end; `skip` is counted from the end."""
    tail: deque[object] = deque(maxlen=last + skip)
    async for item in source:
        if first > 0:
            first -= 1
            yield item
        else:
            tail.append(item)
    for item in list(tail)[: max(0, len(tail) - skip)][-last:] if last else ():
        yield item

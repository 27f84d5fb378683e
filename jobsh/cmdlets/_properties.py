"""What several verbs do with properties: make objects of chosen ones, and views."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from jobsh.command.context import Context
from jobsh.command.members import get_member, has_member, properties
from jobsh.command.selectors import PropertySelector
from jobsh.command.values import PropertyBag, as_list
from jobsh.command.views import Column, Formatted, View, rows_of, shape, view_by_names, view_of
from jobsh.model.queries import has_wildcard, matches


async def with_properties(
    item: object, wanted: Sequence[PropertySelector], excluded: Sequence[str] = ()
) -> PropertyBag:
    """A new object with the properties wanted of `item`; wildcards take all that match."""
    entries: dict[str, object] = {}
    for selector in wanted:
        if selector.block is None and has_wildcard(selector.name):
            entries |= {n: v for n, v in properties(item).items() if matches(selector.name, n) and n not in entries}
        else:
            entries[_label(selector, item)] = await selector.value(item)
    return PropertyBag({n: v for n, v in entries.items() if not any(matches(pattern, n) for pattern in excluded)})


def _label(selector: PropertySelector, item: object) -> str:
    """As the object spells it, unless another label was asked for."""
    if selector.label != selector.name or not has_member(item, selector.name):
        return selector.label
    return next((n for n in properties(item) if n.casefold() == selector.name.casefold()), selector.label)


async def formatted(
    ctx: Context, wanted: Sequence[PropertySelector], look: View, *, all_properties: bool
) -> AsyncIterator[object]:
    """The input in groups of one shape, each with its view; what is text passes. `look` gives all but the columns."""
    group: list[object] = []
    async for item in ctx.input:
        if group and shape(item) != shape(group[0]):
            for shown in as_list(await _group(group, wanted, look, all_properties)):
                yield shown
            group = []
        if shape(item) is None and not wanted:
            yield item
        else:
            group.append(item)
    if group:
        for shown in as_list(await _group(group, wanted, look, all_properties)):
            yield shown


async def _group(
    group: Sequence[object], wanted: Sequence[PropertySelector], look: View, all_properties: bool
) -> Formatted | list[object]:
    if wanted:
        bags = [await with_properties(item, wanted) for item in group]
        names = dict.fromkeys(str(name) for bag in bags for name in bag.properties)
        if not names:  # `1 | Format-List *`
            return list(group)
        return Formatted(look.replace(columns=tuple(_column(name, wanted) for name in names)), tuple(bags))
    own = view_of(group[0])
    if all_properties or own is None or not own.columns:
        own = view_by_names(tuple(properties(group[0])))
        return Formatted(look.replace(columns=own.columns), tuple(group))
    return Formatted(look.replace(columns=own.columns), tuple(row for item in group for row in rows_of(item)))


def _column(name: str, wanted: Sequence[PropertySelector]) -> Column:
    said = next((s for s in wanted if s.label.casefold() == name.casefold()), PropertySelector(name))
    return Column(name, lambda bag: get_member(bag, name), said.width, said.align, said.format)

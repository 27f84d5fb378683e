"""What several verbs do with properties: make objects of chosen ones."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.command.members import has_member, properties
from jobsh.command.selectors import PropertySelector
from jobsh.command.values import PropertyBag
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
            entries[label_of(selector, item)] = await selector.value(item)
    return PropertyBag({n: v for n, v in entries.items() if not any(matches(pattern, n) for pattern in excluded)})


def label_of(selector: PropertySelector, item: object) -> str:
    """As the object spells it, unless another label was asked for."""
    if selector.label != selector.name or not has_member(item, selector.name):
        return selector.label
    return next((n for n in properties(item) if n.casefold() == selector.name.casefold()), selector.label)

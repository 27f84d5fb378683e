"""Compare-Object: what two lists have and have not in common."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator
from itertools import zip_longest
from typing import Annotated

from jobsh.cmdlets._properties import with_properties
from jobsh.cmdlets._refused import CULTURE
from jobsh.command.comparison import sameness
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import PropertySelector
from jobsh.command.values import PropertyBag
from jobsh.errors import BindingError
from jobsh.language.ast import BlockKind

_BOTH, _ONLY_DIFFERENCE, _ONLY_REFERENCE = "==", "=>", "<="


class _Entry:
    """An object with what makes it the same as another."""

    def __init__(self, item: object, shown: PropertyBag | None, key: object) -> None:
        self.item = item
        self.shown = shown
        self.key = key


_Side = tuple[_Entry, str]


class CompareObject(Cmdlet):
    """Compare two lists: `<=` stands beside what only the reference has, `=>` beside what only the other has.

    The order of the lists does not matter unless -SyncWindow says how far apart two that are the same may be. With -Property
    only these properties are compared and shown.
    """

    reference_object: Annotated[
        tuple[object, ...], Param("What to compare with.", position=0, is_mandatory=True, aliases=("ref",))
    ] = ()
    difference_object: Annotated[
        tuple[object, ...],
        Param("What is compared.", position=1, is_mandatory=True, from_pipeline=True, aliases=("diff",)),
    ] = ()
    property: Annotated[
        tuple[PropertySelector, ...],
        Param("The properties that count: names, blocks or calculated ones.", position=2, block=BlockKind.CODE),
    ] = ()
    include_equal: Annotated[bool, Param("Give what both have too, with == beside it.")] = False
    exclude_different: Annotated[bool, Param("Give only what both have.")] = False
    pass_thru: Annotated[bool, Param("Give the objects themselves instead of the comparison.")] = False
    sync_window: Annotated[
        int | None, Param("How many places apart two that are the same may be; without it, any number.")
    ] = None
    case_sensitive: Annotated[bool, Param("Let the case of letters count.")] = False

    output_types = (PropertyBag,)
    refused = CULTURE
    examples = (
        Example("Compare-Object web01, web02 web02, web03", "web03 is new (=>), web01 is gone (<=)."),
        Example("Compare-Object 1, 2, 3 2, 3, 4 -IncludeEqual", "All of them, with what both have."),
        Example("Compare-Object 1, 2 2, 3 -ExcludeDifferent -PassThru", "What both have: 2."),
        Example(
            "$before = @(Get-Job); Start-Job { true } | Out-Null; Compare-Object $before (Get-Job) -Property Name",
            "Which jobs are new.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.sync_window is not None and self.sync_window < 0:
            raise BindingError("-SyncWindow counts places", error_id="ParameterArgumentValidationError")
        for name, given in (("Reference", self.reference_object), ("Difference", self.difference_object)):
            if given == (None,):
                hint = "@(…) makes a list of nothing, one or many"
                raise BindingError(
                    f"-{name}Object is $null", hint=hint, error_id="ParameterArgumentValidationErrorNull"
                )
        reference = [await self._entry(item) for item in self.reference_object]
        difference = [await self._entry(item) for item in self.difference_object]
        both = self.include_equal or self.exclude_different
        for entry, side in compared(reference, difference, self.sync_window):
            if both if side == _BOTH else not self.exclude_different:
                yield self._result(entry, side)

    async def _entry(self, item: object) -> _Entry:
        shown = await with_properties(item, self.property) if self.property else None
        key = sameness(item if shown is None else shown, case_sensitive=self.case_sensitive)
        return _Entry(item, shown, key)

    def _result(self, entry: _Entry, side: str) -> object:
        if self.pass_thru:
            if isinstance(entry.item, PropertyBag):
                return PropertyBag({**entry.item.properties, "SideIndicator": side}, entry.item.type_name)
            return entry.item
        told = PropertyBag({"InputObject": entry.item}) if entry.shown is None else entry.shown
        return PropertyBag({**told.properties, "SideIndicator": side})


def compared(reference: list[_Entry], difference: list[_Entry], window: int | None) -> Iterator[_Side]:
    """Each entry with the side it is on: pairs as soon as they are found, then what the other side lacks."""
    waiting = {_ONLY_DIFFERENCE: _Waiting(window), _ONLY_REFERENCE: _Waiting(window)}
    for ours, theirs in zip_longest(reference, difference):
        if ours is not None and theirs is not None and ours.key == theirs.key:
            yield ours, _BOTH
            continue
        for entry, side, other in (
            (theirs, _ONLY_DIFFERENCE, _ONLY_REFERENCE),
            (ours, _ONLY_REFERENCE, _ONLY_DIFFERENCE),
        ):
            if entry is None:
                continue
            found = waiting[other].taken(entry.key)
            if found is not None:
                yield (entry if side == _ONLY_REFERENCE else found), _BOTH
            else:
                yield from ((left, side) for left in waiting[side].add(entry))
    for side, rest in waiting.items():
        yield from ((entry, side) for entry in rest.all())


class _Waiting:
    """Entries of one side for which nothing was found on the other yet, the oldest first."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._entries: dict[int, _Entry] = {}
        self._places: dict[object, deque[int]] = {}
        self._next = 0

    def add(self, entry: _Entry) -> Iterator[_Entry]:
        """Keep one; gives those that have waited long enough."""
        self._entries[self._next] = entry
        self._places.setdefault(entry.key, deque()).append(self._next)
        self._next += 1
        while self._most is not None and len(self._entries) > self._most:
            yield self._remove(next(iter(self._entries)))

    def taken(self, key: object) -> _Entry | None:
        """The oldest with this key, which then waits no more."""
        places = self._places.get(key)
        return self._remove(places[0]) if places else None

    def _remove(self, place: int) -> _Entry:
        entry = self._entries.pop(place)
        self._places[entry.key].remove(place)
        return entry

    def all(self) -> Iterator[_Entry]:
        """Those that are left."""
        return iter(self._entries.values())

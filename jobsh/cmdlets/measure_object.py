"""Measure-Object: count objects and calculate with their properties."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._measuring import Extremes, Numbers, Texts
from jobsh.cmdlets._properties import label_of
from jobsh.command.context import Context
from jobsh.command.conversion import to_number
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.members import properties
from jobsh.command.selectors import PropertySelector
from jobsh.command.text import to_text
from jobsh.command.values import PropertyBag
from jobsh.errors import NotFound, OperationError
from jobsh.language.ast import BlockKind
from jobsh.model.queries import has_wildcard, matches


class MeasureObject(Cmdlet):
    """Count the objects of the pipeline, add up or compare a property, or count the lines, words and characters of text.

    Without switches only Count is given. Objects without the property are not counted; values that are no numbers are errors
    for -Sum and -Average, the others still count. Nothing is kept of what was measured, however much it is.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("The properties to measure; without any the objects themselves.", position=0, block=BlockKind.CODE),
    ] = ()
    sum: Annotated[bool, Param("Add up.", in_set="Numbers")] = False
    average: Annotated[bool, Param("The mean.", in_set="Numbers")] = False
    minimum: Annotated[bool, Param("The smallest.", in_set="Numbers")] = False
    maximum: Annotated[bool, Param("The largest.", in_set="Numbers")] = False
    standard_deviation: Annotated[bool, Param("How far numbers are from their mean.", in_set="Numbers")] = False
    all_stats: Annotated[bool, Param("All of these.", in_set="Numbers")] = False
    line: Annotated[bool, Param("Count lines that are not empty.", in_set="Text")] = False
    word: Annotated[bool, Param("Count words.", in_set="Text")] = False
    character: Annotated[bool, Param("Count characters.", in_set="Text")] = False
    ignore_white_space: Annotated[bool, Param("Count no blanks as characters.", in_set="Text")] = False
    input_object: InputObject = ()

    default_set = "Numbers"
    gives = "One object with Count and what was asked for; a list of them for several properties."
    examples = (
        Example("1..4 | Measure-Object -Sum -Average", "10 and 2.5."),
        Example("(Get-Job | measure).Count", "How many jobs there are.", setup="Start-Job { true } | Wait-Job"),
        Example("'one two', 'three' | Measure-Object -Word -Character", "Words and characters of text."),
        Example(
            "Get-Job | Measure-Object { $_.Command.Length } -AllStats",
            "Anything that can be calculated.",
            setup="Start-Job { true } | Wait-Job",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        measured = _Measured(self._new, [s.label for s in self.property if not has_wildcard(s.name)])
        async for item in items(ctx, self.input_object):
            if not self.property:
                await measured.of("").add(item, ctx)
            for selector in self.property:
                await self._add(selector, item, measured, ctx)
        for name, measure in measured.all(is_whole=not self.property):
            if name and not measure.count:
                await ctx.error(NotFound(f"no object has a property {name}", error_id="GenericMeasurePropertyNotFound"))
            else:
                yield PropertyBag({**measure.result(), **({"Property": name} if name else {})}, "MeasureInfo")

    async def _add(self, selector: PropertySelector, item: object, measured: _Measured, ctx: Context) -> None:
        if selector.block is None and has_wildcard(selector.name):
            for name, value in properties(item).items():
                if value is not None and matches(selector.name, name):
                    await measured.of(name).add(value, ctx)
            return
        value = await selector.value(item)
        if value is not None:
            measured.spell(selector, item)
            await measured.of(selector.label).add(value, ctx)

    def _new(self) -> _OfText | _OfNumbers:
        return _OfText(self) if self.line or self.word or self.character else _OfNumbers(self)


class _Measured:
    """What is known of each property, by its name in any case."""

    def __init__(self, new: Callable[[], _OfText | _OfNumbers], labels: Sequence[str]) -> None:
        self._new = new
        self._names = {label.casefold(): label for label in labels}
        self._measures = {folded: new() for folded in self._names}
        self._spelled: set[str] = set()

    def of(self, name: str) -> _OfText | _OfNumbers:
        """The measure of a property."""
        folded = name.casefold()
        if folded not in self._measures:
            self._names[folded] = name
            self._measures[folded] = self._new()
        return self._measures[folded]

    def spell(self, selector: PropertySelector, item: object) -> None:
        """Name the property as the first object that has it does."""
        if selector.label not in self._spelled:
            self._spelled.add(selector.label)
            self._names[selector.label.casefold()] = label_of(selector, item)

    def all(self, *, is_whole: bool) -> list[tuple[str, _OfText | _OfNumbers]]:
        """Each name with its measure; `is_whole`: objects themselves are measured, even where there was none."""
        if is_whole:
            self.of("")
        return [(self._names[folded], measure) for folded, measure in self._measures.items()]


class _OfNumbers:
    """What is wanted of numbers and other values that have an order."""

    def __init__(self, asked: MeasureObject) -> None:
        self.count = 0
        self._numbers = Numbers()
        self._extremes = Extremes()
        self._wanted = {
            "Average": asked.average or asked.all_stats,
            "Sum": asked.sum or asked.all_stats,
            "Maximum": asked.maximum or asked.all_stats,
            "Minimum": asked.minimum or asked.all_stats,
            "StandardDeviation": asked.standard_deviation or asked.all_stats,
        }
        self._calculates = any(self._wanted[name] for name in ("Average", "Sum", "StandardDeviation"))
        self._compares = self._wanted["Maximum"] or self._wanted["Minimum"]

    async def add(self, value: object, ctx: Context) -> None:
        """One more value."""
        self.count += 1
        if self._compares:
            self._extremes.add(value)
        if self._calculates:
            try:
                self._numbers.add(to_number(value))
            except OperationError as error:
                await ctx.error(error)

    def result(self) -> dict[str, object]:
        """What is wanted."""
        found = {
            "Average": self._numbers.average,
            "Sum": self._numbers.sum,
            "Maximum": self._extremes.largest,
            "Minimum": self._extremes.smallest,
            "StandardDeviation": self._numbers.deviation,
        }
        return {"Count": self.count, **{name: value for name, value in found.items() if self._wanted[name]}}


class _OfText:
    """What is wanted of text."""

    def __init__(self, asked: MeasureObject) -> None:
        self.count = 0
        self._asked = asked
        self._texts = Texts(without_white_space=asked.ignore_white_space)

    async def add(self, value: object, ctx: Context) -> None:
        """One more text."""
        self.count += 1
        self._texts.add(to_text(value))

    def result(self) -> dict[str, object]:
        """What is wanted."""
        found = {
            "Lines": (self._asked.line, self._texts.lines),
            "Words": (self._asked.word, self._texts.words),
            "Characters": (self._asked.character, self._texts.characters),
        }
        return {name: count for name, (is_wanted, count) in found.items() if is_wanted}

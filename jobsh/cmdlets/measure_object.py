"""Measure-Object: count objects and calculate with their properties."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._measuring import Extremes, Numbers, Texts
from jobsh.cmdlets._properties import with_properties
from jobsh.command.context import Context
from jobsh.command.conversion import to_number
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import PropertySelector
from jobsh.command.text import to_text
from jobsh.command.values import PropertyBag
from jobsh.errors import NotFound, OperationError
from jobsh.language.ast import BlockKind
from jobsh.model.queries import has_wildcard


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
        named = [s.label.casefold() for s in self.property if not has_wildcard(s.name)]
        names: dict[str, str] = {}
        measures = {name: self._new() for name in named or ([] if self.property else [""])}
        async for item in items(ctx, self.input_object):
            if not self.property:
                await measures[""].add(item, ctx)
                continue
            found = await with_properties(item, self.property)
            for name, value in found.properties.items():
                if value is not None:
                    folded = str(name).casefold()
                    names.setdefault(folded, str(name))
                    await measures.setdefault(folded, self._new()).add(value, ctx)
        for folded, measure in measures.items():
            if folded and not measure.count:
                name = next((s.label for s in self.property if s.label.casefold() == folded), folded)
                await ctx.error(NotFound(f"no object has a property {name}", error_id="GenericMeasurePropertyNotFound"))
            else:
                about = {"Property": names[folded]} if folded else {}
                yield PropertyBag({**measure.result(), **about}, "MeasureInfo")

    def _new(self) -> _OfText | _OfNumbers:
        return _OfText(self) if self.line or self.word or self.character else _OfNumbers(self)


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

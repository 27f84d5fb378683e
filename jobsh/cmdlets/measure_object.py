"""Measure-Object: count objects and calculate with their properties."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.comparison import total_order
from jobsh.command.context import Context
from jobsh.command.conversion import to_number
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import PropertySelector
from jobsh.command.text import to_text
from jobsh.command.values import PropertyBag
from jobsh.errors import OperationError
from jobsh.language.ast import BlockKind


class MeasureObject(Cmdlet):
    """Count the objects of the pipeline, add up or compare a property, or count the lines, words and characters of text.

    Without switches only Count is given. Objects without the property are not counted; values that are no numbers are errors
    for -Sum and -Average, the others still count.
    """

    property: Annotated[
        tuple[PropertySelector, ...],
        Param("The properties to measure; without any the objects themselves.", position=0, block=BlockKind.CODE),
    ] = ()
    sum: Annotated[bool, Param("Add up.", in_set="Numbers")] = False
    average: Annotated[bool, Param("The mean.", in_set="Numbers")] = False
    minimum: Annotated[bool, Param("The smallest.", in_set="Numbers")] = False
    maximum: Annotated[bool, Param("The largest.", in_set="Numbers")] = False
    all_stats: Annotated[bool, Param("All of these.", in_set="Numbers")] = False
    line: Annotated[bool, Param("Count lines that are not empty.", in_set="Text")] = False
    word: Annotated[bool, Param("Count words.", in_set="Text")] = False
    character: Annotated[bool, Param("Count characters.", in_set="Text")] = False

    default_set = "Numbers"
    examples = (
        Example("1..4 | Measure-Object -Sum -Average", "10 and 2.5."),
        Example("(Get-Job | measure).Count", "How many jobs there are.", setup="Start-Job { true } | Wait-Job"),
        Example("'one two', 'three' | Measure-Object -Word -Character", "Words and characters of text."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        values: list[list[object]] = [[] for _ in self.property] or [[]]
        async for item in ctx.input:
            if not self.property:
                values[0].append(item)
            for selector, found in zip(self.property, values, strict=False):
                value = await selector.value(item)
                if value is not None:
                    found.append(value)
        for n, found in enumerate(values):
            name = self.property[n].label if self.property else ""
            measured = self._of_text(found) if self.line or self.word or self.character else await self._of(found, ctx)
            yield PropertyBag({**measured, **({"Property": name} if name else {})}, "MeasureInfo")

    async def _of(self, values: list[object], ctx: Context) -> dict[str, object]:
        measured: dict[str, object] = {"Count": len(values)}
        if self.sum or self.average or self.all_stats:
            numbers = [number for value in values if (number := await _number(value, ctx)) is not None]
            total = sum(numbers)
            if self.average or self.all_stats:
                measured["Average"] = total / len(numbers) if numbers else None
            if self.sum or self.all_stats:
                measured["Sum"] = total
        if self.maximum or self.all_stats:
            measured["Maximum"] = _extreme(values, 1)
        if self.minimum or self.all_stats:
            measured["Minimum"] = _extreme(values, -1)
        return measured

    def _of_text(self, values: list[object]) -> dict[str, object]:
        texts = [to_text(value) for value in values]
        counts = {
            "Lines": (self.line, sum(bool(line.strip()) for text in texts for line in text.splitlines())),
            "Words": (self.word, sum(len(text.split()) for text in texts)),
            "Characters": (self.character, sum(len(text) for text in texts)),
        }
        return {name: count for name, (is_wanted, count) in counts.items() if is_wanted}


async def _number(value: object, ctx: Context) -> int | float | None:
    try:
        return to_number(value)
    except OperationError as error:
        await ctx.error(error)
        return None


def _extreme(values: list[object], sign: int) -> object:
    found: object = None
    for n, value in enumerate(values):
        if n == 0 or total_order(value, found, False) * sign > 0:
            found = value
    return found

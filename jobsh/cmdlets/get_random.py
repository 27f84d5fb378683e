"""Get-Random: a number, or some of the objects, by chance."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.conversion import to_number
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import BindingError

_MOST = 2**31 - 1


class GetRandom(Cmdlet):
    """Give a number by chance, from -Minimum up to but without -Maximum, or some objects of the pipeline.

    With a number that is not whole on one side the result is not whole either. Not for passwords and keys.
    """

    maximum: Annotated[object, Param("The number is less than this.", position=0, in_set="Number")] = None
    minimum: Annotated[object, Param("The number is not less than this.", in_set="Number")] = 0
    count: Annotated[int, Param("How many numbers or objects.", in_set=("Number", "Objects"))] = 1
    shuffle: Annotated[bool, Param("Give all objects, in an order by chance.", in_set="Shuffle")] = False
    input_object: InputObject = ()
    set_seed: Annotated[int | None, Param("The same seed gives the same results.")] = None

    default_set = "Number"
    hands_on = True
    gives = "A number, or objects of the pipeline."
    examples = (
        Example("Get-Random -Minimum 1 -Maximum 7", "Throw a die."),
        Example("'web01', 'web02', 'web03' | Get-Random", "One of them."),
        Example("1..5 | Get-Random -Shuffle", "All of them, mixed."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.count < 1:
            raise BindingError("-Count is at least 1", error_id="ParameterArgumentValidationError")
        chance = random.Random(self.set_seed)  # noqa: S311  (says so in its help)
        if ctx.has_input or self.input_object:
            given = [item async for item in items(ctx, self.input_object)]
            for item in chance.sample(given, len(given) if self.shuffle else min(self.count, len(given))):
                yield item
            return
        for _ in range(self.count):
            yield self._number(chance)

    def _number(self, chance: random.Random) -> int | float:
        least = to_number(self.minimum)
        most = _MOST if self.maximum is None else to_number(self.maximum)
        if least >= most:
            raise BindingError(
                f"-Minimum {least} is not less than -Maximum {most}", error_id="MinGreaterThanOrEqualMax"
            )
        if any(number in (float("inf"), float("-inf")) for number in (least, most)):
            raise BindingError("-Minimum and -Maximum are finite", error_id="ParameterArgumentValidationError")
        if isinstance(least, float) or isinstance(most, float):
            return least + chance.random() * (most - least)
        return chance.randrange(least, most)

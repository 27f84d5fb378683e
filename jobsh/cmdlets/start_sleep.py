"""Start-Sleep: wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Duration
from jobsh.errors import BindingError


class StartSleep(Cmdlet):
    """Do nothing for a while. Ctrl-C ends it.

    It waits here, wherever the location is; `sleep` in shell text waits there.
    """

    seconds: Annotated[
        Duration,
        Param(
            "How long: seconds or 90s, 15m, 2h, 1d.",
            position=0,
            in_set="Seconds",
            is_mandatory=True,
            aliases=("Duration",),
        ),
    ] = 0.0
    milliseconds: Annotated[
        float, Param("How long, in milliseconds.", in_set="Milliseconds", is_mandatory=True, aliases=("ms",))
    ] = 0.0

    default_set = "Seconds"
    gives = "Nothing."
    examples = (
        Example("Start-Sleep 0.2", "A fifth of a second."),
        Example("Start-Sleep -Milliseconds 50", "The twentieth part of a second."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        seconds = self.seconds or self.milliseconds / 1000
        if seconds < 0:
            raise BindingError("the time to wait must not be negative", error_id="ParameterArgumentValidationError")
        await asyncio.sleep(seconds)
        return
        yield  # makes this a generator

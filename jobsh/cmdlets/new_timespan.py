"""New-TimeSpan: a length of time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.conversion import to_datetime
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Date
from jobsh.errors import OperationError


class NewTimeSpan(Cmdlet):
    """Give a length of time: between two dates, or of so many days, hours, minutes and seconds."""

    start: Annotated[
        Date | None, Param("The beginning; now.", position=0, in_set="Dates", aliases=("LastWriteTime",))
    ] = None
    end: Annotated[Date | None, Param("The end; now.", position=1, in_set="Dates")] = None
    days: Annotated[float, Param("Days.", in_set="Time")] = 0
    hours: Annotated[float, Param("Hours.", in_set="Time")] = 0
    minutes: Annotated[float, Param("Minutes.", in_set="Time")] = 0
    seconds: Annotated[float, Param("Seconds.", in_set="Time")] = 0
    milliseconds: Annotated[float, Param("Thousandths of a second.", in_set="Time")] = 0

    default_set = "Dates"
    gives = "TimeSpan."
    examples = (
        Example("New-TimeSpan -Hours 1 -Minutes 30", "An hour and a half."),
        Example("(New-TimeSpan 2026-03-01 2026-03-04).Days", "From one date to another: 3."),
        Example("(Get-Date) + (New-TimeSpan -Days 7)", "In a week."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        from datetime import datetime, timedelta

        if self.start is None and self.end is None:
            try:
                span = timedelta(self.days, self.seconds, 0, self.milliseconds, self.minutes, self.hours)
            except (OverflowError, ValueError):
                raise OperationError("no timespan is so long", error_id="ParameterArgumentValidationError") from None
            yield span
            return
        now = datetime.now().astimezone()
        start, end = (now if at is None else to_datetime(at) for at in (self.start, self.end))
        yield end - start

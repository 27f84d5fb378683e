"""Get-Date: what time it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.conversion import to_datetime
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.formatting import format_date
from jobsh.command.types import Date


class GetDate(Cmdlet):
    """Give the date and time of this machine, or the date given, as an object or as text.

    The object has Year, Month, Day, Hour, …, and methods such as AddDays: `(Get-Date).AddDays(-7)`.
    """

    date: Annotated[Date | None, Param("This date instead of now.", position=0)] = None
    format: Annotated[
        str, Param("Give text: yyyy-MM-dd HH:mm:ss, o, … or, with a % in it, as strftime has it.", in_set="Format")
    ] = ""
    as_utc: Annotated[bool, Param("In UTC instead of local time.")] = False

    examples = (
        Example("Get-Date -Format yyyy-MM-dd", "Today."),
        Example("(Get-Date).AddHours(-1)", "An hour ago."),
        Example("Get-Date 2026-03-04 -Format dddd", "The day of the week: Wednesday."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        from datetime import UTC, datetime

        at = to_datetime(self.date) if self.date is not None else datetime.now().astimezone()
        if self.as_utc:
            at = at.astimezone(UTC)
        yield format_date(at, self.format) if self.format else at

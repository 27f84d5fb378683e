"""Get-Date: what time it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from jobsh.command.context import Context
from jobsh.command.conversion import to_datetime
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.formatting import format_date
from jobsh.command.types import Date
from jobsh.errors import BindingError

_FILE = {
    "filedate": "yyyyMMdd",
    "filedateuniversal": "yyyyMMddZ",
    "filedatetime": "yyyyMMddTHHmmssffff",
    "filedatetimeuniversal": "yyyyMMddTHHmmssffffZ",
}
"""Formats by name, for the names of files."""
_PARTS = ("year", "month", "day", "hour", "minute", "second")


class GetDate(Cmdlet):
    """Give the date and time of this machine, or the date given, as an object or as text.

    The object has Year, Month, Day, Hour, …, and methods such as AddDays: `(Get-Date).AddDays(-7)`. Parts that are given
    replace those of the date.
    """

    date: Annotated[
        Date | None,
        Param(
            "This date instead of now.", position=0, in_set=("Date", "Format", "UFormat"), aliases=("LastWriteTime",)
        ),
    ] = None
    unix_time_seconds: Annotated[
        float | None, Param("Seconds since 1970 instead of now.", in_set="Unix", aliases=("UnixTime",))
    ] = None
    year: Annotated[int | None, Param("Another year.")] = None
    month: Annotated[int | None, Param("Another month, 1 to 12.")] = None
    day: Annotated[int | None, Param("Another day of the month.")] = None
    hour: Annotated[int | None, Param("Another hour, 0 to 23.")] = None
    minute: Annotated[int | None, Param("Another minute.")] = None
    second: Annotated[int | None, Param("Another second.")] = None
    millisecond: Annotated[int | None, Param("Another thousandth of a second.")] = None
    format: Annotated[
        str,
        Param(
            "Give text: yyyy-MM-dd HH:mm:ss, o, FileDateTime, … or, with a % in it, as strftime has it.",
            in_set=("Format", "Unix"),
        ),
    ] = ""
    u_format: Annotated[
        str,
        Param("Give text as date(1) has it: %Y-%m-%d %H:%M, with or without a +.", in_set="UFormat", name="UFormat"),
    ] = ""
    as_utc: Annotated[bool, Param("In UTC instead of local time.")] = False

    default_set = "Date"
    refused = (Refused("DisplayHint", "a date is shown whole", "choose what to show with -Format"),)
    gives = "DateTime; with -Format or -UFormat a String."
    examples = (
        Example("Get-Date -Format yyyy-MM-dd", "Today."),
        Example("(Get-Date).AddHours(-1)", "An hour ago."),
        Example("Get-Date 2026-03-04 -Format dddd", "The day of the week: Wednesday."),
        Example("Get-Date -UFormat %s", "Seconds since 1970."),
        Example("Get-Date -Hour 0 -Minute 0 -Second 0", "When today began."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        from datetime import UTC

        at = self._with_parts(self._date())
        pattern = _FILE.get(self.format.casefold(), self.format)
        if self.as_utc or self.format.casefold().endswith("universal"):
            at = at.astimezone(UTC)
        if self.u_format:
            yield str(at.strftime(self.u_format.removeprefix("+")))
        else:
            yield format_date(at, pattern) if pattern else at

    def _date(self) -> Any:
        from datetime import datetime

        given = self.date if self.unix_time_seconds is None else self.unix_time_seconds
        return datetime.now().astimezone() if given is None else to_datetime(given)

    def _with_parts(self, at: Any) -> Any:
        parts = {name: value for name in _PARTS if (value := getattr(self, name)) is not None}
        if self.millisecond is not None:
            parts["microsecond"] = self.millisecond * 1000
        if not parts:
            return at
        try:
            return at.replace(**parts, tzinfo=None).astimezone()
        except ValueError as error:
            raise BindingError(f"there is no such date: {error}", error_id="ParameterArgumentValidationError") from None

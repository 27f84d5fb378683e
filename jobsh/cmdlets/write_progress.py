"""Write-Progress: how far it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.errors import BindingError

_WHOLE = 100
_UNKNOWN = -1


class WriteProgress(Cmdlet):
    """Show in one passing line how far a long command is, where there is a terminal; the newest is shown.

    It goes when something is printed, and with -Completed. `$ProgressPreference = 'SilentlyContinue'` shows none.
    """

    activity: Annotated[str, Param("What is done.", position=0)] = ""
    status: Annotated[str, Param("What it is at now.", position=1)] = ""
    id: Annotated[int, Param("Which of several activities: the newest is shown, whichever it is.", position=2)] = 0
    percent_complete: Annotated[int, Param("How far it is, from 0 to 100; -1: not known.")] = _UNKNOWN
    seconds_remaining: Annotated[int, Param("How long it will take; -1: not known.")] = _UNKNOWN
    current_operation: Annotated[str, Param("What of it is done now.")] = ""
    parent_id: Annotated[int, Param("The activity that this one is a part of.")] = _UNKNOWN
    source_id: Annotated[int, Param("Where it comes from.")] = 0
    completed: Annotated[bool, Param("Take the line away.")] = False

    gives = "Nothing."
    examples = (
        Example("Write-Progress Copying 'file 3 of 10' -PercentComplete 30", "A line with a bar."),
        Example(
            "1..3 | % { Write-Progress Counting -PercentComplete ($_ * 33); $_ }; Write-Progress Counting -Completed",
            "In a loop.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not _UNKNOWN <= self.percent_complete <= _WHOLE:
            raise BindingError("-PercentComplete is from 0 to 100", error_id="ParameterArgumentValidationError")
        if self.completed:
            ctx.progress(self.activity, 0, 0)
        elif self.percent_complete == _UNKNOWN:
            ctx.progress(self._text(), 0, _UNKNOWN)
        else:
            ctx.progress(self._text(), self.percent_complete, _WHOLE)
        return
        yield  # makes this a generator

    def _text(self) -> str:
        left = f"{self.seconds_remaining} s left" if self.seconds_remaining >= 0 else ""
        return ": ".join(part for part in (self.activity, self.status, self.current_operation, left) if part)

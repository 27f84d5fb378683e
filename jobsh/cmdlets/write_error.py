"""Write-Error: an error that ends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.members import get_member
from jobsh.command.text import to_text
from jobsh.command.type_names import type_name
from jobsh.errors import BindingError
from jobsh.model.records import ErrorRecord


class WriteError(Cmdlet):
    """Write an error record: it is shown, kept in $Error, and the next statement runs.

    `-ErrorAction Stop` makes it end the script, `throw` always does.
    """

    message: Annotated[
        str, Param("What went wrong.", position=0, in_set=("Message", "Exception"), aliases=("Msg",))
    ] = ""
    exception: Annotated[
        object, Param("What went wrong, as $_.Exception has it; -Message says it better.", in_set="Exception")
    ] = None
    error_record: Annotated[
        object, Param("An error that was caught, to be written again.", in_set="ErrorRecord", is_mandatory=True)
    ] = None
    category: Annotated[str, Param("A word for the kind of error.")] = "NotSpecified"
    error_id: Annotated[str, Param("A word that scripts can compare.")] = ""
    target_object: Annotated[object, Param("What the error is about.")] = None
    recommended_action: Annotated[str, Param("What to try; shown as a hint.")] = ""

    default_set = "Message"
    refused = tuple(
        Refused(f"Category{part}", "the category of an error is one word", "say it with -Category")
        for part in ("Activity", "Reason", "TargetName", "TargetType")
    )
    gives = "Nothing."
    examples = (
        Example("Write-Error 'no backup today'", "An error; the status of the statement is 1.", status=1),
        Example("try { Write-Error boom -ErrorAction Stop } catch { $_.Message }", "An error that catch takes."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.error_record is not None:
            await ctx.error(self._again(self.error_record))
        elif self.message or self.exception is not None:
            await ctx.error(self._record(self.message or _message_of(self.exception)))
        async for item in ctx.input:
            await ctx.error(item if isinstance(item, ErrorRecord) else self._record(to_text(item)))
        return
        yield  # makes this a generator

    def _again(self, record: object) -> ErrorRecord:
        """The record caught, with what is said of it here."""
        if not isinstance(record, ErrorRecord):
            raise BindingError(f"-ErrorRecord: {type_name(record)} is no error", hint="catch gives one as $_")
        said = {"error_id": self.error_id, "hint": self.recommended_action, "target": self.target_object}
        return record.replace(**{name: value for name, value in said.items() if value})

    def _record(self, message: str) -> ErrorRecord:
        return ErrorRecord(
            message, self.category, self.error_id or "WriteError", self.target_object, hint=self.recommended_action
        )


def _message_of(exception: object) -> str:
    return to_text(get_member(exception, "Message") or exception)

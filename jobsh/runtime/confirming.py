"""`-WhatIf`, `-Confirm` and the action Inquire: what would be done is said, or asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobsh.command.text import to_text
from jobsh.errors import OperationError
from jobsh.model.records import Stream, StreamRecord
from jobsh.runtime.frame import Frame
from jobsh.runtime.streams import Where

if TYPE_CHECKING:
    from jobsh.command.common import CommonParameters

_ASKING = ("low", "medium")
"""The values of `$ConfirmPreference` at which every cmdlet that changes something asks."""
_CHOICES = '[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [?] Help (default is "Y"): '
_HELP = """Y - Do it.
A - Do it, and all that this command would still ask about.
N - Do not do it; go on with the next.
L - Do neither it nor all that this command would still ask about.
"""
_CONTINUE = '[Y] Yes  [H] Halt Command  [?] Help (default is "Y"): '
_CONTINUE_HELP = """Y - Go on.
H - End here, as -ErrorAction Stop does.
"""


class Confirming:
    """The answers that one call was given."""

    def __init__(self, frame: Frame, common: CommonParameters, where: Where) -> None:
        self._frame = frame
        self._common = common
        self._where = where
        self._all: bool | None = None
        """The answer for all that is still to be asked."""

    async def should_process(self, action: str, what: str) -> bool:
        """Whether to do it."""
        text = f'Performing the operation "{action}" on target "{what}".'
        given = self._common.what_if
        if given if given is not None else self._frame.scope.get("WhatIfPreference"):
            record = StreamRecord(Stream.INFORMATION, f"What if: {text}")
            await self._frame.streams.write(Stream.INFORMATION, record, self._where)
            return False
        if self._all is not None or not self._asks():
            return self._all is not False
        return await self._is_confirmed(text)

    def _asks(self) -> bool:
        if self._common.confirm is not None:
            return self._common.confirm
        return to_text(self._frame.scope.get("ConfirmPreference")).lower() in _ASKING

    async def _is_confirmed(self, text: str) -> bool:
        question = f"Confirm\nAre you sure you want to perform this action?\n{text}\n{_CHOICES}"
        answer = await ask(
            self._frame,
            question,
            "yanl",
            _HELP,
            "-Confirm needs somebody to ask",
            "leave it out, or give -Confirm:$false",
        )
        if answer in ("a", "l"):
            self._all = answer == "a"
        return answer in ("y", "a")


async def may_go_on(text: str, frame: Frame) -> bool:
    """The action Inquire: whether to go on after an error, a warning, …."""
    question = f"Confirm\n{text}\n{_CONTINUE}"
    nobody, instead = "the action Inquire needs somebody to ask", "SilentlyContinue, Continue and Stop ask nobody"
    return await ask(frame, question, "yh", _CONTINUE_HELP, nobody, instead) == "y"


async def ask(frame: Frame, question: str, choices: str, help_text: str, nobody: str, instead: str) -> str:
    """The letter of the answer; Return is the first choice. Raises OperationError where nobody can be asked: what to do `instead`."""
    outside = frame.shell.outside
    while True:
        answer = await outside.choose(question, choices + "?", default=choices[0])
        if answer is None and not outside.is_interactive:
            raise OperationError(nobody, hint=instead, error_id="NonInteractive")
        if answer != "?":
            return answer or "n"
        question = help_text + question.splitlines()[-1]

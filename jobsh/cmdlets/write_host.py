"""Write-Host: a message for people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.command.values import as_list
from jobsh.model.records import Stream, StreamRecord

_COLOURS = {
    "Black": 30, "DarkRed": 31, "DarkGreen": 32, "DarkYellow": 33, "DarkBlue": 34, "DarkMagenta": 35, "DarkCyan": 36,
    "Gray": 37, "DarkGray": 90, "Red": 91, "Green": 92, "Yellow": 93, "Blue": 94, "Magenta": 95, "Cyan": 96, "White": 97,
}  # fmt: skip
_BACKGROUND = 10
"""What a colour's number is larger by as a background."""
Colour = Literal[
    "Black", "DarkRed", "DarkGreen", "DarkYellow", "DarkBlue", "DarkMagenta", "DarkCyan", "Gray",
    "DarkGray", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White",
]  # fmt: skip


class WriteHost(Cmdlet):
    """Show text to the user without writing it to the pipeline.

    It goes to the information stream (6): `6> FILE` keeps it, `6>$null` hides it.
    """

    value: Annotated[tuple[object, ...], Param("What to show.", position=0, takes_rest=True, name="Object")] = ()
    separator: Annotated[str, Param("What stands between the values.")] = " "
    no_newline: Annotated[bool, Param("Go on in the same line.")] = False
    foreground_color: Annotated[Colour | None, Param("The colour of the text, on a terminal.", aliases=("fg",))] = None
    background_color: Annotated[Colour | None, Param("The colour behind it, on a terminal.", aliases=("bg",))] = None

    gives = "Nothing."
    examples = (
        Example("Write-Host starting", "Tell the user something."),
        Example(
            "Write-Host -NoNewline 'copying … '; Write-Host done -ForegroundColor Green", "One line, in two steps."
        ),
        Example("$r = & { Write-Host 'working …'; 42 }; $r", "The message is shown at once and is not in $r."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.value or not ctx.has_input:
            await self._show(list(self.value), ctx)
        async for item in ctx.input:
            await self._show([item], ctx)
        return
        yield  # makes this a generator

    async def _show(self, values: list[object], ctx: Context) -> None:
        items = [to_text(item) for value in values for item in as_list(value)]
        text = self.separator.join(items)
        record = StreamRecord(Stream.INFORMATION, text, ended=not self.no_newline, colours=self._colours())
        await ctx.write(Stream.INFORMATION, record)

    def _colours(self) -> tuple[int, ...]:
        front = (_COLOURS[self.foreground_color],) if self.foreground_color else ()
        back = (_COLOURS[self.background_color] + _BACKGROUND,) if self.background_color else ()
        return front + back

"""Objects for pipes and files: the plain tables and lists of `command.text_format`."""

from __future__ import annotations

from collections.abc import Iterator

from jobsh.command.text_format import Drawing


class PlainDrawing:
    """Draws objects that have a view. How fast they come makes no difference to how they look."""

    is_waiting = False

    def __init__(self, width: int) -> None:
        self._drawing = Drawing(width)

    def add(self, value: object) -> Iterator[str]:
        """What can be drawn now that `value` came."""
        return self._drawing.add(value)

    def settle(self) -> Iterator[str]:
        """Nothing: rows wait until enough of them, or the end, have come."""
        return iter(())

    def end(self) -> Iterator[str]:
        """What waits."""
        return self._drawing.end()

"""One line that says how far a long command is. Gone before anything else is printed, so that nothing is torn."""

from __future__ import annotations

from jobsh.model.safe_text import visible
from jobsh.render.palette import CYAN, Palette

ERASE = "\r\x1b[K"
_BAR = 20


def progress_line(activity: str, done: int, total: int, width: int, palette: Palette) -> str:
    """`activity [#####     ] 5/20`, in one line of the terminal."""
    done = min(max(done, 0), total)
    full = _BAR * done // total if total else 0
    bar = f" [{'#' * full}{' ' * (_BAR - full)}] {done}/{total}"
    room = max(width - 1 - len(bar), 0)
    text = visible(activity)
    shown = text if len(text) <= room else text[: max(room - 1, 0)] + "…"[:room]
    return palette.paint((shown + bar)[: max(width - 1, 1)], CYAN)

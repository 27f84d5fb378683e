"""The colours: which are used for what, and whether any are."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from jobsh.model.job_state import JobState
from jobsh.model.safe_text import RESET
from jobsh.model.session import SessionState

_HOSTS = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)
"""Neither red, which is for errors, nor the black and white of text."""

BOLD, FAINT, RED, GREEN, YELLOW, MAGENTA, CYAN = 1, 2, 31, 32, 33, 35, 36

STATES: dict[str, int] = {
    JobState.RUNNING: GREEN,
    JobState.NOT_STARTED: FAINT,
    JobState.COMPLETED: CYAN,
    JobState.FAILED: RED,
    JobState.STOPPED: YELLOW,
    JobState.STOPPING: YELLOW,
    JobState.BLOCKED: YELLOW,
    JobState.SUSPENDED: YELLOW,
    JobState.SUSPENDING: YELLOW,
    JobState.DISCONNECTED: MAGENTA,
    JobState.UNKNOWN: MAGENTA,
    SessionState.OPENING: YELLOW,
    SessionState.OPENED: GREEN,
    SessionState.BROKEN: RED,
    SessionState.CLOSED: FAINT,
}


class Palette:
    """Paints text, or leaves it as it is."""

    def __init__(self, *, has_colours: bool) -> None:
        self.has_colours = has_colours

    def paint(self, text: str, colour: int) -> str:
        """The text in a colour."""
        return f"\x1b[{colour}m{text}{RESET}" if self.has_colours and text else text

    def host(self, name: str) -> str:
        """The prefix of a host's lines, `web01: `, in the colour that this host always has."""
        return self.paint(f"{name}:", host_colour(name)) + " "


def host_colour(name: str) -> int:
    """The colour of a host: the same in every shell, every day."""
    return _HOSTS[zlib.crc32(name.encode("utf-8", "surrogateescape")) % len(_HOSTS)]


def wants_colours(choice: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """What `--color auto|always|never`, NO_COLOR and the terminal together mean."""
    if choice != "auto":
        return choice == "always"
    return is_terminal and not environment.get("NO_COLOR") and environment.get("TERM", "dumb") != "dumb"

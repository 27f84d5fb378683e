"""The text of the prompt: where the next statement will run, and in which directory."""

from __future__ import annotations

import os
import pwd

from jobsh.model.safe_text import visible
from jobsh.model.session import Session, SessionState
from jobsh.render.palette import host_colour

_LONGEST_DIRECTORY = 40
_COLOURS = {
    32: "ansigreen", 33: "ansiyellow", 34: "ansiblue", 35: "ansimagenta", 36: "ansicyan",
    92: "ansibrightgreen", 93: "ansibrightyellow", 94: "ansibrightblue", 95: "ansibrightmagenta", 96: "ansibrightcyan",
}  # fmt: skip

Pieces = list[tuple[str, str]]
"""Styles and texts."""


def prompt_line(session: Session | None, directory: str, home: str, *, is_known: bool = True) -> Pieces:
    """`jobsh ~> ` here, `web01 ~> ` in an entered session. Not known: as it was last, as nobody answers now."""
    place = ("class:prompt.place", "jobsh")
    if session is not None:
        colour = _COLOURS[host_colour(session.computer_name)]
        place = (f"class:prompt.place {colour}", visible(_named(session)))
    return [
        place,
        *(_state(session) if is_known else [("class:prompt.state", " (no answer)")]),
        ("", " "),
        ("class:prompt.directory", shown_directory(directory, home)),
        ("", "> "),
    ]


def _named(session: Session) -> str:
    """The host as the user named it, with who is logged in there where that is somebody else than here."""
    name = session.computer_name
    is_another = session.user and session.user != local_user()
    return f"{session.user}@{name}" if is_another and "@" not in name else name


def local_user() -> str:
    """Who we are on this machine."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's arbitrary uid
        return ""


def lost_prompt_line(*, is_entered: bool) -> Pieces:
    """For when nobody can say where we are: the engine went and took the session with it."""
    place = ("class:prompt.state", "session lost") if is_entered else ("class:prompt.place", "jobsh ?")
    return [place, ("", "> ")]


def _state(session: Session | None) -> Pieces:
    if session is None or session.state is SessionState.OPENED:
        return []
    return [("class:prompt.state", f" ({session.state})")]


def shown_directory(directory: str, home: str) -> str:
    """The directory with `~` for the home, its beginning cut where it is long."""
    home = home.rstrip("/")
    if home and (directory == home or directory.startswith(home + "/")):
        directory = "~" + directory[len(home) :]
    shown = visible(directory) or "?"
    return shown if len(shown) <= _LONGEST_DIRECTORY else "…" + shown[1 - _LONGEST_DIRECTORY :]

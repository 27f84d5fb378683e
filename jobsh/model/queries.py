"""How jobs and sessions are selected."""

from __future__ import annotations

import re
from functools import lru_cache

from jobsh.model.ids import InstanceId, JobId, SessionId
from jobsh.model.job_state import JobState
from jobsh.model.struct import Struct


class JobQuery(Struct):
    """All given conditions must hold; nothing given selects all. Names and commands take wildcards (`*`, `?`, `[a-z]`)."""

    ids: tuple[JobId, ...] = ()
    names: tuple[str, ...] = ()
    instance_ids: tuple[InstanceId, ...] = ()
    state: JobState | None = None
    commands: tuple[str, ...] = ()


class SessionQuery(Struct):
    """All given conditions must hold; nothing given selects all that are not temporary."""

    ids: tuple[SessionId, ...] = ()
    names: tuple[str, ...] = ()
    instance_ids: tuple[InstanceId, ...] = ()
    computer_names: tuple[str, ...] = ()
    asks_place: bool = True
    """Whether the directory that each is in must be the one of now: its host is asked after a command that could move it."""


def has_wildcard(text: str) -> bool:
    """Whether `text` is a pattern rather than a literal name."""
    return any(c in text for c in "*?[")


def matches(pattern: str, text: str) -> bool:
    """PowerShell's `-like`: `*`, `?`, `[a-f]`, backtick escapes; case-insensitive."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, *, case_sensitive: bool = False) -> re.Pattern[str]:
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        c = pattern[at]
        end = pattern.find("]", at + 2) if c == "[" else -1
        if c == "`" and at + 1 < len(pattern):
            at += 1
            parts.append(re.escape(pattern[at]))
        elif c == "*":
            parts.append(".*")
        elif c == "?":
            parts.append(".")
        elif end > 0:
            inside = pattern[at + 1 : end].replace("\\", "\\\\").replace("^", "\\^").replace("[", "\\[")
            parts.append(f"[{inside}]")
            at = end
        else:
            parts.append(re.escape(c))
        at += 1
    flags = re.DOTALL if case_sensitive else re.DOTALL | re.IGNORECASE
    try:
        return re.compile("".join(parts), flags)
    except re.error:  # [z-a]: then the text stands for itself
        return re.compile(re.escape(pattern), flags)


def is_command(pattern: str, command: str) -> bool:
    """Whether a job's command is this text, blanks around it and case aside, or matches the pattern."""
    pattern, command = pattern.strip(), command.strip()
    return pattern.casefold() == command.casefold() or matches(pattern, command)


def matches_case(pattern: str, text: str) -> bool:
    """`-clike`: as `matches`, but case counts."""
    return _compiled(pattern, case_sensitive=True).fullmatch(text) is not None

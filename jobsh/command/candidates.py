"""What completion offers, and what it may ask of the world. No prompt library here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from jobsh.model.job import Job
from jobsh.model.session import Session
from jobsh.model.struct import Struct


class Candidate(Struct):
    """One thing that could stand at the cursor."""

    text: str
    """What is inserted."""
    description: str = ""
    """Shown beside it: the state of a job, the help of a parameter."""
    ends_word: bool = True
    """Whether a blank may follow; False for a directory."""


class CompletionContext(Protocol):
    """The world as completion sees it, at the location. Answers quickly or not at all."""

    async def jobs(self) -> Sequence[Job]:
        """The jobs of the location."""

    async def sessions(self) -> Sequence[Session]:
        """The open sessions."""

    async def hosts(self) -> Sequence[str]:
        """The hosts named in the user's ssh configuration and known_hosts."""

    async def paths(self, prefix: str, session: Session | None = None) -> Sequence[Candidate]:
        """Files and directories at the location, or the session's, that begin with `prefix` (which may begin with `~/`), whole and unquoted; a
        directory ends in a slash and has `ends_word` False."""

    def variables(self) -> Sequence[str]:
        """The names of all variables, those of the environment as `env:NAME`."""

    def value(self, variable: str) -> object:
        """The value of a variable; None where there is none."""

    def commands(self) -> Sequence[str]:
        """All cmdlets and functions."""

    def aliases(self) -> Mapping[str, str]:
        """All aliases, the user's too, with what each stands for."""

    def topics(self) -> Sequence[str]:
        """The about_* topics."""

    async def programs(self, prefix: str) -> Sequence[str]:
        """Programs of the location that begin with `prefix`."""


def offer(candidates: Iterable[Candidate], prefix: str) -> list[Candidate]:
    """Those that begin so, in any case, each text once."""
    seen: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.text.casefold().startswith(prefix.casefold()):
            seen.setdefault(candidate.text, candidate)
    return list(seen.values())

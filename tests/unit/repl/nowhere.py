"""A world for completion in which there is nothing but jobsh's own commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jobsh.cmdlets import CMDLETS
from jobsh.command.candidates import Candidate
from jobsh.model.job import Job
from jobsh.model.session import Session


class Nowhere:
    """Implements `command.candidates.CompletionContext`."""

    async def jobs(self) -> Sequence[Job]:
        return ()

    async def sessions(self) -> Sequence[Session]:
        return ()

    async def hosts(self) -> Sequence[str]:
        return ()

    async def paths(self, prefix: str, session: Session | None = None) -> Sequence[Candidate]:
        return ()

    def variables(self) -> Sequence[str]:
        return ()

    def value(self, variable: str) -> object:
        return None

    def commands(self) -> Sequence[str]:
        return tuple(CMDLETS)

    def aliases(self) -> Mapping[str, str]:
        return {}

    def topics(self) -> Sequence[str]:
        return ()

    async def programs(self, prefix: str) -> Sequence[str]:
        return ()

"""Look-up of commands, as Get-Command, Get-Help and Get-Alias see them. Implemented by `runtime`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from jobsh.command.script_block import ScriptBlock
from jobsh.command.spec import CmdletSpec


class Commands(Protocol):
    """Look-up of commands; the registry of cmdlets and the functions defined so far."""

    def names(self) -> tuple[str, ...]:
        """All Verb-Noun names and functions, sorted."""

    def aliases(self) -> Mapping[str, str]:
        """Alias → name."""

    def is_own_alias(self, name: str) -> bool:
        """Whether the user made the alias."""

    def set_alias(self, name: str, definition: str | None) -> None:
        """Let a name stand for a command from now on; None: no more."""

    def resolve(self, name: str) -> str | None:
        """The Verb-Noun or function an alias or name (any case) stands for."""

    def function(self, name: str) -> ScriptBlock | None:
        """The body of a function."""

    def spec(self, name: str) -> CmdletSpec | None:
        """The declaration of the cmdlet a name or alias stands for; None for a function or an unknown name."""

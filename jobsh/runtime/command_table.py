"""All commands by name: the registry's cmdlets with the functions defined so far. Implements `command.context.Commands`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jobsh.command.registry import Registry

if TYPE_CHECKING:
    from jobsh.command.script_block import ScriptBlock
    from jobsh.command.spec import CmdletSpec
    from jobsh.runtime.shell import Shell


class CommandTable:
    """What Get-Command, Get-Help and `&` look commands up in."""

    def __init__(self, registry: Registry, shell: Shell) -> None:
        self._registry = registry
        self._shell = shell

    def names(self) -> tuple[str, ...]:
        """All Verb-Noun names and functions, sorted."""
        functions = (function.name for function in self._shell.functions.values())
        return tuple(sorted({*self._registry.names(), *functions}, key=str.casefold))

    def aliases(self) -> Mapping[str, str]:
        """Alias → name."""
        return dict(sorted({**self._registry.aliases(), **self._shell.aliases}.items()))

    def is_own_alias(self, name: str) -> bool:
        """Whether the user made the alias."""
        return name.casefold() in self._shell.aliases

    def set_alias(self, name: str, definition: str | None) -> None:
        """Let a name stand for a command from now on; None: no more."""
        if definition is None:
            self._shell.aliases.pop(name.casefold(), None)
        else:
            self._shell.aliases[name.casefold()] = definition

    def resolve(self, name: str) -> str | None:
        """The function or Verb-Noun that a name or alias stands for."""
        name = self._shell.aliases.get(name.casefold(), name)
        function = self._shell.functions.get(name.casefold())
        return function.name if function is not None else self._registry.resolve_after_pipe(name)

    def spec(self, name: str) -> CmdletSpec | None:
        """The declaration of a cmdlet; None for a function or an unknown name."""
        name = self._shell.aliases.get(name.casefold(), name)
        if name.casefold() in self._shell.functions or self._registry.resolve_after_pipe(name) is None:
            return None
        return self._registry.spec(name)

    def function(self, name: str) -> ScriptBlock | None:
        """The body of a function."""
        found = self._shell.functions.get(name.casefold())
        if found is None:
            return None
        return found.block(self._shell.top_frame())

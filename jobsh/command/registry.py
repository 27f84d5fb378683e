"""All cmdlets by name and alias. Cheap to make: a verb is imported when it is named."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from jobsh.errors import CommandNotFound
from jobsh.language.ast import BlockKind
from jobsh.model.struct import Struct

if TYPE_CHECKING:
    from jobsh.command.spec import CmdletSpec


EXIT = "exit"
"""Shared with the shells like some aliases, but a statement of the language and no cmdlet."""


class CmdletEntry(Struct):
    """One row of the table of cmdlets."""

    name: str
    """`Stop-Job`."""
    module: str
    class_name: str
    aliases: tuple[str, ...] = ()
    after_pipe_aliases: tuple[str, ...] = ()
    """Names of programs or builtins, which count only after a `|`."""
    shared: tuple[str, ...] = ()
    """Those of the aliases that are shell builtins too (`jobs`, `wait`)."""


class Registry:
    """The cmdlets of a table."""

    def __init__(self, table: Mapping[str, CmdletEntry]) -> None:
        self._table = table
        self._by_name = {name.casefold(): name for name in table}
        self._aliases = {alias.casefold(): entry.name for entry in table.values() for alias in entry.aliases}
        self._after_pipe = {a.casefold(): entry.name for entry in table.values() for a in entry.after_pipe_aliases}
        self._shared = frozenset(s for entry in table.values() for s in entry.shared)
        self._specs: dict[str, CmdletSpec] = {}

    def names(self) -> tuple[str, ...]:
        """All Verb-Noun names, sorted."""
        return tuple(sorted(self._table))

    def aliases(self) -> dict[str, str]:
        """Alias → Verb-Noun, those that count only after a pipe included, sorted."""
        spelled = {
            alias: entry.name for entry in self._table.values() for alias in (*entry.aliases, *entry.after_pipe_aliases)
        }
        return dict(sorted(spelled.items()))

    def entry(self, name: str) -> CmdletEntry:
        """The row of a cmdlet, by its Verb-Noun."""
        return self._table[name]

    def resolve(self, name: str) -> str | None:
        """The Verb-Noun that a name or alias (any case) stands for."""
        folded = name.casefold()
        return self._by_name.get(folded) or self._aliases.get(folded)

    def resolve_after_pipe(self, name: str) -> str | None:
        """As `resolve`, for a name after a `|`."""
        return self._after_pipe.get(name.casefold()) or self.resolve(name)

    def is_after_pipe_only(self, name: str) -> bool:
        """Whether the name counts only after a `|`."""
        return name.casefold() in self._after_pipe

    def is_shared(self, name: str) -> bool:
        """Whether the name is a shell builtin's too."""
        return name.casefold() in self._shared

    def spec(self, name: str) -> CmdletSpec:
        """The declaration of a cmdlet by its name or alias; imports the verb."""
        found = self.resolve_after_pipe(name)
        if found is None:
            raise CommandNotFound(
                f"there is no command {name}", hint=self._hint(name), error_id="CommandNotFoundException"
            )
        if found not in self._specs:
            self._specs[found] = self._read(self._table[found])
        return self._specs[found]

    def suggest(self, name: str) -> str | None:
        """The nearest known name."""
        from difflib import get_close_matches

        found = get_close_matches(name.casefold(), [*self._by_name, *self._aliases], 1, 0.7)
        return (self._by_name.get(found[0]) or found[0]) if found else None

    def vocabulary(
        self,
        functions: Container[str] = (),
        is_assigned: Callable[[str], bool] = lambda name: False,
        is_switch: Callable[[str, str], bool] = lambda function, parameter: False,
        aliases: Mapping[str, str] = MappingProxyType({}),
    ) -> RegistryVocabulary:
        """What the parser must know: the cmdlets, the functions defined and the user's aliases (names in lower case), the
        variables assigned."""
        return RegistryVocabulary(self, functions, is_assigned, is_switch, aliases)

    def _hint(self, name: str) -> str:
        nearest = self.suggest(name)
        return f"did you mean {nearest}?" if nearest else "Get-Command lists all commands"

    @staticmethod
    def _read(entry: CmdletEntry) -> CmdletSpec:
        from importlib import import_module

        from jobsh.command.spec import spec_of

        cls = getattr(import_module(entry.module), entry.class_name)
        return spec_of(cls, entry.name, (*entry.aliases, *entry.after_pipe_aliases))


class RegistryVocabulary:
    """The registry, with functions and variables laid over it, as the parser asks it (`language.ast.Vocabulary`)."""

    def __init__(
        self,
        registry: Registry,
        functions: Container[str],
        is_assigned: Callable[[str], bool],
        is_switch: Callable[[str, str], bool],
        aliases: Mapping[str, str],
    ) -> None:
        self._registry = registry
        self._aliases = aliases
        self._functions = functions
        self._is_assigned = is_assigned
        self._is_switch = is_switch

    def canonical(self, name: str) -> str | None:
        """The function (as spelled) or Verb-Noun that `name` stands for."""
        name = self._aliases.get(name.casefold(), name)
        if name.casefold() in self._functions:
            return name
        return EXIT if name.casefold() == EXIT else self._registry.resolve(name)

    def after_pipe(self, name: str) -> str | None:
        """The command for a name that counts only after a `|`."""
        return self._registry.resolve_after_pipe(name) if self._registry.is_after_pipe_only(name) else None

    def is_shared(self, name: str) -> bool:
        """Whether the name is a shell builtin's too."""
        is_shared = name.casefold() == EXIT or self._registry.is_shared(name)
        return is_shared and name.casefold() not in self._functions and name.casefold() not in self._aliases

    def block_kind(self, command: str, parameter: str | None, position: int) -> BlockKind:
        """How a block given to this parameter is read."""
        if self._is_function(command):
            return BlockKind.HOST_SCRIPT
        spec = self._registry.spec(command)
        if parameter is not None:
            found = spec.matching(parameter)
            return found[0].param.block if len(found) == 1 else BlockKind.HOST_SCRIPT
        return _positional_block_kind(spec, position)

    def takes_value(self, command: str, parameter: str) -> bool:
        """Whether `-parameter` is followed by a value."""
        if self._is_function(command):
            return not self._is_switch(command, parameter)
        from jobsh.command.common import COMMON
        from jobsh.command.spec import matching

        found = self._registry.spec(command).matching(parameter) or matching(COMMON, parameter)
        return bool(found) and not all(p.is_switch for p in found) and parameter != "?"

    def forces_script(self, command: str, parameters: tuple[str, ...]) -> bool:
        """Whether one of the parameters makes every HostScript block of the command a script."""
        if self._is_function(command):
            return False
        spec = self._registry.spec(command)
        forcing = spec.cls.always_script
        return any(p.name in forcing for name in parameters for p in spec.matching(name)[:1])

    def is_assigned(self, variable: str) -> bool:
        """Whether jobsh has a variable of exactly this name."""
        return self._is_assigned(variable)

    def suggest(self, name: str) -> str | None:
        """The nearest known command."""
        return self._registry.suggest(name)

    def _is_function(self, command: str) -> bool:
        return command.casefold() in self._functions or self._registry.resolve_after_pipe(command) is None


def _positional_block_kind(spec: CmdletSpec, position: int) -> BlockKind:
    """The kind all block parameters at this position (or of the cmdlet) have."""
    from jobsh.command.types import BlockType

    blocks = [p for p in spec.parameters if isinstance(p.type, BlockType)]
    placed = [p for p in blocks if p.param.position == position] or [p for p in blocks if p.param.position is not None]
    found = placed or blocks
    if found:
        return found[0].param.block
    # a property may be a block too: `Select-Object Name, { … }`
    takes_code = any(p.param.block is BlockKind.CODE for p in spec.parameters)
    return BlockKind.CODE if takes_code else BlockKind.HOST_SCRIPT

"""What has no row yet: PowerShell's cmdlets, parameters and aliases, and the parameters that jobsh declares on those cmdlets."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from jobsh.command.common import COMMON
from jobsh.command.spec import ParameterSpec
from jobsh.model.struct import Struct
from tests.conformance.table import DIRECTORY, REGISTRY, SURFACE, Row, name_here

COMMON_TOPIC = "Common parameters"


class Parameter(Struct):
    """One of PowerShell's parameters."""

    name: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and its aliases."""
        return (self.name, *self.aliases)


class Cmdlet(Struct):
    """One of PowerShell's cmdlets."""

    name: str
    aliases: tuple[str, ...]
    parameters: tuple[Parameter, ...]


@cache
def powershell() -> tuple[Cmdlet, ...]:
    """What PowerShell has."""
    text = (DIRECTORY / SURFACE).read_text("utf-8")
    return tuple(
        Cmdlet(name, tuple(entry.get("aliases", ())), tuple(_parameter(p) for p in entry["parameters"]))
        for name, entry in tomllib.loads(text).items()
    )


def _parameter(text: str) -> Parameter:
    name, *aliases = re.findall(r"-(\w+)", text)
    return Parameter(name, tuple(aliases))


def missing(rows: Iterable[Row]) -> Iterator[str]:
    """What has no row, or an alias that is not there, a line each."""
    told = _told(rows)
    for cmdlet in powershell():
        here = name_here(cmdlet.name)
        named = told.get(here, set())
        declared = _declared(here)
        if not named:
            yield f"{cmdlet.name}: no row at all"
        yield from (f"{cmdlet.name} -{p.name}: no row" for p in cmdlet.parameters if not _is_told(p, declared, named))
        yield from (f"{here} -{d.name}: no row (jobsh's own)" for d in _own(cmdlet, declared) if not named & _names(d))
        yield from _missing_aliases(cmdlet, here, declared, named | told.get("Aliases", set()))


def _told(rows: Iterable[Row]) -> Mapping[str, set[str]]:
    """Cmdlet (by its name here) or topic → the parameters that rows name."""
    told: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in row.cmdlets or (row.cmdlet,):
            told[name] |= row.parameters | set(row.what.casefold().split(", "))
    return told


def _is_told(parameter: Parameter, declared: Iterable[ParameterSpec], told: set[str]) -> bool:
    names = {name.casefold() for name in parameter.names}
    for own in declared:
        if names & _names(own):
            names |= _names(own)
    return bool(names & told)


def _own(cmdlet: Cmdlet, declared: Iterable[ParameterSpec]) -> Iterator[ParameterSpec]:
    """Those that PowerShell does not have."""
    theirs = {name.casefold() for p in cmdlet.parameters for name in p.names}
    return (d for d in declared if d not in COMMON and not theirs & _names(d))


def _missing_aliases(cmdlet: Cmdlet, here: str, declared: Iterable[ParameterSpec], told: set[str]) -> Iterator[str]:
    """PowerShell's other names of what is here."""
    for parameter in cmdlet.parameters:
        for own in (d for d in declared if parameter.name.casefold() in _names(d)):
            for alias in parameter.aliases:
                if alias.casefold() not in _names(own) | told:
                    yield f"{here} -{parameter.name}: it has no alias -{alias}, and no row of {here} names it"
    for alias in (cmdlet.name, *cmdlet.aliases) if REGISTRY.resolve(here) else ():
        if REGISTRY.resolve_after_pipe(alias) != here and alias.casefold() not in told:
            yield f'{here}: it has no alias {alias}, and no row says so (cmdlet = "Aliases", what = "{alias}")'


def _declared(here: str) -> tuple[ParameterSpec, ...]:
    if here == COMMON_TOPIC:
        return COMMON
    return REGISTRY.spec(here).parameters + COMMON if REGISTRY.resolve(here) else ()


def _names(parameter: ParameterSpec) -> set[str]:
    return {name.casefold() for name in (parameter.name, *parameter.param.aliases)}

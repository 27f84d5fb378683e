"""What a declaration says, as a value: binder, completion, help and docs all read this and nothing else."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterable

from jobsh.command.annotations import parameter_type
from jobsh.command.declared import Declared, Example, Param, Refused
from jobsh.command.text import pascal
from jobsh.command.types import BoolType, ParameterType, SwitchType
from jobsh.model.struct import Struct


class ParameterSpec(Struct):
    """One parameter."""

    name: str
    """`PassThru`."""
    field: str
    """`pass_thru`."""
    type: ParameterType
    param: Param
    is_switch: bool
    is_tuple: bool
    default: object

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets it belongs to; empty: all."""
        return (self.param.in_set,) if isinstance(self.param.in_set, str) else self.param.in_set

    def in_set(self, name: str) -> bool:
        """Whether it belongs to this set."""
        return not self.sets or name in self.sets

    @property
    def takes_pipeline(self) -> bool:
        """Whether it can come from the pipeline."""
        return self.param.from_pipeline or self.param.from_property


class CmdletSpec(Struct):
    """One cmdlet."""

    name: str
    synopsis: str
    description: str
    parameters: tuple[ParameterSpec, ...]
    sets: tuple[str, ...]
    """All parameter sets, the default first; one empty name where there are none."""
    default_set: str
    examples: tuple[Example, ...]
    aliases: tuple[str, ...]
    cls: type[Declared]
    refused: tuple[Refused, ...] = ()

    def parameter(self, name: str) -> ParameterSpec | None:
        """The parameter with exactly this name or alias, any case."""
        return named_exactly(self.parameters, name)

    def matching(self, prefix: str) -> tuple[ParameterSpec, ...]:
        """The parameter of exactly this name or alias, else all whose name begins so, else all that have such an alias."""
        return matching(self.parameters, prefix)

    def refuses(self, name: str) -> Refused | None:
        """What is refused under exactly this name or alias, else the only one whose name begins so."""
        exact = [r for r in self.refused if r.is_called(name)]
        found = exact or [r for r in self.refused if name and r.name.casefold().startswith(name.casefold())]
        return found[0] if len(found) == 1 else None

    def positional(self, set_name: str) -> tuple[ParameterSpec, ...]:
        """The parameters of a set that have a position, in order."""
        found = [p for p in self.parameters if p.param.position is not None and p.in_set(set_name)]
        return tuple(sorted(found, key=lambda p: typing.cast(int, p.param.position)))


def named_exactly(parameters: Iterable[ParameterSpec], name: str) -> ParameterSpec | None:
    """The one of exactly this name or alias, any case."""
    folded = name.casefold()
    for parameter in parameters:
        if folded in (n.casefold() for n in (parameter.name, *parameter.param.aliases)):
            return parameter
    return None


def matching(parameters: Iterable[ParameterSpec], prefix: str) -> tuple[ParameterSpec, ...]:
    """The one of exactly this name or alias, else all whose name begins so, else all that have an alias that does."""
    parameters = tuple(parameters)
    exact = named_exactly(parameters, prefix)
    if exact is not None:
        return (exact,)
    folded = prefix.casefold()
    by_name = tuple(p for p in parameters if folded and p.name.casefold().startswith(folded))
    return by_name or tuple(
        p for p in parameters if folded and any(a.casefold().startswith(folded) for a in p.param.aliases)
    )


def spec_of(cls: type[Declared], name: str, aliases: tuple[str, ...] = ()) -> CmdletSpec:
    """Read a declaration."""
    hints = typing.get_type_hints(cls, include_extras=True)
    parameters = tuple(_parameter(cls, field, hints[field]) for field in cls.__fields__)
    synopsis, _, description = inspect.cleandoc(cls.__doc__ or "").partition("\n\n")
    named = dict.fromkeys([cls.default_set, *(s for p in parameters for s in p.sets)])
    sets = tuple(s for s in named if s) or ("",)
    return CmdletSpec(
        name,
        synopsis.replace("\n", " "),
        description,
        parameters,
        sets,
        cls.default_set or sets[0],
        cls.examples,
        aliases,
        cls,
        cls.refused,
    )


def _parameter(cls: type[Declared], field: str, hint: object) -> ParameterSpec:
    param = next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Param)), None)
    if param is None:
        raise TypeError(f"{cls.__name__}.{field} needs Annotated[type, Param(…)]")
    kind, is_tuple = parameter_type(hint, param.block)
    default = getattr(cls, field, None)
    is_switch = isinstance(kind, SwitchType) or (isinstance(kind, BoolType) and default is False and not is_tuple)
    return ParameterSpec(param.name or pascal(field), field, kind, param, is_switch, is_tuple, default)

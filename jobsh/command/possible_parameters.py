"""Which parameters can still be given in a half-written command, and whose value the cursor may be at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jobsh.command.common import COMMON
from jobsh.command.spec import CmdletSpec, ParameterSpec, matching
from jobsh.language.cursor import Cursor


def possible_sets(spec: CmdletSpec, cursor: Cursor) -> Sequence[str]:
    """The sets that what is written leaves possible."""
    fitting = [s for s in spec.sets if all(p.in_set(s) for p in _named(spec, cursor))] or spec.sets
    return [s for s in fitting if cursor.position <= len(_free_places(spec, cursor, s))] or fitting


def can_be_given(parameter: ParameterSpec, spec: CmdletSpec, cursor: Cursor) -> bool:
    """Whether a set is possible in which the parameter has no value yet."""
    if parameter in _named(spec, cursor):
        return False
    sets = [s for s in possible_sets(spec, cursor) if parameter.in_set(s)]
    return any(parameter not in _free_places(spec, cursor, s)[: cursor.position] for s in sets)


def _named(spec: CmdletSpec, cursor: Cursor) -> tuple[ParameterSpec, ...]:
    return tuple(p for g in cursor.given for p in spec.matching(g.name)[:1])


def _free_places(spec: CmdletSpec, cursor: Cursor, set_name: str) -> list[ParameterSpec]:
    """What the positional arguments of a set are the values of, in order."""
    named = _named(spec, cursor)
    places = [p for p in spec.positional(set_name) if p not in named]
    if places and places[-1].param.takes_rest:
        places += [places[-1]] * cursor.position
    return places


def parameters_at(spec: CmdletSpec, cursor: Cursor) -> Iterable[ParameterSpec]:
    """The parameters whose value the cursor may be at."""
    if cursor.parameter:
        return (spec.matching(cursor.parameter) or matching(COMMON, cursor.parameter))[:1]
    places = [_free_places(spec, cursor, s) for s in possible_sets(spec, cursor)]
    found = {p[cursor.position].field: p[cursor.position] for p in places if cursor.position < len(p)}
    return found.values()

"""What the user wrote, put into the parameters of a cmdlet: names, prefixes, positions, sets. Evaluates nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from jobsh.command.binding import Binding, syntax_hint
from jobsh.command.common import COMMON, CommonParameters
from jobsh.command.given import Given, given_of, given_switch, splat
from jobsh.command.spec import CmdletSpec, ParameterSpec, matching, named_exactly
from jobsh.command.text import to_text
from jobsh.errors import BindingError, JobshError, Span


def bind(spec: CmdletSpec, given: Sequence[Given], *, source: str = "", defaults: Sequence[Given] = ()) -> Binding:
    """Put the arguments into the parameters; raises BindingError with the place in `source`. `defaults` are what
    `$PSDefaultParameterValues` says, for parameters that got nothing and go together with the rest."""
    return _Binder(spec, source).bind(given, defaults)


class _Binder:
    """One call of `bind`."""

    def __init__(self, spec: CmdletSpec, source: str) -> None:
        self.spec = spec
        self.source = source
        self.values: dict[str, object] = {}
        self.common: dict[str, Any] = {}

    def bind(self, given: Sequence[Given], defaults: Sequence[Given]) -> Binding:
        if any(g.is_handed_on for g in given):
            given = self._paired(given)
        named = [(self._resolve(g), g) for g in given if g.name is not None]
        positional = [g for g in given if g.name is None]
        for parameter, argument in sorted(named, key=lambda item: item[1].is_splatted):
            if not argument.is_splatted or not self._has(parameter):  # what is written out wins
                self._put(parameter, argument)
        named_sets = self._sets_of([(p, g) for p, g in named if p in self.spec.parameters])
        sets = self._place(positional, named_sets)
        for argument in defaults:
            sets = self._default(argument, sets)
        span = Span(given[0].span.start, given[-1].span.end) if given else None
        common = CommonParameters(**self.common)
        return Binding(self.spec, self.values, sets, named_sets, common, (span, self.source))

    # names

    def _resolve(self, given: Given) -> ParameterSpec:
        name = cast(str, given.name)
        if name == "?":
            name = "Help"
        known = (*self.spec.parameters, *self._common_specs())
        exact = named_exactly(known, name)
        # the cmdlet's own come before those that all cmdlets have
        found = (exact,) if exact else matching(self.spec.parameters, name) or matching(self._common_specs(), name)
        refused = None if exact else self.spec.refuses(name)
        if refused is not None and (not found or refused.is_called(name)):
            message = f"{self.spec.name} has no -{refused.name} in jobsh: {refused.why}"
            raise self._error(message, given.name_span or given.span, "ParameterNotInJobsh", refused.instead)
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"-{p.name}" for p in found)
            raise self._error(f"-{name} could be {names}", given.name_span or given.span, "AmbiguousParameter")
        hint = self._nearest(name, [p.name for p in known]) or syntax_hint(self.spec)
        message = f"{self.spec.name} has no parameter -{name}"
        raise self._error(message, given.name_span or given.span, "NamedParameterNotFound", hint)

    def _common_specs(self) -> tuple[ParameterSpec, ...]:
        if self.spec.cls.changes_something:
            return COMMON
        return tuple(p for p in COMMON if p.name not in ("WhatIf", "Confirm"))

    @staticmethod
    def _nearest(name: str, known: list[str]) -> str:
        from difflib import get_close_matches

        found = get_close_matches(name.casefold(), [n.casefold() for n in known], 1)
        return f"did you mean -{next(n for n in known if n.casefold() == found[0])}?" if found else ""

    def _paired(self, given: Sequence[Given]) -> list[Given]:
        """With names that `@args` hands on, and that are no switches, having the value after them."""
        paired: list[Given] = []
        for argument in given:
            before = paired[-1] if paired else None
            if before and before.is_handed_on and argument.name is None and not self._resolve(before).is_switch:
                paired[-1] = before.replace(
                    value=argument.value, word=argument.word, has_value=True, is_handed_on=False
                )
            else:
                paired.append(argument)
        return paired

    def _default(self, given: Given, sets: tuple[str, ...]) -> tuple[str, ...]:
        parameter = self._resolve(given)
        left = tuple(s for s in sets if parameter.in_set(s))
        if self._has(parameter) or not left:
            return sets
        self._put(parameter, given)
        return left

    def _has(self, parameter: ParameterSpec) -> bool:
        return parameter.field in (self.values if parameter in self.spec.parameters else self.common)

    def _put(self, parameter: ParameterSpec, given: Given) -> None:
        span = given.name_span or given.span
        is_own = parameter in self.spec.parameters
        values: dict[str, Any] = self.values if is_own else self.common
        if parameter.field in values:
            raise self._error(f"-{parameter.name} is given twice", span, "ParameterAlreadyBound")
        if not given.has_value and not parameter.is_switch and parameter.type.needs_value:
            hint = f"it takes {parameter.type.describe()}"
            raise self._error(f"-{parameter.name} needs a value", span, "MissingArgument", hint)
        values[parameter.field] = self._convert(parameter, given)

    # values

    def _convert(self, parameter: ParameterSpec, given: Given) -> object:
        if not parameter.is_tuple:
            value = self._convert_one(parameter, given)
            return cast(tuple[object, ...], value)[0] if parameter.type.expands else value
        values = tuple(self._convert_items(parameter, given))
        if not values and parameter.param.refuses_empty:
            message = f"-{parameter.name}: the list is empty"
            raise self._error(message, given.span, "ParameterArgumentValidationErrorEmptyArrayNotAllowed")
        return values

    def _convert_items(self, parameter: ParameterSpec, given: Given) -> Iterable[object]:
        for item in _items(given):
            value = self._convert_one(parameter, item)
            yield from cast(Iterable[object], value) if parameter.type.expands else (value,)

    def _convert_one(self, parameter: ParameterSpec, given: Given) -> object:
        try:
            return parameter.type.convert(given)
        except JobshError as error:
            if isinstance(error, BindingError) and error.span is not None:
                raise
            message = f"-{parameter.name}: {error.message}"
            hint = error.hint or f"it takes {parameter.type.describe()}"
            raise self._error(message, given.span, "CannotConvertArgument", hint) from error

    # sets and positions

    def _sets_of(self, named: list[tuple[ParameterSpec, Given]]) -> tuple[str, ...]:
        sets = [self.spec.default_set, *(s for s in self.spec.sets if s != self.spec.default_set)]
        for parameter, given in named:
            left = [s for s in sets if parameter.in_set(s)]
            if not left:
                raise self._conflict(parameter, given, [p for p, _ in named if p is not parameter])
            sets = left
        return tuple(sets)

    def _conflict(self, parameter: ParameterSpec, given: Given, others: list[ParameterSpec]) -> BindingError:
        rivals = [p for p in others if not any(parameter.in_set(s) for s in p.sets or self.spec.sets)] or others
        message = f"-{parameter.name} does not go together with {', '.join(f'-{p.name}' for p in rivals)}"
        return self._error(message, given.name_span or given.span, "AmbiguousParameterSet", syntax_hint(self.spec))

    def _place(self, positional: list[Given], sets: tuple[str, ...]) -> tuple[str, ...]:
        """Choose the sets that can take all positional arguments, best first, and bind the arguments."""
        placements = [(s, _assign(self.spec.positional(s), positional, self.values)) for s in sets]
        complete = [(s, a) for s, a in placements if a is not None]
        if not complete:
            raise self._surplus(positional, sets)
        scored = [(self._score(s, a), n, s, a) for n, (s, a) in enumerate(complete)]
        scored.sort(key=lambda item: item[:2])
        best = scored[0]
        for parameter, arguments in best[3]:
            self._put_positional(parameter, arguments)
        fields = [p.field for p, _ in best[3]]
        alike = [s for _, _, s, a in scored if [p.field for p, _ in a] == fields]
        return tuple(alike)

    def _score(self, set_name: str, assigned: list[_Assigned]) -> tuple[int, int]:
        """Smaller is better: arguments of the wrong kind, then mandatory parameters that nothing can fill any more."""
        misfits = sum(not p.type.fits(i) for p, arguments in assigned for g in arguments for i in _items(g))
        bound = {p.field for p, _ in assigned} | self.values.keys()
        missing = [
            p for p in self.spec.parameters if p.param.is_mandatory and p.in_set(set_name) and p.field not in bound
        ]
        return misfits, sum(2 if not p.takes_pipeline else 1 for p in missing)

    def _put_positional(self, parameter: ParameterSpec, arguments: list[Given]) -> None:
        if not parameter.param.takes_rest:
            self.values[parameter.field] = self._convert(parameter, arguments[0])
            return
        if parameter.type.flattens:
            self.values[parameter.field] = tuple(v for g in arguments for v in self._convert_items(parameter, g))
            return
        # what is written apart stays apart: `Write-Output a b` gives two, `Write-Output a,b c` a list and one
        self.values[parameter.field] = tuple(self._convert_one(parameter, g) for g in arguments)

    def _surplus(self, positional: list[Given], sets: tuple[str, ...]) -> BindingError:
        most = max(len([p for p in self.spec.positional(s) if p.field not in self.values]) for s in sets)
        odd = positional[most]
        message = f"{self.spec.name} takes no argument here: '{odd.text or to_text(odd.value)}'"
        if most:
            message = f"{self.spec.name} takes no more than {most} argument{'s'[: most > 1]} without a name here"
        return self._error(message, odd.span, "PositionalParameterNotFound", syntax_hint(self.spec))

    def _error(self, message: str, span: Span, error_id: str, hint: str = "") -> BindingError:
        return BindingError(message, span, hint=hint, error_id=error_id, source=self.source)


_Assigned = tuple[ParameterSpec, list[Given]]


def _assign(
    slots: Sequence[ParameterSpec], positional: list[Given], bound: dict[str, object]
) -> list[_Assigned] | None:
    """Positional arguments to the free slots, in order; None when there are more arguments than slots."""
    assigned: list[_Assigned] = []
    rest = list(positional)
    for slot in slots:
        if not rest:
            break
        if slot.field in bound:
            continue
        taken = len(rest) if slot.param.takes_rest else 1
        assigned.append((slot, rest[:taken]))
        rest = rest[taken:]
    return None if rest else assigned


def _items(given: Given) -> Sequence[Given]:
    """The items of a list, whether it was written with commas or is the value of a variable."""
    if given.items:
        return given.items
    if isinstance(given.value, list):
        return [Given(None, value, given.text, given.span) for value in given.value]
    return (given,)


__all__ = ["Binding", "CommonParameters", "Given", "bind", "given_of", "given_switch", "splat", "syntax_hint"]

"""A call whose arguments are bound, and what the pipeline adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from jobsh.command.common import CommonParameters
from jobsh.command.declaration import Cmdlet
from jobsh.command.members import get_member, has_member
from jobsh.command.spec import CmdletSpec, ParameterSpec
from jobsh.command.text import to_text
from jobsh.errors import BindingError, JobshError, Span


class Binding:
    """A call whose arguments are bound; what comes from the pipeline is added by `complete`."""

    def __init__(
        self,
        spec: CmdletSpec,
        values: dict[str, object],
        sets: tuple[str, ...],
        named_sets: tuple[str, ...],
        common: CommonParameters,
        place: tuple[Span | None, str],
    ) -> None:
        self.spec = spec
        self.values = values
        self.sets = sets
        """The sets the arguments leave possible, the best first."""
        self._named_sets = named_sets
        self.common = common
        self._span, self._source = place

    @property
    def takes_pipeline(self) -> bool:
        """Whether input, where there is any, must be collected for `complete`."""
        return any(self._fed(s) for s in self.sets)

    @property
    def lives_on_input(self) -> bool:
        """Whether it can do nothing without an object from the pipeline: where none comes, it is not called."""
        return any(p.param.is_mandatory for p in self._fed(self.sets[0]))

    def complete(self, collected: Sequence[object] = ()) -> Cmdlet:
        """The call, with the objects of the pipeline in its parameters; raises BindingError."""
        values = dict(self.values)
        chosen = self.sets[0]
        if collected and self.takes_pipeline:
            chosen, fed = self._feed(collected)
            values.update(fed)
        self._check_mandatory(chosen, values)
        return cast(Cmdlet, self.spec.cls(**values))

    def _fed(self, set_name: str) -> list[ParameterSpec]:
        return [
            p for p in self.spec.parameters if p.takes_pipeline and p.in_set(set_name) and p.field not in self.values
        ]

    def _feed(self, objects: Sequence[object]) -> tuple[str, dict[str, object]]:
        """PowerShell's order: by value as it is, by property name, by value with conversion."""
        for attempt in (self._by_value, self._by_property, self._by_conversion):
            for set_name in self.sets:
                fed = attempt(self._fed(set_name), objects)
                if fed is not None:
                    return set_name, fed
        odd = objects[0]
        raise self._error(f"{self.spec.name} cannot take '{to_text(odd)}' from the pipeline", "InputObjectNotBound")

    def _by_value(self, fed: list[ParameterSpec], objects: Sequence[object]) -> dict[str, object] | None:
        for parameter in fed:
            if parameter.param.from_pipeline and all(parameter.type.fits_object(o) for o in objects):
                return {parameter.field: _from_objects(parameter, objects)}
        return None

    def _by_property(self, fed: list[ParameterSpec], objects: Sequence[object]) -> dict[str, object] | None:
        found: dict[str, object] = {}
        for parameter in fed:
            names = (parameter.name, *parameter.param.aliases)
            takes = parameter.type.takes_property_of
            held = [next((n for n in names if has_member(o, n) and takes(o)), None) for o in objects]
            if parameter.param.from_property and all(held):
                items = [get_member(o, n) for o, n in zip(objects, cast(list[str], held), strict=True)]
                found[parameter.field] = self._converted(parameter, items)
        return found or None

    def _by_conversion(self, fed: list[ParameterSpec], objects: Sequence[object]) -> dict[str, object] | None:
        for parameter in fed:
            if parameter.param.from_pipeline:
                return {parameter.field: self._converted(parameter, objects)}
        return None

    def _converted(self, parameter: ParameterSpec, objects: Sequence[object]) -> object:
        try:
            return _from_objects(parameter, objects)
        except JobshError as error:
            raise self._error(f"-{parameter.name}: {error.message}", "CannotConvertArgument", error.hint) from error

    def _check_mandatory(self, set_name: str, values: dict[str, object]) -> None:
        if self._missing(set_name, values):
            ways = dict.fromkeys(self._missing(name, values) for name in (set_name, *self._named_sets))
            raise self._error(
                f"{' or '.join(filter(None, ways))} must be given", "MissingMandatoryParameter", syntax_hint(self.spec)
            )

    def _missing(self, set_name: str, values: dict[str, object]) -> str:
        mandatory = (p for p in self.spec.parameters if p.param.is_mandatory and p.in_set(set_name))
        return ", ".join(f"-{p.name}" for p in mandatory if p.field not in values)

    def _error(self, message: str, error_id: str, hint: str = "") -> BindingError:
        return BindingError(message, self._span, hint=hint, error_id=error_id, source=self._source)


def syntax_hint(spec: CmdletSpec) -> str:
    """Where to read how the command is written."""
    return f"{spec.name} -? shows its parameters, Get-Help {spec.name} -Examples how it is used"


def _from_objects(parameter: ParameterSpec, objects: Sequence[object]) -> object:
    values: list[object] = []
    for item in objects:
        value = parameter.type.from_object(item)
        values += value if parameter.type.expands else [value]  # type: ignore[arg-type]
    if parameter.is_tuple:
        return tuple(values)
    if len({to_text(v) for v in values}) > 1:
        raise BindingError(f"takes one value, the pipeline has {len(values)}")
    return values[0]

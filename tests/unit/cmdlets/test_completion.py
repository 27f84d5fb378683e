"""Every cmdlet and every parameter, completed in a prepared world: names, closed sets of values, and what is known by its kind."""

from __future__ import annotations

import pytest

from jobsh.cmdlets._signals import SignalType
from jobsh.command.common import COMMON
from jobsh.command.completion import complete
from jobsh.command.job_selectors import InstanceIdType, JobIdType, JobNameType, JobSelectorType
from jobsh.command.name_types import CommandNameType, InterpreterType, PathType, PropertyNameType, VariableNameType
from jobsh.command.parameter_help import is_operator
from jobsh.command.selectors import (
    HostNameType,
    HostPatternType,
    SessionIdType,
    SessionInstanceIdType,
    SessionNameType,
    SessionSelectorType,
)
from jobsh.command.spec import ParameterSpec
from jobsh.command.types import BoolType, ChoiceType, HashTableType, ParameterType
from tests.asynchronous import run
from tests.unit.command.test_completion import REGISTRY, World

KNOWN: tuple[type[ParameterType], ...] = (
    JobSelectorType, JobIdType, JobNameType, SessionSelectorType, HostPatternType, PathType, PropertyNameType,
    VariableNameType, CommandNameType, InterpreterType, InstanceIdType, SignalType,
    SessionIdType, SessionNameType, SessionInstanceIdType, HostNameType,
)  # fmt: skip
"""Types of which the world has some, whatever the cmdlet."""


async def offered(text: str) -> list[str]:
    vocabulary = REGISTRY.vocabulary(is_assigned="job".__eq__)
    return [candidate.text for candidate in (await complete(text, len(text), vocabulary, REGISTRY, World())).candidates]


def parameters(name: str) -> tuple[ParameterSpec, ...]:
    """Its own; for one cmdlet also those that all have."""
    return REGISTRY.spec(name).parameters + (COMMON if name == "Stop-Job" else ())


@pytest.mark.parametrize("name", REGISTRY.names())
def test_parameters_and_their_other_names_are_offered(name: str) -> None:
    async def check() -> None:
        for parameter in parameters(name):
            for called in (parameter.name, *parameter.param.aliases):
                texts = [text.casefold() for text in await offered(f"{name} -{called}")]
                assert f"-{called}".casefold() in texts or _is_a_beginning(name, called), called

    run(check())


def _is_a_beginning(name: str, called: str) -> bool:
    """Whether the alias is the beginning of a parameter's name, which is offered in its place."""
    return any(p.name.casefold().startswith(called.casefold()) for p in (*REGISTRY.spec(name).parameters, *COMMON))


@pytest.mark.parametrize("name", REGISTRY.names())
def test_what_parameters_may_be_is_offered(name: str) -> None:
    async def check() -> None:
        for parameter in parameters(name):
            await _check_values(name, parameter)

    run(check())


async def _check_values(name: str, parameter: ParameterSpec) -> None:
    found = await offered(f"{name} -{parameter.name}:" if parameter.is_switch else f"{name} -{parameter.name} ")
    match parameter.type:
        case ChoiceType():
            assert found == list(parameter.type.choices), parameter.name
        case BoolType():
            assert found == ["$true", "$false"], parameter.name
        case HashTableType() if parameter.type.keys(()):
            keys = await offered(f"{name} -{parameter.name} @{{")
            assert keys == [key.text for key in parameter.type.keys(())], parameter.name
        case _ if isinstance(parameter.type, KNOWN) and not is_operator(parameter):
            assert found, parameter.name


@pytest.mark.parametrize("name", REGISTRY.names())
def test_only_what_can_still_be_given_is_offered(name: str) -> None:
    spec = REGISTRY.spec(name)

    async def check() -> None:
        for parameter in spec.parameters if len(spec.parameters) < 30 else ():
            value = "" if parameter.is_switch else " x"
            for text in await offered(f"{name} -{parameter.name}{value} -"):
                other = spec.parameter(text.removeprefix("-"))
                assert other is not parameter
                assert other is None or any(parameter.in_set(s) and other.in_set(s) for s in spec.sets), text

    run(check())

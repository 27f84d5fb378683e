"""Values on their way to a job's own process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jobsh.command.values import HashTable, PropertyBag
from jobsh.engine.aims import LOCATION_VARIABLE as ENGINES_LOCATION_VARIABLE
from jobsh.errors import OperationError
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind
from jobsh.model.job_state import JobState
from jobsh.model.records import Line, Origin
from jobsh.runtime.handover import LOCATION_VARIABLE, VALUES_VARIABLE, Handover, named_variables
from tests.unit.runtime.recorder import Recorder, make

JOB = Job(JobId(3), InstanceId("0" * 32), "three", JobKind.BACKGROUND, JobState.RUNNING, "localhost", "sleep 1")


def travelled(value: object) -> object:
    """The value as the other process has it."""
    environment = dict(Handover({}, {}, [value]).environment())
    return Handover.received(environment[VALUES_VARIABLE]).arguments[0]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        2.5,
        "text with \udcff and ü",
        [1, "two", [3]],
        JOB,
        JobId(4, 1),
        timedelta(seconds=90),
        datetime(2026, 3, 4, 12, tzinfo=UTC),
    ],
)
def test_a_value_arrives_as_it_was(value: object) -> None:
    assert travelled(value) == value


def test_a_hashtable_arrives_in_order() -> None:
    arrived = travelled(HashTable([("b", 1), ("a", HashTable([("x", [1, 2])]))]))
    assert isinstance(arrived, HashTable)
    assert list(arrived) == ["b", "a"]
    inner = arrived["A"]
    assert isinstance(inner, HashTable)
    assert inner["x"] == [1, 2]


def test_a_property_bag_keeps_its_type() -> None:
    arrived = travelled(PropertyBag([("Name", "x")], "Thing"))
    assert isinstance(arrived, PropertyBag)
    assert (arrived.type_name, dict(arrived.properties.items())) == ("Thing", {"Name": "x"})


def test_a_line_arrives_as_text() -> None:
    arrived = travelled(Line.of(b"web", Origin("web01")))
    assert arrived == "web"
    assert type(arrived) is str


def test_nothing_to_hand_over_is_no_variable() -> None:
    assert Handover({}, {}, []).environment() == ()


def test_too_much_is_an_error() -> None:
    with pytest.raises(OperationError, match="128 KiB"):
        Handover({}, {}, ["x" * 200_000]).environment()


def test_the_variables_a_code_names_are_found() -> None:
    shell = make(Recorder()).shell
    code = shell.parse('$using:a; Get-Job $b | % { "$($using:c) $d" }; if ($e) { echo $f }', "", shell.global_scope)
    assert named_variables(code, "using") == ("a", "c")
    assert {"b", "d", "e"} <= set(named_variables(code, ""))


def test_the_engine_speaks_of_the_same_location() -> None:
    assert LOCATION_VARIABLE == ENGINES_LOCATION_VARIABLE

"""Values travel as JSON and come back equal, also between versions."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind, Outcome, Output
from jobsh.model.job_state import JobState
from jobsh.model.messages import Data, Program
from jobsh.model.records import Stream
from jobsh.model.wire import dumps, loads

CHILD = Job(JobId(12, 1), InstanceId("b"), "Job12.1", JobKind.CHILD, JobState.FAILED, "web01", "x", Outcome.exited(3))
PARENT = Job(JobId(12), InstanceId("a"), "Job12", JobKind.REMOTE, JobState.FAILED, "web01", "x", children=(CHILD,))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        1.5,
        "text",
        (),
        (1, ("a",)),
        b"\x00\xff",
        {"a": 1},
        JobId(3, 4),
        JobState.RUNNING,
        PARENT,
        Stream.ERROR,
    ],
)
def test_what_is_sent_comes_back(value: object) -> None:
    back = loads(dumps(value))
    assert back == value
    assert type(back) is type(value)


@given(st.text(st.characters(codec=None)), st.binary())
def test_any_text_and_bytes_survive(text: str, data: bytes) -> None:
    assert loads(dumps(Program(text, text))) == Program(text, text)
    assert loads(dumps(Data(1, Stream.OUTPUT, data))) == Data(1, Stream.OUTPUT, data)


def test_a_field_of_a_newer_version_is_dropped_and_one_of_an_older_takes_its_default() -> None:
    wire = json.loads(dumps(Output("d", 1)))
    wire["colour"] = "red"
    assert loads(json.dumps(wire)) == Output("d", 1, 0)


def test_an_unknown_name_is_an_error_not_code() -> None:
    with pytest.raises(ValueError, match="does not know 'Popen'"):
        loads('{"$": "Popen", "args": ["true"]}')


def test_only_plain_values_travel() -> None:
    with pytest.raises(TypeError, match="object does not travel"):
        dumps(object())

"""Members, methods, text and truth of values."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsh.command.comparison import equal, sort_key
from jobsh.command.objects import HashTable, PropertyBag, call_method, get_member, members, to_text, truth, type_name
from jobsh.command.selectors import HostPatternType
from jobsh.errors import OperationError
from jobsh.model.hosts import parse_address
from jobsh.model.ids import InstanceId, JobId, SessionId
from jobsh.model.job import Job, JobKind, Outcome, Output
from jobsh.model.job_state import JobState
from jobsh.model.records import ErrorRecord, Line, Origin, Stream
from jobsh.model.session import Availability, Session, SessionState

LINE = Line.of(b"hello", Origin("web01", JobId(3, 1)), Stream.ERROR, at=0.0)
CHILD = Job(
    JobId(3, 1), InstanceId("c" * 32), "Job3.1", JobKind.CHILD, JobState.FAILED, "web01", "exit 3", Outcome.exited(3),
    began=100.0, output=Output("/x", 10, 0),
)  # fmt: skip
JOB = Job(
    JobId(3), InstanceId("a" * 32), "build", JobKind.REMOTE, JobState.FAILED, "web01", "exit 3", children=(CHILD,)
)
SESSION = Session(
    SessionId(2),
    InstanceId("b" * 32),
    "s",
    parse_address("root@web01:2222"),
    SessionState.OPENED,
    Availability.AVAILABLE,
)


@pytest.mark.parametrize(
    ("value", "name", "member"),
    [
        (JOB, "state", "Failed"),
        (JOB, "ID", 3),
        (JOB, "HasMoreData", True),
        (JOB, "ExitCode", 3),
        (JOB, "StatusMessage", "web01: exit status 3"),
        (JOB, "ChildJobs", [CHILD]),
        (JOB, "PSJobTypeName", "RemoteJob"),
        (JOB, "nosuch", None),
        (JOB, "Count", 1),
        (CHILD, "Id", JobId(3, 1)),
        (SESSION, "ComputerName", "root@web01:2222"),
        (SESSION, "UserName", "root"),
        (SESSION, "Transport", "SSH"),
        (LINE, "ComputerName", "web01"),
        (LINE, "PSComputerName", "web01"),
        (LINE, "Stream", "Error"),
        (LINE, "Job", JobId(3, 1)),
        (LINE, "Length", 5),
        ("text", "length", 4),
        (None, "Count", 0),
        (5, "Count", 1),
        ([JOB, JOB], "Name", ["build", "build"]),
        ([JOB], "Name", "build"),
        ([], "Name", None),
        ([1, 2, 3], "Count", 3),
        (HashTable({"a": 1}), "A", 1),
        (HashTable({"a": 1}), "Keys", ["a"]),
        (HashTable({"count": "own"}), "Count", "own"),
        (PropertyBag({"Odd Name": 5}), "odd name", 5),
        (ErrorRecord("boom", target=JOB), "TargetObject", JOB),
        (timedelta(hours=25), "Hours", 1),
        (timedelta(hours=25), "TotalHours", 25.0),
        (datetime(2026, 3, 4).astimezone(), "DayOfWeek", "Wednesday"),
    ],
)
def test_members(value: object, name: str, member: object) -> None:
    assert get_member(value, name) == member


def test_times_of_a_job_are_local_dates() -> None:
    assert get_member(CHILD, "PSBeginTime") == datetime.fromtimestamp(100).astimezone()
    assert get_member(CHILD, "PSEndTime") is None


@pytest.mark.parametrize(
    ("value", "method", "arguments", "result"),
    [
        (" x ", "trim", (), "x"),
        ("xxyxx", "Trim", ("x",), "y"),
        ("a-b-c", "Split", ("-",), ["a", "b", "c"]),
        ("a  b", "Split", (), ["a", "b"]),
        ("abc", "ToUpper", (), "ABC"),
        ("abc", "Replace", ("b", "x"), "axc"),
        ("abc", "StartsWith", ("ab",), True),
        ("abc", "Contains", ("bc",), True),
        ("abc", "Substring", (1,), "bc"),
        ("abc", "Substring", (1, 1), "b"),
        ("abc", "IndexOf", ("c",), 2),
        ("7", "PadLeft", (3, "0"), "007"),
        ("abc", "Insert", (1, "-"), "a-bc"),
        ("abc", "Remove", (1, 1), "ac"),
        ([1, "a"], "Contains", ("a",), True),
        ([1], "Contains", ("1",), False),
        (HashTable({"a": 1}), "ContainsKey", ("A",), True),
        (5, "ToString", ("D3",), "005"),
        (datetime(2026, 1, 31).astimezone(), "AddMonths", (1,), datetime(2026, 2, 28).astimezone()),
        (datetime(2026, 1, 31).astimezone(), "ToString", ("yyyy",), "2026"),
    ],
)
def test_methods(value: object, method: str, arguments: tuple[object, ...], result: object) -> None:
    assert call_method(value, method, arguments) == result


@pytest.mark.parametrize(
    ("value", "method", "arguments", "id"),
    [
        ("abc", "Substring", (9,), "MethodArguments"),
        ("abc", "Trim", (), None),
        ("abc", "nosuch", (), "MethodNotFound"),
        ("abc", "ToUpper", (1, 2), "MethodArguments"),
        (None, "Trim", (), "InvokeMethodOnNull"),
        ("abc", "__class__", (), "MethodNotFound"),
        ("abc", "encode", (), "MethodNotFound"),
    ],
)
def test_only_methods_of_the_table_are_reached(
    value: object, method: str, arguments: tuple[object, ...], id: str | None
) -> None:
    if id is None:
        call_method(value, method, arguments)
        return
    with pytest.raises(OperationError) as caught:
        call_method(value, method, arguments)
    assert caught.value.error_id == id


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "True"),
        (2.0, "2"),
        (0.1, "0.1"),
        (float("inf"), "∞"),
        ([1, "a", None], "1 a "),
        (JOB, "build"),
        (SESSION, "s"),
        (JobId(3, 1), "3.1"),
        (JobState.RUNNING, "Running"),
        (HashTable({"a": 1, "b": [1, 2]}), "@{a=1; b=1 2}"),
        (timedelta(days=1, seconds=90), "1.00:01:30"),
        (-timedelta(seconds=1.5), "-00:00:01.500000"),
        (ErrorRecord("boom"), "boom"),
        (LINE, "hello"),
    ],
)
def test_text(value: object, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("value", "is_true"),
    [
        (None, False), (0, False), (0.0, False), ("", False), ([], False), (False, False), ([0], False), ([0, 0], True),
        ("False", True), (1, True), ([1], True), (HashTable(), True), (JOB, True), ("0", True),
    ],
)  # fmt: skip
def test_truth(value: object, is_true: bool) -> None:
    assert truth(value) is is_true


def test_hashtables_mind_no_case_and_keep_order_and_spelling() -> None:
    table = HashTable({"Beta": 1, "alpha": 2})
    table["BETA"] = 3
    assert list(table.items()) == [("Beta", 3), ("alpha", 2)]
    del table["ALPHA"]
    assert "alpha" not in table
    assert table != HashTable(table)


def test_what_is_mixed_still_has_an_order() -> None:
    values: list[object] = ["b", 10, None, JobId(2, 1), "A", 9, JOB, True]
    ordered = sorted(values, key=sort_key())
    assert ordered == [None, True, JobId(2, 1), 9, 10, "A", "b", JOB]


def test_get_member_lists_what_there_is() -> None:
    assert ("State", "Property") in members(JOB)
    assert ("Trim", "Method") in members("x")
    assert type_name(JOB) == "Job"
    assert type_name(JobState.RUNNING) == "String"
    assert type_name(timedelta()) == "TimeSpan"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(st.lists(VALUES, max_size=6))
def test_sorting_never_fails_and_is_stable(values: list[object]) -> None:
    once = sorted(values, key=sort_key())
    assert sorted(once, key=sort_key()) == once


@given(VALUES, VALUES)
def test_equality_and_text_take_any_values(left: object, right: object) -> None:
    assert equal(left, right) in (True, False)
    assert isinstance(to_text([left, right]), str)


def test_a_line_of_output_names_a_host_by_its_text() -> None:
    line = Line.of(b"web[01-02]", Origin("db1", None, False))
    assert HostPatternType().from_object(line) == ("web01", "web02")

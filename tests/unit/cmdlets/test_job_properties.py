"""What a job shows: its columns, its properties in PowerShell's order, what it wrote as properties."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.command.members import get_member, property_names
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind, Outcome, Output
from jobsh.model.job_state import JobState
from jobsh.model.record_file import FrameKind, beginning, frame
from jobsh.model.records import Stream
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import TestShell

ID = InstanceId("a" * 32)


def job(place: Path, out: bytes = b"", err: bytes = b"", **fields: object) -> Job:
    (place / "out").write_bytes(out)
    (place / "err").write_bytes(err)
    output = Output(str(place), len(out), len(err))
    made = Job(JobId(3), ID, "build", JobKind.BACKGROUND, JobState.FAILED, "localhost", "make", Outcome.exited(3))
    return made.replace(output=output, **fields)


def test_the_properties_are_powershells_in_its_order() -> None:
    assert " ".join(property_names(Job)) == (
        "State HasMoreData StatusMessage Location Command JobStateInfo Finished InstanceId Id Name ChildJobs PSBeginTime"
        " PSEndTime PSJobTypeName ExitCode Pid"
    )


def test_the_state_and_its_reason(tmp_path: Path) -> None:
    info = get_member(job(tmp_path), "JobStateInfo")
    assert (get_member(info, "State"), get_member(info, "Reason")) == ("Failed", "exit status 3")
    parent = job(tmp_path).replace(output=None, outcome=None, children=(job(tmp_path),))
    assert get_member(get_member(parent, "JobStateInfo"), "Reason") == ""


def test_what_a_job_wrote(tmp_path: Path) -> None:
    wrote = job(tmp_path, b"one\ntwo\nlast", b"oops\n")
    assert get_member(wrote, "Output") == ["one", "two", "last"]
    assert get_member(wrote, "Error") == ["oops"]
    assert get_member(wrote, "Warning") == []
    assert get_member(get_member(wrote, "ChildJobs"), "Error") == "oops"
    parent = wrote.replace(output=None, children=(wrote, wrote))
    assert get_member(parent, "Output") == []
    assert get_member(get_member(parent, "ChildJobs"), "Error") == ["oops", "oops"]
    assert get_member(wrote.replace(output=Output("")), "Output") == []
    assert get_member(wrote.replace(output=Output(str(tmp_path / "gone"))), "Error") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Get-Job 1 | Format-Table",
            "Id     Name            PSJobTypeName   State         HasMoreData     Location             Command",
        ),
        ("(Get-Job 1).JobStateInfo", "Running"),
        ("(Get-Job 1).ChildJobs.Count", "1"),
        ("(Get-Job 2).ChildJobs.Count", "2"),
        ("(Get-Job 1 | Get-Member -Name Out*, Warn*).Name -join ' '", "Output Warning"),
        ("(Get-Job 2).Location", "web01,web02"),
        ("(Get-Job 2.1).PSJobTypeName", ""),
    ],
)
def test_shown(tmp_path: Path, engine: FakeEngine, text: str, shown: str) -> None:
    engine.add("first line\nsecond")
    engine.add_children("web01", "web02")
    said = run(TestShell(tmp_path, engine).run(text))
    assert said.errors == []
    assert shown in said.out


def test_records_are_values_again(tmp_path: Path) -> None:
    data = (
        beginning(ID)
        + frame(Stream.OUTPUT, FrameKind.VALUE, 1.0, b"[1, 2]")
        + frame(Stream.WARNING, FrameKind.VALUE, 1.0, b'"hm"')
    )
    wrote = job(tmp_path, data + frame(Stream.OUTPUT, FrameKind.RAW, 1.0, b"raw\n"))
    assert get_member(wrote, "Output") == [[1, 2], "raw"]
    assert get_member(wrote, "Warning") == ["hm"]

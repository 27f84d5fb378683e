"""The pure parts: what spools say in the words of jobs, selection, resumption."""

from __future__ import annotations

import pytest

from jobsh.engine.recovery import Resumption, resumption
from jobsh.engine.selection import select
from jobsh.engine.snapshots import job_of, outcome_of, state_of, verdict
from jobsh.model.ids import JobId, SessionId, new_instance_id
from jobsh.model.job import Job, JobKind, Outcome, OutcomeKind
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.queries import JobQuery
from jobsh.ports.spool import SpoolJob, SpoolState
from jobsh.ports.store import StoredJob

KILLED = Outcome(OutcomeKind.SIGNALLED, 143, "killed by signal TERM")


@pytest.mark.parametrize(
    ("spool_state", "outcome", "was_stopped", "state", "reason"),
    [
        (SpoolState.STARTING, None, False, JobState.RUNNING, None),
        (SpoolState.RUNNING, None, False, JobState.RUNNING, None),
        (SpoolState.ORPHAN, None, False, JobState.RUNNING, None),
        (SpoolState.OTHER_MACHINE, None, False, JobState.UNKNOWN, None),
        (SpoolState.ENDED, Outcome.exited(0), False, JobState.COMPLETED, ""),
        (SpoolState.ENDED, Outcome.exited(3), False, JobState.FAILED, "exit status 3"),
        (SpoolState.ENDED, KILLED, False, JobState.FAILED, "killed by signal TERM"),
        (SpoolState.ENDED, KILLED, True, JobState.STOPPED, "stopped"),
        (SpoolState.ENDED, Outcome.exited(0), True, JobState.STOPPED, "stopped"),
        (SpoolState.ENDED, None, False, JobState.FAILED, "the exit status is not known"),
        (SpoolState.LOST, None, False, JobState.FAILED, "its runner was killed; the exit status is not known"),
        (
            SpoolState.LOST_BY_REBOOT,
            None,
            False,
            JobState.FAILED,
            "the host was restarted; the exit status is not known",
        ),
        (
            SpoolState.NONE,
            None,
            False,
            JobState.FAILED,
            "its directory on the host is gone; the exit status is not known",
        ),
    ],
)
def test_what_a_spool_says_is_a_state_and_a_reason(
    spool_state: SpoolState, outcome: Outcome | None, was_stopped: bool, state: JobState, reason: str | None
) -> None:
    job = SpoolJob(new_instance_id(), spool_state, outcome=outcome, was_stopped=was_stopped)
    assert state_of(job) is state
    said = outcome_of(job)
    assert (said.reason if said else None) == reason
    word = verdict(job)
    events = {JobState.COMPLETED: JobEvent.SUCCEED, JobState.FAILED: JobEvent.FAIL, JobState.STOPPED: JobEvent.STOP}
    assert (word[0] if word else None) == events.get(state)


def test_a_lost_job_has_no_invented_exit_status() -> None:
    outcome = outcome_of(SpoolJob(new_instance_id(), SpoolState.LOST))
    assert outcome is not None
    assert (outcome.kind, outcome.status) == (OutcomeKind.LOST, None)


def test_a_job_is_complete_when_all_its_bytes_are_here() -> None:
    ended = SpoolJob(new_instance_id(), SpoolState.ENDED, 2, outcome=Outcome.exited(0), out=10, err=5, ended=9.0)
    for here, is_complete in (((10, 5), True), ((10, 4), False), ((12, 0), False)):
        job = job_of(ended, directory="/d", sizes=(10, 5), here=here, seen_from=SessionId(3))
        assert job.output is not None
        assert job.output.is_complete is is_complete
        assert (job.id, job.name, job.seen_from, job.ended) == (JobId(2), "Job2", SessionId(3), 9.0)


def a_job(number: int, name: str, *, state: JobState = JobState.RUNNING, children: int = 0, child: int = 0) -> Job:
    own = tuple(a_job(number, f"{name}.{n}", child=n) for n in range(1, children + 1))
    kind = JobKind.CHILD if child else JobKind.BACKGROUND
    return Job(JobId(number, child), new_instance_id(), name, kind, state, "localhost", f"run {name}", children=own)


JOBS = (a_job(10, "ten", state=JobState.FAILED), a_job(2, "two"), a_job(3, "three", children=2), a_job(4, "[x]"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (JobQuery(), ["2", "3", "4", "10"]),
        (JobQuery(ids=(JobId(10), JobId(2), JobId(99))), ["2", "10"]),
        (JobQuery(ids=(JobId(3, 2),)), ["3.2"]),
        (JobQuery(names=("T*",)), ["2", "3", "10"]),
        (JobQuery(names=("three.1",)), ["3.1"]),
        (JobQuery(names=("nobody",)), []),
        (JobQuery(state=JobState.FAILED), ["10"]),
        (JobQuery(names=("t*",), state=JobState.RUNNING), ["2", "3"]),
        (JobQuery(commands=("*two",)), ["2"]),
        (JobQuery(instance_ids=(JOBS[2].children[0].instance_id,)), ["3.1"]),
    ],
)
def test_selection(query: JobQuery, found: list[str]) -> None:
    assert [str(job.id) for job in select(JOBS, query)] == found


S = JobState
NEVER_THERE = Outcome(OutcomeKind.NOT_STARTED, None, "refused")


@pytest.mark.parametrize(
    ("state", "fields", "has_program", "expected"),
    [
        (S.NOT_STARTED, {}, True, Resumption.START),
        (S.NOT_STARTED, {}, False, Resumption.GIVE_UP),
        (S.UNKNOWN, {}, True, Resumption.START),
        (S.UNKNOWN, {"began": 1.0}, True, Resumption.FOLLOW),
        (S.RUNNING, {"began": 1.0}, False, Resumption.FOLLOW),
        (S.STOPPING, {"began": 1.0}, True, Resumption.STOP),
        (S.COMPLETED, {"began": 1.0, "outcome": Outcome.exited(0), "is_complete": True}, False, Resumption.NOTHING),
        (S.COMPLETED, {"began": 1.0, "outcome": Outcome.exited(0)}, False, Resumption.FOLLOW),
        (S.FAILED, {"outcome": NEVER_THERE}, False, Resumption.NOTHING),
    ],
)
def test_how_a_child_goes_on_in_a_new_engine(
    state: JobState, fields: dict[str, object], has_program: bool, expected: Resumption
) -> None:
    child = StoredJob(JobId(1, 1), new_instance_id(), "j", JobKind.CHILD, state, "web01", "id", 0.5).replace(**fields)
    assert resumption(child, has_program=has_program) is expected

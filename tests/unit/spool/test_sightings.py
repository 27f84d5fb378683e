"""What a job's directory says."""

from __future__ import annotations

from jobsh.model.ids import InstanceId
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.ports.spool import SpoolState
from jobsh.spool.layout import End
from jobsh.spool.sightings import LONGEST_COMMAND, Facts, Sighting, about_line, read_reply, spool_job

ID = InstanceId("a" * 32)


def test_an_ended_job() -> None:
    about = about_line(7, "my name", "echo 'a\nb'")
    job = spool_job(ID, Sighting(SpoolState.ENDED, End(3, 10, 2), (4, 2), about=about), Facts(99, 99, 1.0, 2.0))
    assert (job.number, job.name, job.command) == (7, "my name", "echo 'a\nb'")
    assert (job.out, job.err) == (10, 2)  # what was written later is late output
    assert (job.received_out, job.received_err) == (4, 2)
    assert (job.began, job.ended) == (1.0, 2.0)
    assert job.outcome == Outcome.exited(3)


def test_a_stopped_job() -> None:
    ended = spool_job(ID, Sighting(SpoolState.ENDED, End(143, 0, 0), was_stopped=True), Facts())
    assert ended.was_stopped
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.STOPPED
    running = spool_job(ID, Sighting(SpoolState.RUNNING, was_stopped=True), Facts())
    assert not running.was_stopped
    assert running.outcome is None


def test_lost_jobs_have_a_reason() -> None:
    for state in (SpoolState.LOST, SpoolState.LOST_BY_REBOOT, SpoolState.NONE):
        outcome = spool_job(ID, Sighting(state), Facts()).outcome
        assert outcome is not None
        assert outcome.kind is OutcomeKind.LOST
        assert "not known" in outcome.reason


def test_a_long_command_is_cut() -> None:
    job = spool_job(ID, Sighting(SpoolState.RUNNING, about=about_line(1, "", "x" * 100_000)), Facts())
    assert len(job.command) == LONGEST_COMMAND
    assert job.command.endswith("x…")


def test_a_hosts_reply() -> None:
    id = str(ID)
    lines = [
        ["job", id, "running", "-", "-", "-", "1", "2", "0", "123", "4", "name", "echo\\0040x"],
        ["job", "b" * 32, "none"],
        ["fact", f"{id}/out", "10", "1700000000"],
        ["fact", f"{id}/run", "256", "1600000000"],
        ["done"],
    ]
    job, none = read_reply(lines)
    assert (job.state, job.number, job.name, job.command, job.pid) == (SpoolState.RUNNING, 4, "name", "echo x", 123)
    assert (job.out, job.began, job.ended) == (10, 1600000000.0, None)
    assert none.state is SpoolState.NONE

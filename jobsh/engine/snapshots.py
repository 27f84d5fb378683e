"""What a spool says, in the words of jobs. Pure."""

from __future__ import annotations

from jobsh.model.ids import HERE, JobId, Location
from jobsh.model.job import Job, JobKind, Outcome, OutcomeKind, Output
from jobsh.model.job_state import JobEvent, JobState
from jobsh.ports.spool import SpoolJob, SpoolState

_NOT_KNOWN = "the exit status is not known"
_GONE = {
    SpoolState.LOST: f"its runner was killed; {_NOT_KNOWN}",
    SpoolState.LOST_BY_REBOOT: f"the host was restarted; {_NOT_KNOWN}",
    SpoolState.NONE: f"its directory on the host is gone; {_NOT_KNOWN}",
}

_EVENT_OF_STATE = {
    JobState.COMPLETED: JobEvent.SUCCEED,
    JobState.FAILED: JobEvent.FAIL,
    JobState.STOPPED: JobEvent.STOP,
}


def state_of(job: SpoolJob) -> JobState:
    """The state of a job that its spool shows. Unknown is only what cannot be judged from here."""
    if job.state in _GONE:
        return JobState.FAILED
    if job.state is SpoolState.OTHER_MACHINE:
        return JobState.UNKNOWN
    if job.state is SpoolState.SUSPENDED:
        return JobState.SUSPENDED
    if job.state is not SpoolState.ENDED:
        return JobState.RUNNING
    if job.was_stopped:
        return JobState.STOPPED
    return JobState.COMPLETED if job.outcome is not None and job.outcome.succeeded else JobState.FAILED


def outcome_of(job: SpoolJob) -> Outcome | None:
    """How it ended, with a reason for people; None while it has not."""
    if job.state in _GONE:
        return Outcome(OutcomeKind.LOST, None, _GONE[job.state])
    if job.state is not SpoolState.ENDED:
        return None
    if job.was_stopped:
        return Outcome(OutcomeKind.STOPPED, job.outcome.status if job.outcome else None, "stopped")
    return job.outcome or Outcome(OutcomeKind.LOST, None, _NOT_KNOWN)


def verdict(job: SpoolJob) -> tuple[JobEvent, Outcome] | None:
    """What the last word of a spool does to its job; None when it is no last word."""
    outcome = outcome_of(job)
    return None if outcome is None else (_EVENT_OF_STATE[state_of(job)], outcome)


def job_of(
    job: SpoolJob,
    *,
    directory: str,
    sizes: tuple[int, int],
    here: tuple[int, int],
    is_attached: bool = False,
    seen_from: Location = HERE,
) -> Job:
    """A job as its location shows it, with output of `sizes`; `directory` on this machine holds `here` of it."""
    state = state_of(job)
    is_complete = state.is_finished and here[0] >= job.out and here[1] >= job.err
    output = Output(directory, *sizes, job.received_out, job.received_err, is_complete)
    return Job(
        JobId(job.number),
        job.instance_id,
        job.name or f"Job{job.number}",
        JobKind.BACKGROUND,
        state,
        "localhost",
        job.command,
        outcome_of(job),
        created=job.began,
        began=job.began,
        ended=job.ended if state.is_finished else None,
        output=output,
        is_attached=is_attached,
        pid=job.pid or None,
        seen_from=seen_from,
    )

"""What a new engine does with a child job of the last one. Pure: the stored row decides, the spool has the last word."""

from __future__ import annotations

from enum import Enum

from jobsh.model.job import OutcomeKind
from jobsh.model.job_state import JobState
from jobsh.ports.store import StoredJob


class Resumption(Enum):
    """How the life of a child job goes on."""

    NOTHING = "nothing is left to do"
    START = "start it: exactly once per instance id, so it does not matter whether the last engine had"
    FOLLOW = "fetch the rest of its output and its end"
    STOP = "go on stopping it"
    REST = "its session is disconnected: it goes on there until somebody connects"
    GIVE_UP = "it was never started and what to start is not known any more"


def resumption(child: StoredJob, *, has_program: bool) -> Resumption:
    """What `child`, as it was last stored, needs."""
    if child.state is JobState.STOPPING:
        return Resumption.STOP
    if child.state is JobState.DISCONNECTED:
        return Resumption.REST
    if child.state.is_finished:
        return Resumption.FOLLOW if _lacks_output(child) else Resumption.NOTHING
    if child.began is not None:
        return Resumption.FOLLOW
    return Resumption.START if has_program else Resumption.GIVE_UP


def _lacks_output(child: StoredJob) -> bool:
    was_never_there = child.outcome is None or child.outcome.kind is OutcomeKind.NOT_STARTED or child.began is None
    return not (child.is_complete or was_never_there)

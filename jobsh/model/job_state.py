"""The states of jobs as data: one transition table, one pure step, one pure combination of children.

The names are PowerShell's, plus `Unknown`: the host is not reachable and the truth is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from jobsh.errors import InvalidState


class JobState(StrEnum):
    """What a job is doing."""

    NOT_STARTED = "NotStarted"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPED = "Stopped"
    BLOCKED = "Blocked"
    SUSPENDED = "Suspended"
    DISCONNECTED = "Disconnected"
    SUSPENDING = "Suspending"
    STOPPING = "Stopping"
    AT_BREAKPOINT = "AtBreakpoint"
    UNKNOWN = "Unknown"

    @property
    def is_finished(self) -> bool:
        """Whether the job will not change any more."""
        return self in FINISHED


class JobEvent(StrEnum):
    """What happens to a job."""

    START = "start"
    SUCCEED = "succeed"
    FAIL = "fail"
    REQUEST_STOP = "request stop"
    STOP = "stop"
    SUSPEND = "suspend"
    RESUME = "resume"
    LOSE_LINK = "lose link"
    REGAIN_LINK = "regain link"
    DISCONNECT = "disconnect"
    RECONNECT = "reconnect"


FINISHED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.STOPPED})

_S, _E = JobState, JobEvent
_LIVE = (_S.RUNNING, _S.STOPPING, _S.SUSPENDED, _S.DISCONNECTED, _S.UNKNOWN)

TRANSITIONS: dict[tuple[JobState, JobEvent], JobState] = {
    (_S.NOT_STARTED, _E.START): _S.RUNNING,
    (_S.NOT_STARTED, _E.FAIL): _S.FAILED,
    (_S.NOT_STARTED, _E.STOP): _S.STOPPED,
    (_S.NOT_STARTED, _E.REQUEST_STOP): _S.STOPPED,
    (_S.NOT_STARTED, _E.LOSE_LINK): _S.UNKNOWN,
    **{(state, _E.SUCCEED): _S.COMPLETED for state in _LIVE},
    **{(state, _E.FAIL): _S.FAILED for state in _LIVE},
    **{(state, _E.STOP): _S.STOPPED for state in _LIVE},
    **{(state, _E.REQUEST_STOP): _S.STOPPING for state in _LIVE},
    **{(state, _E.LOSE_LINK): _S.UNKNOWN for state in _LIVE},
    (_S.RUNNING, _E.SUSPEND): _S.SUSPENDED,
    (_S.SUSPENDED, _E.RESUME): _S.RUNNING,
    (_S.RUNNING, _E.DISCONNECT): _S.DISCONNECTED,
    (_S.SUSPENDED, _E.DISCONNECT): _S.DISCONNECTED,
    (_S.UNKNOWN, _E.DISCONNECT): _S.DISCONNECTED,
    (_S.DISCONNECTED, _E.RECONNECT): _S.RUNNING,
    (_S.UNKNOWN, _E.REGAIN_LINK): _S.RUNNING,
    (_S.UNKNOWN, _E.START): _S.RUNNING,
}


def next_state(state: JobState, event: JobEvent) -> JobState:
    """The state after `event`; raises InvalidState when the table has no such move."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise InvalidState(f"a job that is {state} cannot {event}") from None


def combine(children: Iterable[JobState]) -> JobState:
    """The state of a parent from those of its children (POWERSHELL section 2.1, plus Unknown)."""
    states = set(children)
    if not states:
        return JobState.NOT_STARTED
    open_states = states - FINISHED
    if open_states:
        return _combine_open(states, open_states)
    for state in (JobState.FAILED, JobState.STOPPED):
        if state in states:
            return state
    return JobState.COMPLETED


def _combine_open(states: set[JobState], open_states: set[JobState]) -> JobState:
    for state in (JobState.BLOCKED, JobState.RUNNING, JobState.STOPPING):
        if state in open_states:
            return state
    if len(open_states) == 1:
        (only,) = open_states
        # queued children beside finished ones: the fan-out is under way
        return JobState.RUNNING if only is JobState.NOT_STARTED and len(states) > 1 else only
    return JobState.UNKNOWN if JobState.UNKNOWN in open_states else JobState.RUNNING

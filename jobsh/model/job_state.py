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
    """It waits for an answer from the user: its host asks for a password, or shows a new key."""
    SUSPENDED = "Suspended"
    DISCONNECTED = "Disconnected"
    SUSPENDING = "Suspending"
    STOPPING = "Stopping"
    AT_BREAKPOINT = "AtBreakpoint"
    """A debugger holds it. Nothing in jobsh brings a job here."""
    UNKNOWN = "Unknown"

    @property
    def is_finished(self) -> bool:
        """Whether the job will not change any more."""
        return self in FINISHED

    @property
    def is_persistent(self) -> bool:
        """Whether the job will not change by itself: it ended, or somebody has to resume or connect it."""
        return self in FINISHED or self in (JobState.SUSPENDED, JobState.DISCONNECTED)


class JobEvent(StrEnum):
    """What happens to a job."""

    START = "start"
    SUCCEED = "succeed"
    FAIL = "fail"
    REQUEST_STOP = "request stop"
    STOP = "stop"
    HOLD = "hold"
    """It is suspended before it was started."""
    RELEASE = "release"
    """It may start after all."""
    REQUEST_SUSPEND = "request suspend"
    SUSPEND = "suspend"
    RESUME = "resume"
    BLOCK = "block"
    UNBLOCK = "unblock"
    BREAK = "break"
    LOSE_LINK = "lose link"
    REGAIN_LINK = "regain link"
    DISCONNECT = "disconnect"
    RECONNECT = "reconnect"


FINISHED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.STOPPED})

_S, _E = JobState, JobEvent
_LIVE = (_S.RUNNING, _S.STOPPING, _S.SUSPENDING, _S.SUSPENDED, _S.DISCONNECTED, _S.AT_BREAKPOINT, _S.UNKNOWN)
"""It runs, or did when it was last heard of."""

TRANSITIONS: dict[tuple[JobState, JobEvent], JobState] = {
    (_S.NOT_STARTED, _E.START): _S.RUNNING,
    **{(state, _E.FAIL): _S.FAILED for state in (_S.NOT_STARTED, _S.BLOCKED, *_LIVE)},
    **{(state, _E.STOP): _S.STOPPED for state in (_S.NOT_STARTED, _S.BLOCKED, *_LIVE)},
    **{(state, _E.SUCCEED): _S.COMPLETED for state in _LIVE},
    **{(state, _E.REQUEST_STOP): _S.STOPPED for state in (_S.NOT_STARTED, _S.BLOCKED)},
    **{(state, _E.REQUEST_STOP): _S.STOPPING for state in _LIVE},
    **{(state, _E.LOSE_LINK): _S.UNKNOWN for state in (_S.NOT_STARTED, *_LIVE)},
    # waiting for an answer happens while a host is reached, so before a start
    (_S.NOT_STARTED, _E.BLOCK): _S.BLOCKED,
    (_S.BLOCKED, _E.UNBLOCK): _S.NOT_STARTED,
    (_S.NOT_STARTED, _E.HOLD): _S.SUSPENDED,
    (_S.BLOCKED, _E.HOLD): _S.SUSPENDED,
    (_S.SUSPENDED, _E.RELEASE): _S.NOT_STARTED,
    (_S.RUNNING, _E.REQUEST_SUSPEND): _S.SUSPENDING,
    (_S.RUNNING, _E.SUSPEND): _S.SUSPENDED,
    (_S.SUSPENDING, _E.SUSPEND): _S.SUSPENDED,
    **{(state, _E.RESUME): _S.RUNNING for state in (_S.SUSPENDED, _S.SUSPENDING, _S.AT_BREAKPOINT)},
    (_S.RUNNING, _E.BREAK): _S.AT_BREAKPOINT,
    **{(state, _E.DISCONNECT): _S.DISCONNECTED for state in (_S.RUNNING, _S.SUSPENDED, _S.UNKNOWN)},
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


_SHOW_THROUGH = (_S.BLOCKED, _S.AT_BREAKPOINT, _S.RUNNING, _S.STOPPING, _S.SUSPENDING)
"""One child in such a state makes it the parent's, the first one here before the others."""


def _combine_open(states: set[JobState], open_states: set[JobState]) -> JobState:
    for state in _SHOW_THROUGH:
        if state in open_states:
            return state
    if len(open_states) == 1:
        (only,) = open_states
        # queued children beside finished ones: the fan-out is under way
        return JobState.RUNNING if only is JobState.NOT_STARTED and len(states) > 1 else only
    if JobState.UNKNOWN in open_states:
        return JobState.UNKNOWN
    return JobState.RUNNING if JobState.NOT_STARTED in open_states else JobState.DISCONNECTED

"""The transition table of jobs."""

import itertools

import pytest

from jobsh.errors import InvalidState
from jobsh.model.job_state import FINISHED, TRANSITIONS, JobEvent, JobState, combine, next_state

S = JobState


def test_finished_states_absorb() -> None:
    assert not [state for state, _ in TRANSITIONS if state in FINISHED]


def test_every_live_state_can_finish_in_each_way() -> None:
    before_the_start = {S.NOT_STARTED, S.BLOCKED}
    live = {s for s, _ in TRANSITIONS} - before_the_start
    for state, event in itertools.product(live, ("SUCCEED", "FAIL", "STOP")):
        assert next_state(state, JobEvent[event]) in FINISHED
    for state, event in itertools.product(before_the_start, ("FAIL", "STOP", "REQUEST_STOP")):
        assert next_state(state, JobEvent[event]) in FINISHED


def test_all_states_of_powershell_are_in_the_table_with_its_moves() -> None:
    moves = {(old, new) for (old, _), new in TRANSITIONS.items()}
    finals = (S.COMPLETED, S.FAILED, S.STOPPED)
    assert {(S.NOT_STARTED, S.RUNNING), (S.NOT_STARTED, S.STOPPED)} <= moves
    assert {
        (S.RUNNING, s) for s in (*finals, S.SUSPENDED, S.DISCONNECTED, S.SUSPENDING, S.STOPPING, S.AT_BREAKPOINT)
    } <= moves
    assert {(S.SUSPENDING, S.SUSPENDED), (S.SUSPENDED, S.RUNNING), (S.STOPPING, S.STOPPED)} <= moves
    assert {(S.DISCONNECTED, S.RUNNING), (S.DISCONNECTED, S.STOPPED), (S.DISCONNECTED, S.FAILED)} <= moves
    assert (S.AT_BREAKPOINT, S.RUNNING) in moves
    assert set(S) == {state for move in moves for state in move}


def test_a_suspended_job_has_not_ended() -> None:
    assert not S.SUSPENDED.is_finished
    assert {s for s in S if s.is_persistent} == {*FINISHED, S.SUSPENDED, S.DISCONNECTED}


def test_every_state_that_is_used_is_reachable_from_not_started() -> None:
    reached, fresh = {S.NOT_STARTED}, {S.NOT_STARTED}
    while fresh:
        fresh = {new for (old, _), new in TRANSITIONS.items() if old in fresh} - reached
        reached |= fresh
    assert reached == {s for s, _ in TRANSITIONS} | set(TRANSITIONS.values())


def test_a_lost_link_is_unknown_never_failed() -> None:
    assert all(new is S.UNKNOWN for (_, event), new in TRANSITIONS.items() if event is JobEvent.LOSE_LINK)


def test_an_illegal_move_says_what_was_tried() -> None:
    with pytest.raises(InvalidState, match="a job that is Completed cannot start"):
        next_state(S.COMPLETED, JobEvent.START)


@pytest.mark.parametrize(
    ("children", "parent"),
    [
        ([], S.NOT_STARTED),
        ([S.NOT_STARTED, S.NOT_STARTED], S.NOT_STARTED),
        ([S.RUNNING, S.COMPLETED, S.FAILED], S.RUNNING),
        ([S.NOT_STARTED, S.COMPLETED], S.RUNNING),
        ([S.BLOCKED, S.RUNNING], S.BLOCKED),
        ([S.DISCONNECTED, S.COMPLETED], S.DISCONNECTED),
        ([S.AT_BREAKPOINT, S.RUNNING], S.AT_BREAKPOINT),
        ([S.SUSPENDED, S.COMPLETED], S.SUSPENDED),
        ([S.SUSPENDED, S.RUNNING], S.RUNNING),
        ([S.SUSPENDED, S.SUSPENDING], S.SUSPENDING),
        ([S.SUSPENDED, S.DISCONNECTED, S.FAILED], S.DISCONNECTED),
        ([S.SUSPENDED, S.NOT_STARTED], S.RUNNING),
        ([S.UNKNOWN, S.COMPLETED], S.UNKNOWN),
        ([S.UNKNOWN, S.DISCONNECTED], S.UNKNOWN),
        ([S.COMPLETED, S.FAILED, S.STOPPED], S.FAILED),
        ([S.COMPLETED, S.STOPPED], S.STOPPED),
        ([S.COMPLETED, S.COMPLETED], S.COMPLETED),
    ],
)
def test_a_parent_is_what_its_children_make_it(children: list[JobState], parent: JobState) -> None:
    assert all(combine(order) is parent for order in itertools.permutations(children))

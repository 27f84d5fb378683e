"""The transition table of sessions."""

import pytest

from jobsh.errors import InvalidState
from jobsh.model.session_state import TRANSITIONS, SessionEvent, SessionState, next_state

S, E = SessionState, SessionEvent


def test_every_state_of_powershell_is_reachable_from_the_first() -> None:
    reached, fresh = {S.BEFORE_OPEN}, {S.BEFORE_OPEN}
    while fresh:
        fresh = {new for (old, _), new in TRANSITIONS.items() if old in fresh} - reached
        reached |= fresh
    assert reached == set(S)


def test_closed_is_final_and_reachable_from_everywhere() -> None:
    assert not [state for state, _ in TRANSITIONS if state is S.CLOSED]
    for state in set(S) - {S.BEFORE_OPEN, S.CLOSED, S.CLOSING}:
        assert next_state(next_state(state, E.CLOSE), E.SUCCEED) is S.CLOSED


def test_a_lost_connection_is_never_the_end() -> None:
    for state in (S.OPENED, S.CONNECTING, S.DISCONNECTING):
        assert next_state(next_state(state, E.LOSE_LINK), E.REGAIN_LINK) is S.OPENED


def test_from_opened_to_disconnected_and_back() -> None:
    state = S.OPENED
    for event in (E.DISCONNECT, E.SUCCEED, E.CONNECT, E.SUCCEED):
        state = next_state(state, event)
    assert state is S.OPENED
    assert next_state(S.DISCONNECTING, E.FAIL) is S.OPENED
    assert next_state(S.CONNECTING, E.FAIL) is S.DISCONNECTED


@pytest.mark.parametrize("state", [S.OPENED, S.BROKEN, S.DISCONNECTED])
def test_another_client_may_take_what_we_do_not_hold(state: SessionState) -> None:
    assert next_state(state, E.BE_TAKEN) is S.DISCONNECTED


def test_an_illegal_move_says_what_was_tried() -> None:
    with pytest.raises(InvalidState, match="a session that is Broken cannot be disconnected"):
        next_state(S.BROKEN, E.DISCONNECT)

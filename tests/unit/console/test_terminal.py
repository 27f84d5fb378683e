"""The terminal that goes away while its modes are set: what writing to it says, no error that nobody knows."""

from __future__ import annotations

import os

import pytest

from jobsh.console.terminal import Terminal


def test_a_terminal_that_went_away_is_a_broken_pipe() -> None:
    ours, theirs = os.openpty()
    os.close(ours)
    terminal = Terminal(theirs, theirs)
    try:
        for modes in (terminal.kept, terminal.raw, terminal.keys):
            with pytest.raises(BrokenPipeError), modes():
                pass
    finally:
        os.close(theirs)


def test_a_terminal_that_goes_away_inside_is_no_error() -> None:
    ours, theirs = os.openpty()
    with Terminal(theirs, theirs).raw():
        os.close(ours)
    os.close(theirs)

"""A question in the middle of a line being typed: the line steps aside and comes back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.screen import screen


def test_a_question_while_a_line_is_typed(place: Path) -> None:
    driver = (sys.executable, "-m", "tests.unit.repl.ask_while_typing", str(place / "history"))
    with screen(driver, {**os.environ, "TERM": "xterm-256color"}) as shown:
        shown.wait_line(">")
        shown.type("half")
        shown.wait_line("web01's password:")
        shown.enter("sesame")
        shown.wait_line("> half")
        shown.enter(" a line")
        shown.wait_for("\nread half a line\n")
        assert "answered sesame" in shown.text
        assert shown.text.count("sesame") == 1

"""What a hostile host prints cannot act on the terminal, however it is cut into pieces."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsh.model.safe_text import SafeText, visible

HOSTILE = [
    b"\x1b]0;title\x07",
    b"\x1b]52;c;Y2xpcA==\x07",
    b"\x1b]8;;http://evil/\x1b\\link\x1b]8;;\x1b\\",
    b"\x05\x1b[c\x1b[5n\x1b[6n\x1bP$qm\x1b\\",
    b"\x1b[2J\x1b[H\x1b[?1049h\x1b[?25l\x1bc",
    "\x9b2J\x9d0;x\x9c".encode(),
    "\u202egnp.exe\u2066x\u2069".encode(),
    b"\xff\xfe\x80",
    b"over\rwritten",
    b"erased\b\b\b\x7f",
]


def shown(*pieces: bytes, keeps_colours: bool = True) -> str:
    """What a terminal gets of these pieces."""
    safe = SafeText(keeps_colours=keeps_colours)
    return "".join(safe.feed(piece) for piece in pieces) + safe.finish()


@pytest.mark.parametrize("data", HOSTILE)
def test_nothing_but_colours_acts(data: bytes) -> None:
    text = shown(data)
    assert text == visible(text)
    assert "\\" in text


def test_colours_tabs_and_newlines_pass() -> None:
    assert shown(b"\x1b[1;31mred\x1b[0m\tplain\n") == "\x1b[1;31mred\x1b[0m\tplain\n"


def test_a_colour_left_on_is_reset_at_the_end() -> None:
    assert shown(b"\x1b[32mgreen") == "\x1b[32mgreen\x1b[0m"


def test_colours_are_dropped_where_none_are_wanted() -> None:
    assert shown(b"\x1b[32mgreen\x1b[m", keeps_colours=False) == "green"


def test_the_newline_of_a_terminal_is_a_newline() -> None:
    assert shown(b"a\r\nb\r", b"\nc") == "a\nb\nc"


def test_undecodable_bytes_are_shown() -> None:
    assert shown(b"caf\xe9 \xc3", b"\xa9") == "caf\\xe9 \u00e9"


def test_a_name_cannot_forge_a_line() -> None:
    assert visible("a\nJob 3 ended\x1b[31m\t\u202e") == "a\\nJob 3 ended\\x1b[31m\\t\\u202e"


@given(st.binary(max_size=60), st.integers(0, 60))
@settings(max_examples=300)
def test_where_it_is_cut_makes_no_difference(data: bytes, cut: int) -> None:
    assert shown(data) == shown(data[:cut], data[cut:])


@given(st.lists(st.one_of(st.binary(max_size=8), st.sampled_from(HOSTILE)), max_size=6))
@settings(max_examples=300)
def test_the_modes_of_the_terminal_stay(pieces: list[bytes]) -> None:
    screen = pyte.Screen(80, 24)
    before, title = set(screen.mode), screen.title
    replies: list[str] = []
    setattr(screen, "write_process_input", replies.append)  # noqa: B010  (a method, for mypy)
    pyte.Stream(screen).feed(shown(*pieces))
    assert set(screen.mode) == before
    assert screen.title == title
    assert replies == []

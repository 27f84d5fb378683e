"""The history file: private, shared, and without what should not be kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jobsh.repl.history import SharedHistory


def loaded(history: SharedHistory) -> list[str]:
    """The lines, newest first, as the prompt gets them."""

    async def load() -> list[str]:
        return [text async for text in history.load()]

    return asyncio.run(load())


def test_lines_come_back_newest_first(place: Path) -> None:
    path = str(place / "history")
    one = SharedHistory(path)
    for text in ("Get-Job", "Start-Job {\n  uname\n}", "echo caf\u00e9 \udce9"):
        one.append_string(text)
    two = SharedHistory(path)
    two.refresh()
    assert loaded(two) == ["echo caf\u00e9 \udce9", "Start-Job {\n  uname\n}", "Get-Job"]
    assert (place / "history").stat().st_mode & 0o777 == 0o600


def test_terminals_see_each_others_lines(place: Path) -> None:
    one, two = SharedHistory(str(place / "history")), SharedHistory(str(place / "history"))
    one.append_string("first")
    two.refresh()
    two.append_string("second")
    one.refresh()
    assert one.get_strings() == ["first", "second"]
    one.append_string("third")
    two.refresh()
    assert two.get_strings() == ["first", "second", "third"]


def test_own_lines_are_not_read_twice(place: Path) -> None:
    history = SharedHistory(str(place / "history"))
    for text in ("a", "b", "a"):
        history.append_string(text)
    history.refresh()
    assert history.get_strings() == ["a", "b", "a"]


def test_what_is_not_kept(place: Path) -> None:
    history = SharedHistory(str(place / "history"))
    for text in ("kept", "kept", " secret", "", "  ", "\tsecret"):
        history.append_string(text)
    assert history.get_strings() == ["kept"]
    assert "secret" not in (place / "history").read_text()


def test_a_damaged_file_does_no_harm(place: Path) -> None:
    path = place / "history"
    path.write_bytes(b'nonsense\n{"text": 3}\n[]\n{"at": 1, "text": "good"}\n\xff\n{"at": 1, "text": "half')
    history = SharedHistory(str(path))
    history.refresh()
    assert history.get_strings() == ["good"]


def test_a_file_that_began_anew_is_read_again(place: Path) -> None:
    path = place / "history"
    path.write_text('{"text": "a long line that was here before"}\n')
    history = SharedHistory(str(path))
    history.refresh()
    path.write_text('{"text": "new"}\n')
    history.refresh()
    assert history.get_strings()[-1] == "new"


def test_a_place_that_cannot_be_written(place: Path) -> None:
    history = SharedHistory(str(place / "missing" / "history"))
    history.refresh()
    history.append_string("Get-Job")
    assert history.get_strings() == ["Get-Job"]

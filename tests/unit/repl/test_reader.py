"""The line editor without a terminal: keys in, texts out; colours; when a text is whole."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent, DummyCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.repl.highlighting import styled_lines
from jobsh.repl.keys import indent_after, is_whole
from jobsh.repl.reader import LineReader

VOCABULARY = Registry(CMDLETS).vocabulary()


@pytest.mark.parametrize(
    "text",
    [
        "Get-Job",
        "ls | wc -l",
        "if (1) { 2 }",
        "Get-Jbo",
        "echo 'a\nb'",
        "cat <<x\nhi\nx\n",
        "}",
        "",
        "Get-Job -Nonsense",
    ],
)
def test_whole_texts_and_wrong_ones_are_run(text: str) -> None:
    assert is_whole(text, VOCABULARY)


@pytest.mark.parametrize(
    "text", ["if (1) {", "echo 'a", "Get-Job |", "Start-Job {\n sleep 1", "cat <<x\nhi", "a &&", "echo \\", "$x = @(1,"]
)
def test_more_is_asked_for_while_something_is_open(text: str) -> None:
    assert not is_whole(text, VOCABULARY)


def test_the_next_line_is_indented() -> None:
    assert indent_after("if (1) {") == "    "
    assert indent_after("x\n    if (1) {") == "        "
    assert indent_after("    echo") == "    "
    assert indent_after("echo") == ""


def test_pieces_of_the_line_have_their_styles() -> None:
    ((first, *rest), second) = styled_lines("Get-Job -Name x\n$y", VOCABULARY)
    assert first[0] == "" or first == ("class:jobsh.command", "Get-Job")
    pieces = [piece for piece in [first, *rest] if piece[1].strip()]
    assert pieces[:2] == [("class:jobsh.command", "Get-Job"), ("class:jobsh.parameter", "-Name")]
    assert ("class:jobsh.variable", "$y") in second


def test_all_of_the_text_is_shown() -> None:
    for text in ("", "a\n\nb", "Get-Job | % { $_.Id # x\n} 'unended", "\x00\ud800", "x" * 30_000):
        assert "\n".join("".join(p[1] for p in line) for line in styled_lines(text, VOCABULARY)) == text


def typed(keys: str, place: Path, *more: str) -> list[str | None]:
    """The texts that come of these keys, one reading for each argument."""

    async def read() -> list[str | None]:
        with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
            reader = LineReader(lambda: VOCABULARY, DummyCompleter(), str(place / "history"), has_colours=False)
            texts = []
            for sent in (keys, *more):
                keyboard.send_text(sent)
                async with asyncio.timeout(60):
                    texts.append(await reader.read([("", "> ")]))
            return texts

    return asyncio.run(read())


def test_enter_goes_on_while_a_block_is_open(place: Path) -> None:
    assert typed("if (1) {\r2\r}\r", place) == ["if (1) {\n    2\n}"]


def test_ctrl_c_drops_the_line_and_ctrl_d_ends(place: Path) -> None:
    assert typed("rm -rf /\x03", place, "Get-Job\r", "\x04") == ["", "Get-Job", None]


def test_earlier_lines_come_back(place: Path) -> None:
    assert typed("one\r", place, " secret\r", "two\r", "\x1b[A\x1b[A\r") == ["one", " secret", "two", "one"]
    assert typed("\x12on\r\r", place) == ["one"]


def test_completions_replace_the_word(place: Path) -> None:
    from jobsh.repl.completer import PromptCompleter
    from tests.unit.repl.nowhere import Nowhere

    async def offered(text: str) -> list[tuple[str, int]]:
        completer = PromptCompleter(lambda: VOCABULARY, Registry(CMDLETS), Nowhere())
        found = completer.get_completions_async(Document(text, len(text)), CompleteEvent())
        return [(completion.text, completion.start_position) async for completion in found]

    assert ("Get-Job", -5) in asyncio.run(offered("Get-J"))
    assert ("-Name", -3) in asyncio.run(offered("Get-Job -Na"))

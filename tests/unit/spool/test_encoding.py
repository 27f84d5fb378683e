"""Values on their way to a shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobsh.errors import SpoolError
from jobsh.spool.encoding import check_value, checked_variables, decode, encode, to_text, value_line, word
from jobsh.spool.scripts import one_line

SHELLS = [words for words in (["dash"], ["bash"], ["busybox", "sh"], ["zsh"]) if shutil.which(words[0])]


@given(st.text(st.characters(min_codepoint=1, exclude_categories=["Cs"])))
def test_a_word_has_no_blanks_and_comes_back(text: str) -> None:
    code = word(text)
    assert code
    assert code.isascii()
    assert not set(code) & set(" \t\n*?[\"'$`")
    assert decode(code) == text


@given(st.binary())
def test_encoded_bytes_are_one_line_of_ascii(data: bytes) -> None:
    code = encode(data)
    assert all(32 <= byte < 127 for byte in code)


@pytest.mark.parametrize("shell", SHELLS, ids=lambda words: words[0])
def test_every_shell_makes_the_same_bytes_again(shell: list[str]) -> None:
    @settings(max_examples=40)
    @given(st.binary(max_size=300))
    def same(data: bytes) -> None:
        program = 'IFS= read -r c; printf %b "$c"'
        made = subprocess.run([*shell, "-c", program], input=encode(data) + b"\n", capture_output=True, check=True)
        assert made.stdout == data

    same()


@pytest.mark.parametrize("shell", SHELLS, ids=lambda words: words[0])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_every_shell_reads_value_lines(shell: list[str], locale: str) -> None:
    program = one_line("attach.sh") + "; for a; do printf '%s\\0' \"$a\"; done"

    @settings(max_examples=15)
    @given(st.lists(st.binary(max_size=100).filter(lambda data: b"\0" not in data), max_size=10))
    @example([b"\xc2\\", b"\xff\n\n"])
    def same(values: list[bytes]) -> None:
        lines = b"".join(value_line("a", to_text(value)) for value in values) + value_line("t", "")
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": locale}
        made = subprocess.run([*shell, "-c", program], input=lines, capture_output=True, check=True, env=environment)
        assert made.stdout == b"".join(value + b"\0" for value in values)

    same()


@pytest.mark.parametrize("value", ["a\0b", "x" * 131_072, "é" * 65_537])
def test_what_no_program_can_be_given_is_refused(value: str) -> None:
    with pytest.raises(SpoolError):
        check_value(value, "argument 1")


def test_the_longest_value_is_allowed() -> None:
    check_value("x" * 131_071, "argument 1")


def test_names_that_are_the_shells_own_are_left_out() -> None:
    assert checked_variables((("a", "1"), ("UID", "0"), ("_", "x"))) == ["a=1"]


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a b", "é", "a\n"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(SpoolError):
        checked_variables(((name, "x"),))

"""Any text: only the errors that are foreseen, spans within the text, and time in proportion to its length."""

from __future__ import annotations

import gc
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsh.errors import UsageError
from jobsh.language import normal, parse
from jobsh.language.ast import Node, Script
from jobsh.language.cursor import at_cursor
from jobsh.language.lexer import tokens
from tests.unit.language import test_blocks, test_commands, test_shell_text, test_starts, test_values
from tests.unit.language.vocabulary import SmallVocabulary

VOCABULARY = SmallVocabulary("job", "s")
FRAGMENTS = [
    "'",
    '"',
    "`",
    "\\",
    "$",
    "$x",
    "$(",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "@{",
    "@(",
    "@'",
    "'@",
    '@"',
    '"@',
    "#",
    "<#",
    "#>",
    ";",
    "&",
    "&&",
    "|",
    "||",
    "<<E",
    "<",
    ">",
    "2>&1",
    "?",
    "??",
    "?.",
    ":",
    ":a ",
    "begin {",
    "process {",
    "trap {",
    "filter f {",
    "[Parameter(",
    "--%",
    "if",
    "if(",
    "else",
    "case",
    "esac",
    "in",
    "do",
    "done",
    "for",
    "fi",
    "then",
    "while",
    "function",
    "f",
    "Get-Job",
    "Get-Jbo",
    "ls",
    "%",
    "?",
    "foreach",
    "-eq",
    "-f",
    "-not",
    "!",
    "..",
    ",",
    "=",
    "+=",
    "++",
    "1",
    "0x",
    "1kb",
    '"a"',
    "-Name",
    "-Name:",
    "@x",
    ".Name",
    "::",
    "[int]",
    "param(",
    "throw",
    "return",
    "try{",
    "catch",
    "switch(",
    "do{",
    "$_",
    "${",
    "${x",
    "exit",
    "%1",
    "kill",
    "((",
    "))",
    "[[",
    "]]",
    "$((",
    "&{",
    ".{",
    "command",
    " ",
    " ",
    "\n",
    "\n",
    "\r\n",
    "\nE\n",
    "\t",
    "\x00",
    "\x1c",
    "\u00a0",
    "é",
    "\udc80",
    "@'\n",
    "\n'@",
]
MODULES = (test_blocks, test_commands, test_shell_text, test_starts, test_values)
EXAMPLES: list[str] = [
    row[0] for module in MODULES for table in vars(module).values() if isinstance(table, list) for row in table
]

pieces = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)
spaced = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """An example with a piece cut out and another put in."""
    text: str = draw(st.sampled_from(EXAMPLES))
    start = draw(st.integers(0, len(text)))
    length = draw(st.integers(0, 5))
    inserted: str = draw(st.sampled_from(["", *FRAGMENTS]))
    return text[:start] + inserted + text[start + length :]


texts = st.one_of(pieces, spaced, damaged(), st.text())


@settings(max_examples=400)
@given(texts, st.booleans())
def test_parse_gives_a_tree_or_a_usage_error(text: str, interactive: bool) -> None:
    length = len(normal(text))
    error, tree = outcome(text, interactive)
    check_spans(tree, length)
    if error:
        assert error.source == normal(text)
        assert error.span is not None
        assert 0 <= error.span.start <= error.span.end <= length


def outcome(text: str, interactive: bool) -> tuple[UsageError | None, Script | None]:
    try:
        return None, parse(text, VOCABULARY, interactive=interactive)
    except UsageError as error:
        return error, None


def check_spans(node: object, length: int) -> None:
    if isinstance(node, Node):
        assert 0 <= node.span.start <= node.span.end <= length, node
        for name in node.__fields__:
            check_spans(getattr(node, name), length)
    elif isinstance(node, tuple):
        for item in node:
            check_spans(item, length)


@settings(max_examples=200)
@given(texts)
def test_tokens_lie_side_by_side(text: str) -> None:
    end = 0
    for token in tokens(text, VOCABULARY):
        assert end <= token.span.start < token.span.end <= len(text)
        end = token.span.end


@settings(max_examples=150)
@given(texts, st.data())
def test_a_cursor_anywhere(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    cursor = at_cursor(text, position, VOCABULARY)
    assert 0 <= cursor.span.start <= cursor.span.end == position


@settings(max_examples=300)
@given(damaged())
def test_a_whole_text_can_be_typed_line_by_line(text: str) -> None:
    """What is whole is never incomplete before its last character because of what it is not."""
    try:
        parse(text, VOCABULARY)
    except UsageError:
        return
    parse(text + "\n", VOCABULARY)


UNITS = ["(", "$(", '"$(', "{", "if (", "if (1) { 1 }\n", "((", "$((", "1+", "$x.a.a;", "$x[", "@{a=", "!", "-", "[int]", "'", '"', "`",
         "\\", "@'\n", "cat <<E\n", "cat <<E\nE\n", "ls;", "ls && ", "ls | ", "Get-Job | ", "Get-Job\n", "ls && Get-Job;", "ls &", "#\n",
         "<##>", "Start-Job { ", "Start-Job { ls };", "case x in a) ", "for x in a; do ", "${x:-", "`ls`", "$x=", "1,", "a ", "-x ", "{} ",
         "Start-Job { Get-Job } -Interpreter x;", "switch (1) { ", "function A-B { ", "x", "$x", "$x ", "}", ")", "> f ", "(1)", "(ls);",
         "((a) ", "&{", "ls\n| ", "\n", '"a";', '"\\"', '""', "[[ ", "a=( ", "<(", "Get-Jbo ", "echo $using:x;", "@x ", "| % {",
         "$x ? 1 : ", "$x ? ", "? ", "$x ?? ", "$x?.a", "$x?[", ":a while (1) { ", ":a ", "trap { ", "begin { ", "process { 1 } ",
         "function f { begin { ", "filter f { ", "[Parameter(", "[ValidateSet('a')]$x, ", "function f([A(1)]$x, ", "& x --% ", "--% ",
         "Start-Job { return (", "Start-Job { $_.x", "Start-Job { ls | ", "Start-Job { if (", "Start-Job { $($x.", "'{{", "[a[b] ",
         "switch -File ", "> variable:x ", "break x;", "[Nullable[int]]", "1l", "0b1"]  # fmt: skip


@pytest.mark.parametrize("before", ["", "Get-Job ", "echo "])
def test_time_is_linear(before: str) -> None:
    """Eight times the text takes about eight times as long, not 64 times; measured on all units together and one by one."""
    for unit in UNITS:
        short = seconds(before + unit * (500 // len(unit)))
        long = seconds(before + unit * (4_000 // len(unit)))
        assert long < max(24 * short, 0.15), f"{before + unit!r}: {short:.3f} s, then {long:.3f} s"


def seconds(text: str) -> float:
    gc.disable()  # what it takes depends on all the tests before
    try:
        start = time.process_time()
        with suppress(UsageError):
            parse(text, VOCABULARY)
        tokens(text, VOCABULARY)
        at_cursor(text, len(text), VOCABULARY)
        return time.process_time() - start
    finally:
        gc.enable()

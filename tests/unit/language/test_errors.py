"""What is incomplete, what is wrong, and where an error points."""

from __future__ import annotations

import pytest

from jobsh.errors import IncompleteInput, ParseError
from jobsh.language import parse
from tests.unit.language.shapes import VOCABULARY, shape

INCOMPLETE = [
    "'a", '"a', "echo 'a", 'echo "a $(', "Get-Job 'a", 'Get-Job "a $(ls', "$x = 'a", "@'", "@'\na", '@"\na', "Start-Job @'\na",
    "(", "( ls", "(Get-Job", "$(", "echo $(", "echo `", "echo ${x", "${x", "[[ a", "(( a", "echo $((", "a=(", "f() {", "f()",
    "function f", "{ ls", "@(", "@{", "@{a", "@{a=", "@{a=1;", "$x[", "$x[1", "$x.Foo(", "$x.Foo(1,", "& {", ". {", "& ",
    "Get-Job {", "Start-Job { ls", "Start-Job { Get-Job", "1 | % { ls", "param(", "param($a", "param($a,",
    "if a; then", "if a", "case x in", "case x in a)", "while a; do", "for x in a", "until a", "select x in a; do",
    "if ($x)", "if ($x) {", "if ($x) { 1 } else", "while ($x", "while ($x) {", "for ($i = 0;", "foreach ($x in", "foreach ($x in 1)",
    "foreach ($x in 1) {", "switch ($x)", "switch ($x) {", "do {", "do { 1 }", "do { 1 } while", "try {", "try { 1 }",
    "try { 1 } catch", "function Verb-Noun", "function Verb-Noun {",
    "ls |", "ls &&", "ls ||", "Get-Job |", "Get-Job &&", "1 ||", "ls | Where-Object x |", "$x =", "$x +=", "1 +", "$x -eq", "$x = 1 *",
    "1,", "Get-Job a,", "Get-Job -Name:", "Get-Job >", "ls \\", "Get-Job \\", "Get-Job `", "$x = 1 `",
    "cat <<E", "cat <<E\na", "cat <<", "cat <<E | Where-Object x", "<# a", "Get-Job <# a", "ls |\n\n# c\n",
]  # fmt: skip

COMPLETE = [
    "", " ", "\n", "# c", "ls", "ls;", "ls &", "Get-Job;", "Get-Job &", "if ($x) { 1 }", "echo #'", "echo \\'", "Get-Job `'",
    "cat <<E\nE", "'a'", "echo a\\", "f() { a; }", "ls \\\n",
]  # fmt: skip


@pytest.mark.parametrize("interactive", [False, True])
@pytest.mark.parametrize("text", INCOMPLETE)
def test_more_input_is_asked_for(text: str, interactive: bool) -> None:
    with pytest.raises(IncompleteInput) as caught:
        parse(text, VOCABULARY, interactive=interactive)
    assert caught.value.span is not None
    assert caught.value.source == text


@pytest.mark.parametrize("text", [text for text in COMPLETE if not text.endswith("a\\")])
def test_what_is_whole_is_not_asked_for_more(text: str) -> None:
    parse(text, VOCABULARY, interactive=True)


WRONG = [
    ("Get-Job )", ")", "the end of the statement"),
    ("Get-Job }", "}", "the end of the statement"),
    (")", ")", ""),
    ("ls; }", "", ""),
    ("(hostname) x", "x", "the end of the statement"),
    ("$x.Count foo", "f", "the end of the statement"),
    ("5 = 3", "5", "only a variable"),
    ("'a' = 3", "'a'", "only a variable"),
    ("$x, 5 = 3", "$x, 5", "only a variable"),
    ("$x == 5", "==", "no operator"),
    ("(1; 2)", ";", "`)` was expected"),
    ("if () { 1 }", "()", "missing between the brackets"),
    ("Get-Job > > f", ">", "a file after >"),
    ("@{ a 1 }", "1", "`=` after the key"),
    ("$x[]", "]", "a value was expected"),
    ("$x.Foo(1", "", ""),
    ("switch -Foo ($x) { }", "-foo", "no option"),
    ("try { 1 } ls", "l", "catch"),
    ("do { 1 } ls", "l", "while"),
    ("foreach (x in 1) { }", "x", "a variable"),
    ("foreach ($x of 1) { }", "o", "`in`"),
    ("1; param($a)", "param", "first statement"),
    ("function Verb-Noun { } }", "}", ""),
    ("for x in a; do ls; fi", "fi", "closes nothing"),
    ("echo $(if a)", ")", "left open"),
    ("ls | )", "", ""),
    ("echo \0", "\0", "NUL"),
    ('"`u{110000}"', "`u{110000}", "character"),
    ("1 | % { ls | }", "}", "missing"),
]


@pytest.mark.parametrize(("text", "place", "message"), [row for row in WRONG if row[2]])
def test_an_error_points_at_its_place(text: str, place: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, VOCABULARY)
    error = caught.value
    assert not isinstance(error, IncompleteInput)
    assert error.span is not None
    assert text[slice(*error.span)].lower() == place
    assert message in error.message
    assert not error.message.endswith(".")


NESTED = ["(", "$(", "@(", "@{a=", '"$(', "& {", "Start-Job { Get-Job ", "1 | % { ", "$x[", "if (1) { ", "(ls; ", "{ ls; ", "echo $(",
          "echo ${x:-", "[int]", "$x = ", "case x in a) ", "$x.Foo("]  # fmt: skip


@pytest.mark.parametrize("opening", NESTED)
def test_nesting_has_a_limit(opening: str) -> None:
    with pytest.raises(ParseError, match="nested more than 200 deep"):
        parse(opening * 1000, VOCABULARY)


def test_operators_before_a_value_are_nesting() -> None:
    with pytest.raises(ParseError, match="nested more than 200 deep"):
        parse("$x = " + "!" * 1000 + "1", VOCABULARY)


def test_nesting_of_nearly_200_is_read() -> None:
    assert shape("$x = " + "(" * 190 + "1" + ")" * 190).count("paren(") == 190
    assert "$(" * 180 in shape("echo " + "$(" * 180 + ")" * 180)


def test_operators_in_a_row_have_a_limit() -> None:
    assert shape("1" + " + 1" * 400).count("+") == 400
    with pytest.raises(ParseError, match="operators in a row"):
        parse("1" + " + 1" * 5000, VOCABULARY)

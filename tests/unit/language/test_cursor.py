"""What may come at the cursor. `|` is not used for it: the cursor is at the end of the text."""

from __future__ import annotations

import pytest

from jobsh.language.cursor import Cursor, CursorKind, Given, at_cursor
from tests.unit.language.vocabulary import SmallVocabulary

VOCABULARY = SmallVocabulary("job", "s")


def end(text: str) -> Cursor:
    return at_cursor(text, len(text), VOCABULARY)


KINDS = [
    ("", "command", ""),
    ("Get-J", "command", "Get-J"),
    ("ls", "command", "ls"),
    ("ls; Get", "command", "Get"),
    ("ls && Get", "command", "Get"),
    ("Get-Job; ", "command", ""),
    ("Get-Job | ", "command", ""),
    ("Get-Job | Wh", "command", "Wh"),
    ("ls | gr", "command", "gr"),
    ("sleep 1 & Get", "command", "Get"),
    ("$x = Get-J", "command", "Get-J"),
    ("(Get-J", "command", "Get-J"),
    ("$(Get-J", "command", "Get-J"),
    ("@{a = Get", "command", "Get"),
    ("if ($x) { Get", "command", "Get"),
    ("if (Get", "command", "Get"),
    ("1 | % { ", "command", ""),
    ("& { Get-J", "command", "Get-J"),
    ("Start-Job { Get-J", "command", "Get-J"),
    ("Start-Job { ge", "command", "ge"),
    ("& too", "command", "too"),
    ("Get-Job ", "value", ""),
    ("Get-Job 5 ", "value", ""),
    ("Get-Job fo", "value", "fo"),
    ("Get-Job a,b", "value", "b"),
    ("Get-Job a, ", "value", ""),
    ("Get-Job -Name fo", "value", "fo"),
    ("Get-Job -Name ", "value", ""),
    ("Get-Job -Name:fo", "value", "fo"),
    ("Get-Job 'my jo", "value", "my jo"),
    ('Get-Job "my jo', "value", "my jo"),
    ("Get-Job > /tm", "value", "/tm"),
    ("Get-Job -", "parameter", "-"),
    ("Get-Job -Na", "parameter", "-Na"),
    ("Get-Job 5 -K", "parameter", "-K"),
    ("Start-Job { Get-Job -Na", "parameter", "-Na"),
    ("$", "variable", ""),
    ("$jo", "variable", "jo"),
    ("Get-Job $jo", "variable", "jo"),
    ("Get-Job -Name $jo", "variable", "jo"),
    ("$x = $jo", "variable", "jo"),
    ('"a $jo', "variable", "jo"),
    ('"a $($jo', "variable", "jo"),
    ("echo $jo", "variable", "jo"),
    ('echo "a $jo', "variable", "jo"),
    ("$env:PA", "variable", "env:PA"),
    ("${od", "variable", "od"),
    ("$job.", "member", ""),
    ("$job.St", "member", "St"),
    ("Get-Job $job.St", "member", "St"),
    ("(Get-Job).Co", "member", "Co"),
    ("1 | % { $_.Na", "member", "Na"),
    ("for x in a; do gr", "shell_command", "gr"),
    ("echo $(gr", "shell_command", "gr"),
    ("Start-Job { cd x && ma", "shell_command", "ma"),
    ("A=1 ma", "command", "ma"),
    ("ls fo", "shell_word", "fo"),
    ("ls ", "shell_word", ""),
    ("ls 'My Fi", "shell_word", "My Fi"),
    ("ls My\\ Fi", "shell_word", "My Fi"),
    ("ls > fo", "shell_word", "fo"),
    ("echo $(ls fo", "shell_word", "fo"),
    ("Start-Job { ls /e", "shell_word", "/e"),
    ("Get-Job # fo", "none", ""),
    ("ls # fo", "none", ""),
    ("Get-Job -Id (1)", "none", ""),
    ("Start-Job { ls }", "none", ""),
]


@pytest.mark.parametrize(("text", "kind", "prefix"), KINDS)
def test_kind_and_prefix(text: str, kind: str, prefix: str) -> None:
    cursor = end(text)
    assert (cursor.kind.value, cursor.prefix) == (kind, prefix)
    assert cursor.span.end == len(text)


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("Get-Job -Name a,b", "b"),
        ("Get-Job 'my jo", "'my jo"),
        ("echo $jo", "$jo"),
        ("$job.St", "St"),
        ("a; Get-J", "Get-J"),
    ],
)
def test_the_span_is_what_is_replaced(text: str, replaced: str) -> None:
    assert text[slice(*end(text).span)] == replaced


def test_what_is_known_of_the_command() -> None:
    cursor = end("ls | icm -Session $s -JobName 'a b' -AsJob x y -ThrottleLimit 5 -")
    assert cursor.kind is CursorKind.PARAMETER
    assert cursor.command == "Invoke-Command"
    session, limit = Given("Session", variable="s"), Given("ThrottleLimit", "5")
    assert cursor.given == (session, Given("JobName", "a b"), Given("AsJob"), limit)
    assert cursor.arguments == ("x", "y")
    assert cursor.position == 2


def test_the_parameter_whose_value_it_is() -> None:
    cursor = end("Get-Job -Id 1 -Name a,")
    assert (cursor.parameter, cursor.given) == ("Name", (Given("Id", "1"),))
    assert end("Get-Job -Name ").parameter == "Name"
    assert end("Get-Job -Keep ").parameter == ""


def test_the_earlier_command_of_the_pipeline() -> None:
    assert end("Get-Job | Where-Object St").earlier == "Get-Job"
    assert end("Get-Job | Wh").earlier == "Get-Job"
    assert end("Get-Job; Where-Object St").earlier == ""


def test_the_commands_around() -> None:
    cursor = end("Invoke-Command -Session $s { Start-Job { Get-J")
    assert [outer.command for outer in cursor.enclosing] == ["Invoke-Command", "Start-Job"]
    assert cursor.enclosing[0].given == (Given("Session", variable="s"),)
    assert end("Invoke-Command { ls }; Get-J").enclosing == ()


def test_the_program_of_a_shell_word() -> None:
    assert end("sudo ls fo").command == "sudo"


def test_what_stands_before_a_member() -> None:
    assert end("$job.ChildJobs[0].St").target == "$job.ChildJobs[0]"


def test_only_the_text_before_the_cursor_counts() -> None:
    cursor = at_cursor("Get-Job -Na foo | sort", 11, VOCABULARY)
    assert (cursor.kind, cursor.prefix) == (CursorKind.PARAMETER, "-Na")


def test_after_an_error_the_next_line_is_read() -> None:
    assert end("Get-Job )\nGet-Job -Na").prefix == "-Na"

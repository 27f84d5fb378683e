"""Help from declarations."""

from __future__ import annotations

from jobsh.command.help import Part, help_text, markdown, parameter_text, syntax_lines
from tests.unit.command.cmdlets import registry

STOP = registry().spec("Stop-Thing")


def test_syntax_has_a_line_for_each_set() -> None:
    lines = list(syntax_lines(STOP))
    assert lines[0].startswith("Stop-Thing [-Job] <job[]> [-PassThru] [-Path <text>] [-Timeout <timespan>]")
    whole = " ".join(line.strip() for line in lines)
    assert whole.count("Stop-Thing") == 3
    assert "-Name <text[]>" in whole
    assert all(len(line) <= 100 for line in lines)


def test_short_help() -> None:
    text = help_text(STOP)
    assert text.startswith("NAME\n    Stop-Thing - Stop things.\n")
    assert "Longer words about it." in text
    assert "> Stop-Thing 1\n      Stop 1." in text
    assert "spth, kill" in text
    assert "-WhatIf" not in text


def test_full_help_has_all_there_is_to_say_of_a_parameter() -> None:
    text = help_text(STOP, Part.FULL)
    assert "-WhatIf" in text
    for fact in (
        "List       yes, with commas",
        "Mandatory  yes",
        "Pipeline   objects",
        "Aliases    TimeoutSec",
        "Sets       Name",
    ):
        assert fact in text


def test_examples_alone() -> None:
    text = help_text(STOP, Part.EXAMPLES)
    assert "EXAMPLES" in text
    assert "PARAMETERS" not in text


def test_one_parameter_by_name_prefix_or_pattern() -> None:
    assert parameter_text(STOP, "Timeo").startswith("-Timeout\n")
    assert parameter_text(STOP, "Pa*").count("Value") == 2
    assert parameter_text(STOP, "nosuch") == ""


def test_the_reference_page() -> None:
    text = markdown([STOP])
    assert text.startswith("## Stop-Thing\n")
    assert "| `-Timeout` | How long. |" in text
    assert "Aliases: `spth`, `kill`" in text


def test_what_is_refused_stands_at_the_end_of_the_full_help_only() -> None:
    line = "-RunAs32\n        Not in jobsh: a shell has one size; leave it out."
    assert help_text(STOP, Part.FULL).index(line) > help_text(STOP, Part.FULL).index("ALIASES")
    assert "RunAs32" not in help_text(STOP)
    assert parameter_text(STOP, "runas").startswith("-RunAs32")

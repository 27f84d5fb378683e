"""Help from declarations."""

from __future__ import annotations

from jobsh.command.help import Part, help_text, parameter_text
from jobsh.command.parameter_help import syntax_lines
from jobsh.model.job import Job
from tests.unit.command.cmdlets import registry

STOP = registry().spec("Stop-Thing")
SAY = registry().spec("Say-Thing")


def test_syntax_has_a_line_for_each_set() -> None:
    lines = list(syntax_lines(STOP))
    assert lines[0].startswith("Stop-Thing [-Job] <job[]> [-PassThru] [-Path <text>] [-Timeout <timespan>]")
    whole = " ".join(line.strip() for line in lines)
    assert whole.count("Stop-Thing") == 3
    assert "-Name <text[]>" in whole
    assert all(len(line) <= 100 for line in lines)


def test_short_help() -> None:
    text = help_text(STOP)
    assert text.startswith("NAME\n    Stop-Thing\n\nSYNOPSIS\n    Stop things.\n")
    assert "Longer words about it." in text
    assert "> Stop-Thing 1\n      Stop 1." in text
    assert "spth, kill" in text
    assert "-WhatIf" not in text
    assert "-Name, -N" in text


def test_full_help_has_all_sections_of_a_manual_page() -> None:
    text = help_text(STOP, Part.FULL, ["Run-Thing", "about_Things"])
    titles = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert titles == [
        "NAME", "SYNOPSIS", "SYNTAX", "DESCRIPTION", "PARAMETERS", "COMMON PARAMETERS", "INPUTS", "NOTES",
        "EXAMPLES", "ALIASES", "NOT IN JOBSH", "RELATED LINKS",
    ]  # fmt: skip
    assert text.endswith("RELATED LINKS\n    Run-Thing, about_Things")


def test_outputs_are_told_by_their_types_or_in_words() -> None:
    cls = STOP.cls
    spec = STOP.replace(cls=type("GetThing", (cls,), {"output_types": (str, Job)}))
    assert "OUTPUTS\n    String, Job\n" in help_text(spec, Part.FULL)
    spec = STOP.replace(cls=type("GetThing", (cls,), {"gives": "Things, as they come."}))
    assert "OUTPUTS\n    Things, as they come.\n" in help_text(spec, Part.FULL)


def test_full_help_has_all_there_is_to_say_of_a_parameter() -> None:
    text = help_text(STOP, Part.FULL)
    for fact in (
        "-Job <job[]>\n        Jobs.\n",
        "Several    yes, with commas",
        "Required   yes",
        "Required   no",
        "Position   0",
        "Position   by name",
        "Pipeline   objects",
        "Pipeline   the property of this name",
        "Wildcards  yes",
        "Aliases    -TimeoutSec",
        "Sets       Name",
        "Value      one of Running, Failed, Frozen",
        "-WhatIf, -wi",
    ):
        assert fact in text, fact


def test_inputs_are_what_the_pipeline_gives() -> None:
    text = help_text(STOP, Part.FULL)
    assert "INPUTS\n    -Job   a job: its id" in text
    assert "    -Name  the property Name of any object" in text
    assert "INPUTS\n    Nothing: objects of the pipeline are not read.\n" in help_text(SAY, Part.FULL)


def test_examples_alone() -> None:
    text = help_text(STOP, Part.EXAMPLES)
    assert "EXAMPLES" in text
    assert "PARAMETERS" not in text


def test_one_parameter_by_name_prefix_or_pattern() -> None:
    assert parameter_text(STOP, "Timeo").startswith("-Timeout <timespan>\n")
    assert parameter_text(STOP, "Pa*").count("Value") == 2
    assert parameter_text(STOP, "nosuch") == ""


def test_what_is_refused_stands_at_the_end_of_the_full_help_only() -> None:
    line = "-RunAs32\n        Not in jobsh: a shell has one size; leave it out."
    assert help_text(STOP, Part.FULL).index(line) > help_text(STOP, Part.FULL).index("ALIASES")
    assert "RunAs32" not in help_text(STOP)
    assert parameter_text(STOP, "runas").startswith("-RunAs32")

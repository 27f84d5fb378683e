"""Errors as people read them."""

from __future__ import annotations

import pytest

from jobsh.errors import Span
from jobsh.model.records import ErrorRecord, Origin, Stream, StreamRecord
from jobsh.render.errors import error_text, stream_text
from jobsh.render.palette import Palette

PLAIN, COLOURED = Palette(has_colours=False), Palette(has_colours=True)


def shown(record: ErrorRecord, source: str = "", span: Span | None = None) -> str:
    return error_text(record, source, span, PLAIN)


def test_what_failed_and_what_to_try() -> None:
    record = ErrorRecord("there is no job 99", command="Get-Job", hint="Get-Job lists all jobs")
    assert shown(record) == "Get-Job: there is no job 99\n  Get-Job lists all jobs\n"


def test_the_caret_stands_under_the_place() -> None:
    record = ErrorRecord("there is no command Get-Jbo", hint="did you mean Get-Job?")
    assert shown(record, "1; Get-Jbo -x", Span(3, 10)) == (
        "jobsh: there is no command Get-Jbo\n  1; Get-Jbo -x\n     ^^^^^^^\n  did you mean Get-Job?\n"
    )


def test_the_line_of_a_longer_text_has_its_number() -> None:
    source = "Get-Job\nif (1) {\n\tStop-Jbo }\n"
    start = source.index("Stop")
    assert shown(ErrorRecord("no"), source, Span(start, start + 8)).splitlines()[1:] == [
        "3 |  Stop-Jbo }",
        "     ^^^^^^^^",
    ]


@pytest.mark.parametrize(
    ("source", "span", "carets"),
    [
        ("{ a\nb }", Span(0, 7), "^^^"),
        ("abc", Span(3, 3), "   ^"),
        ("abc", Span(9, 12), "   ^"),
        ("", Span(0, 0), None),
        ("\u5bb6 x", Span(2, 3), "   ^"),
        ("\u5bb6 x", Span(0, 1), "^^"),
    ],
)
def test_spans_at_the_edges(source: str, span: Span, carets: str | None) -> None:
    lines = shown(ErrorRecord("no"), source, span).splitlines()[1:]
    margin = 4 if "\n" in source else 2
    assert lines[1:] == ([] if carets is None else [" " * margin + carets])


def test_a_very_long_line_is_shown_around_the_place() -> None:
    source = "a" * 5000 + " BAD " + "z" * 5000
    line, carets = shown(ErrorRecord("no"), source, Span(5001, 5004)).splitlines()[1:]
    assert len(line) < 120
    assert line[carets.index("^") : carets.rindex("^") + 1] == "BAD"


def test_hosts_cannot_act_on_the_terminal_through_messages() -> None:
    record = ErrorRecord("\x1b]0;x\x07bad\nsecond\x9b2J", host="web\x1b01", hint="try \x07")
    text = error_text(record, "a\x1bb", Span(2, 3), PLAIN)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\x9b" not in text


def test_the_host_is_named_once() -> None:
    assert shown(ErrorRecord("web01: refused", host="web01")) == "jobsh: web01: refused\n"
    assert shown(ErrorRecord("refused", host="web01")) == "jobsh: web01: refused\n"


def test_colours_change_nothing_but_colours() -> None:
    record = ErrorRecord("bad", hint="try", command="Get-Job")
    assert error_text(record, "x bad", Span(2, 5), COLOURED).count("\x1b[0m") == 6


def test_warnings_are_labelled_and_say_their_host() -> None:
    record = StreamRecord(Stream.WARNING, "slow", Origin("web01"))
    assert stream_text(record, PLAIN) == "web01: WARNING: slow\n"
    assert stream_text(StreamRecord(Stream.INFORMATION, "plain"), PLAIN) == "plain\n"

"""Bytes of programs: raw into pipes, safe on terminals, whole lines where several hosts talk."""

from __future__ import annotations

from jobsh.model.records import Chunk, Line, Origin, Stream
from jobsh.render.host_output import HostOutput
from jobsh.render.palette import Palette, host_colour, wants_colours
from jobsh.render.progress import progress_line

PLAIN = Palette(has_colours=False)
HERE, WEB01, WEB02 = Origin(), Origin("web01"), Origin("web02")


def chunk(data: bytes, origin: Origin = HERE, stream: Stream = Stream.OUTPUT) -> Chunk:
    return Chunk(data, stream, origin)


def test_a_pipe_gets_every_byte_untouched() -> None:
    output = HostOutput(PLAIN, is_terminal=False)
    data = bytes(range(256))
    assert output.feed(chunk(data)) + output.feed(chunk(data, Origin("web01", show_computer_name=False))) == data * 2
    assert output.finish() == b""


def test_a_terminal_gets_nothing_that_acts() -> None:
    output = HostOutput(PLAIN, is_terminal=True)
    assert output.feed(chunk(b"Name? \x1b]0;x\x07")) == b"Name? \\x1b]0;x\\x07"


def test_lines_of_hosts_do_not_mix() -> None:
    output = HostOutput(PLAIN, is_terminal=True)
    written = (
        output.feed(chunk(b"one", WEB01)) + output.feed(chunk(b"a\nb", WEB02)) + output.feed(chunk(b" two\r\n", WEB01))
    )
    assert written == b"web02: a\nweb01: one two\n"
    assert output.finish() == b"web02: b\n"


def test_the_streams_of_a_host_do_not_mix() -> None:
    output = HostOutput(PLAIN, is_terminal=False)
    written = output.feed(chunk(b"out", WEB01)) + output.feed(chunk(b"err\n", WEB01, Stream.ERROR))
    assert written + output.feed(chunk(b"put\n", WEB01)) == b"web01: err\nweb01: output\n"


def test_colours_stay_with_their_host() -> None:
    output = HostOutput(Palette(has_colours=True), is_terminal=True)
    red = output.feed(chunk(b"\x1b[31mred\nstill\x1b[0m\nplain\n", WEB01)).splitlines()
    assert red[0].endswith(b" \x1b[31mred\x1b[0m")
    assert red[1].endswith(b" \x1b[31mstill\x1b[0m")
    assert red[2].endswith(b" plain")


def test_a_line_without_end_is_shown_some_day() -> None:
    output = HostOutput(PLAIN, is_terminal=True)
    assert output.feed(chunk(b"x" * 70_000, WEB01)).startswith(b"web01: xxx")


def test_lines_that_went_through_stages() -> None:
    line = Line.of(b"caf\xe9", HERE, ended=False)
    assert HostOutput(PLAIN, is_terminal=False).line(line) == b"caf\xe9"
    assert HostOutput(PLAIN, is_terminal=True).line(line) == b"caf\\xe9\n"
    assert HostOutput(PLAIN, is_terminal=False).line(Line.of(b"x", WEB01)) == b"web01: x\n"


def test_a_host_has_one_colour_and_never_that_of_errors() -> None:
    names = [f"web{n:02}" for n in range(100)]
    assert [host_colour(name) for name in names] == [host_colour(name) for name in names]
    assert len({host_colour(name) for name in names}) > 5
    assert 31 not in {host_colour(name) for name in names}


def test_who_wants_colours() -> None:
    terminal = {"TERM": "xterm"}
    assert wants_colours("auto", terminal, is_terminal=True)
    assert not wants_colours("auto", {**terminal, "NO_COLOR": "1"}, is_terminal=True)
    assert not wants_colours("auto", {"TERM": "dumb"}, is_terminal=True)
    assert not wants_colours("auto", terminal, is_terminal=False)
    assert wants_colours("always", {"NO_COLOR": "1"}, is_terminal=False)
    assert not wants_colours("never", terminal, is_terminal=True)


def test_progress_fits_in_one_line() -> None:
    assert progress_line("Waiting", 1, 4, 80, PLAIN) == "Waiting [#####               ] 1/4"
    for width in (1, 10, 30, 80):
        assert len(progress_line("a very long activity\n" * 9, 3, 4, width, PLAIN)) <= max(width - 1, 1)

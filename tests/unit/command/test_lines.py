"""Bytes into lines, and what counts as received."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from jobsh.command.lines import split_lines
from jobsh.model.ids import JobId
from jobsh.model.records import Chunk, Line, Origin, Received, Stream
from tests.asynchronous import run

ONE, TWO = Origin("web01", JobId(1, 1)), Origin("web02", JobId(1, 2))


async def _each(values: list[object]) -> AsyncIterator[object]:
    for value in values:
        yield value


async def _lines(values: list[object]) -> list[object]:
    return [line async for line in split_lines(_each(values))]


@given(st.lists(st.binary(max_size=6) | st.sampled_from([b"\n", b"a\n", b"\xc3", b"\xa9\n"])))
def test_lines_give_the_bytes_back_however_they_are_cut(pieces: list[bytes]) -> None:
    received = Received()
    lines = run(_lines([Chunk(piece, Stream.OUTPUT, ONE, received) for piece in pieces]))
    whole = b"".join(pieces)
    assert b"".join(cast(Line, line).to_bytes() for line in lines) == whole
    assert received.out == len(whole)
    assert all("\n" not in cast(Line, line) for line in lines)


def test_each_source_has_lines_of_its_own() -> None:
    chunks = [
        Chunk(b"a", Stream.OUTPUT, ONE),
        Chunk(b"x", Stream.OUTPUT, TWO),
        Chunk(b"!", Stream.ERROR, ONE),
        Chunk(b"b\n", Stream.OUTPUT, ONE),
        Chunk(b"y\n", Stream.OUTPUT, TWO),
    ]
    lines = run(_lines([*chunks, 5, "text"]))
    assert lines == ["ab", "xy", 5, "text", "!"]
    first, last = cast(Line, lines[0]), cast(Line, lines[-1])
    assert (first.origin, first.stream, first.ended) == (ONE, Stream.OUTPUT, True)
    assert (last.stream, last.ended) == (Stream.ERROR, False)


def test_only_lines_that_were_handed_on_count_as_received() -> None:
    received = Received()

    async def first_of() -> object:
        lines = cast(
            "AsyncGenerator[object, None]",
            split_lines(_each([Chunk(b"one\ntwo\nthree", Stream.OUTPUT, ONE, received)])),
        )
        line = await anext(lines)
        await lines.aclose()
        return line

    assert run(first_of()) == "one"
    assert received.out == len(b"one\n")

"""Pipelines: back-pressure, who closes whom, bytes that only pass, redirections, `&&` and `||`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsh.model.records import Chunk, Origin, Received, Stream
from jobsh.runtime.merge import merge
from jobsh.runtime.printed import printed
from jobsh.runtime.streams import NOWHERE, NullSink, Streams
from jobsh.runtime.values import gather
from tests.asynchronous import run
from tests.unit.runtime.recorder import Recorder, lines, make, ran

BINARY = bytes(range(256)) * 300


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    file = tmp_path / "binary"
    file.write_bytes(BINARY)
    return file


def test_bytes_pass_through_jobsh_untouched(binary: Path, tmp_path: Path) -> None:
    lines(f"(1) | cat {binary} > {tmp_path}/a; cat {binary} | Tee-Object {tmp_path}/b | Out-Null")
    assert (tmp_path / "a").read_bytes() == BINARY
    assert (tmp_path / "b").read_bytes() == BINARY


def test_bytes_pass_into_a_redirection(binary: Path, tmp_path: Path) -> None:
    lines(f"& cat {binary} > {tmp_path}/c; & cat < {binary} > {tmp_path}/d; & cat {binary} >> {tmp_path}/d")
    assert (tmp_path / "c").read_bytes() == BINARY
    assert (tmp_path / "d").read_bytes() == BINARY * 2


def test_a_program_reads_what_a_cmdlet_writes() -> None:
    assert lines('3, 1, 2 | sort | ForEach-Object { "<$_>" }') == ["<1>", "<2>", "<3>"]


def test_a_program_in_the_foreground_comes_after_what_was_written_before() -> None:
    assert lines("function Get-It { 'first'; echo second; 'third' }; Get-It") == ["first", "second", "third"]


def test_the_first_stage_is_closed_when_the_last_wants_no_more() -> None:
    assert lines("yes | Select-Object -First 2") == ["y", "y"]


def test_a_producer_waits_for_its_consumer() -> None:
    text = "$made = 0; 1..1000 | ForEach-Object { $script:made = $_; $_ } | Select-Object -First 3 | Out-Null; $made"
    assert lines(text) == ["3"]


def test_programs_are_fed_as_they_read() -> None:
    assert lines("1..100000 | head -n 2") == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("true && 'a' || 'b'", "a"),
        ("false && 'a' || 'b'", "b"),
        ("Get-Date | Out-Null && echo a; echo b", "a b"),
        ("1/0 || 'or'", "or"),
        ("'x' | Out-Null && 'and'", "and"),
    ],
)
def test_chains(text: str, out: str) -> None:
    assert " ".join(ran(text).out.split()) == out


@pytest.mark.parametrize(
    ("redirection", "file", "rest"),
    [
        ("> f", "1 2", "cannot divide by zero"),
        ("2> f", "cannot divide by zero", "1 2"),
        ("*> f", "1 cannot divide by zero 2", ""),
        ("> f 2>&1", "1 cannot divide by zero 2", ""),
        ("2>&1 > f", "1 cannot divide by zero 2", ""),
        ("3> f", "", "1 2 cannot divide by zero"),
    ],
)
def test_streams_go_where_they_are_sent(tmp_path: Path, redirection: str, file: str, rest: str) -> None:
    result = ran(f"& {{ 1; 1/0; 2 }} {redirection}", directory=str(tmp_path))
    assert " ".join((tmp_path / "f").read_text().split()) == file
    assert " ".join([*result.out.split(), *result.errors]) == rest


def test_a_file_that_cannot_be_written_is_an_error() -> None:
    result = ran("1 > /nonexistent/f; 'on'")
    assert result.errors == ["/nonexistent/f: No such file or directory"]
    assert result.out == "on\n"


def test_a_full_disk_is_an_error() -> None:
    result = ran("1..10 > /dev/full")
    assert result.errors == ["/dev/full: No space left on device"]


def test_output_can_go_to_the_error_stream() -> None:
    result = ran("& sh -c 'echo said' 1>&2")
    assert (result.out, result.outside.error_bytes) == ("", b"said\n")


def test_errors_of_programs_are_taken_where_they_are_sent(tmp_path: Path) -> None:
    result = ran(
        "& sh -c 'echo out; echo err >&2' 2> f; & sh -c 'echo err >&2' 2>&1 | ForEach-Object { \"<$_>\" }",
        directory=str(tmp_path),
    )
    assert result.out == "out\n<err>\n"
    assert (tmp_path / "f").read_text() == "err\n"


def test_merged_records_come_while_no_output_does() -> None:
    async def check() -> None:
        gate = asyncio.Event()

        async def code(streams: Streams) -> AsyncIterator[object]:
            await streams.write(Stream.ERROR, "early", NOWHERE)
            await gate.wait()
            yield "late"

        values = merge(code, [Stream.ERROR], Streams(NullSink()))
        assert await anext(values) == "early"
        gate.set()
        assert [value async for value in values] == ["late"]

    run(check())


def test_a_merge_that_is_left_ends_its_code() -> None:
    async def check() -> None:
        ended = asyncio.Event()

        async def code(streams: Streams) -> AsyncIterator[object]:
            try:
                while True:
                    yield "more"
            finally:
                ended.set()

        values = merge(code, [Stream.ERROR], Streams(NullSink()))
        assert await anext(values) == "more"
        await values.aclose()  # type: ignore[attr-defined]
        assert ended.is_set()

    run(check())


def test_only_what_was_consumed_is_received() -> None:
    async def check() -> None:
        received = Received()

        async def chunks() -> AsyncIterator[object]:
            for _ in range(3):
                yield Chunk(b"12345", Stream.OUTPUT, Origin(), received)

        pieces = printed(chunks())
        await anext(pieces)
        assert received.out == 0
        await anext(pieces)
        assert received.out == 5
        await pieces.aclose()  # type: ignore[attr-defined]
        assert received.out == 5

    run(check())


def test_objects_and_text_take_turns() -> None:
    out = ran("& { 'a'; @{k = 1}; echo b; 'c' } | cat").out
    assert out.startswith("a\n")
    assert out.splitlines()[-2:] == ["b", "c"]


def test_a_statement_that_is_cancelled_leaves_no_program() -> None:
    async def check() -> int:
        outside = Recorder(captures_programs=True)
        interpreter = make(outside)
        running = asyncio.create_task(
            interpreter.run("$PID; & sh -c 'echo $$; exec sleep 4711' | ForEach-Object { $_ }")
        )
        while outside.out.count(b"\n") < 2:
            assert not running.done()
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return int(outside.out.split()[1])

    pid = run(check())
    assert not Path(f"/proc/{pid}/cmdline").exists()


def test_values_gathered_from_bytes_are_lines() -> None:
    async def chunks() -> AsyncIterator[object]:
        yield Chunk(b"one\ntw", Stream.OUTPUT, Origin())
        yield Chunk(b"o\nthree", Stream.OUTPUT, Origin())

    assert run(gather(chunks())) == ["one", "two", "three"]

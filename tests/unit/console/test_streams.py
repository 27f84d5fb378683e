"""Descriptors are read and written without holding the loop."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from jobsh.console.streams import InputStream, OutputStream
from tests.asynchronous import run, wait_until


def test_a_full_pipe_holds_the_writer_not_the_loop() -> None:
    async def scenario() -> None:
        read_end, write_end = os.pipe()
        data = os.urandom(300_000)
        writing = asyncio.create_task(OutputStream(write_end).write(data))
        await wait_until(lambda: os.read(read_end, 0) == b"" and not writing.done())
        got = b""
        async with asyncio.timeout(60):
            while len(got) < len(data):
                got += await InputStream(read_end).read()
        await writing
        os.close(write_end)
        assert got == data
        assert await InputStream(read_end).read() == b""
        os.close(read_end)

    run(scenario())


def test_writers_take_turns() -> None:
    async def scenario() -> None:
        read_end, write_end = os.pipe()
        stream = OutputStream(write_end)
        writing = [asyncio.create_task(stream.write(letter * 50_000)) for letter in (b"a", b"b", b"c")]
        got = b""
        while len(got) < 150_000:
            got += await InputStream(read_end).read()
        await asyncio.gather(*writing)
        assert got == b"a" * 50_000 + b"b" * 50_000 + b"c" * 50_000
        os.close(read_end)
        os.close(write_end)

    run(scenario())


def test_a_reader_that_left_is_told() -> None:
    async def scenario() -> None:
        read_end, write_end = os.pipe()
        os.close(read_end)
        with pytest.raises(BrokenPipeError):
            await OutputStream(write_end).write(b"x")
        os.close(write_end)

    run(scenario())


def test_files_are_read_and_written(place: Path) -> None:
    async def scenario() -> None:
        fd = os.open(place / "f", os.O_RDWR | os.O_CREAT)
        await OutputStream(fd).write_text("caf\udce9\n")
        os.lseek(fd, 0, os.SEEK_SET)
        assert [data async for data in InputStream(fd)] == [b"caf\xe9\n"]
        os.close(fd)

    run(scenario())


def test_it_is_known_whether_a_line_is_open() -> None:
    async def scenario() -> None:
        read_end, write_end = os.pipe()
        stream = OutputStream(write_end)
        assert stream.at_line_start
        await stream.write(b"half")
        assert not stream.at_line_start
        await stream.write(b" a line\n")
        await stream.write(b"")
        assert stream.at_line_start
        os.close(read_end)
        os.close(write_end)

    run(scenario())

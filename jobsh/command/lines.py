"""Bytes on their way into lines, for stages that take objects."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import cast

from jobsh.model.records import Chunk, Line, Origin, Stream

_Source = tuple[Origin, Stream]


async def split_lines(source: AsyncIterator[object]) -> AsyncIterator[object]:
    """Chunks as Lines, each source by itself; other objects pass. Bytes count as received when their line is handed on."""
    rests: dict[_Source, _Rest] = {}
    async with aclosing(cast("AsyncGenerator[object, None]", source)) as values:
        async for value in values:
            if not isinstance(value, Chunk):
                yield value
                continue
            rest = rests.setdefault((value.origin, value.stream), _Rest())
            for line in rest.lines_with(value):
                yield line
    for rest in rests.values():
        for line in rest.last():
            yield line


class _Rest:
    """What came of one source after its last newline."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._chunk: Chunk | None = None

    def lines_with(self, chunk: Chunk) -> Iterator[Line]:
        """The lines that `chunk` completes; one without data says that what came before is a whole line."""
        if not chunk.data:
            yield from self.last()
            return
        self._chunk = chunk
        start = 0
        while (end := chunk.data.find(b"\n", start)) >= 0:
            data = b"".join([*self._pieces, chunk.data[start:end]])
            self._pieces.clear()
            start = end + 1
            yield self._handed(data, ended=True)
        if start < len(chunk.data):
            self._pieces.append(chunk.data[start:])

    def last(self) -> Iterator[Line]:
        """The line that no newline ended."""
        if self._pieces:
            data = b"".join(self._pieces)
            self._pieces.clear()
            yield self._handed(data, ended=False)

    def _handed(self, data: bytes, *, ended: bool) -> Line:
        chunk = cast(Chunk, self._chunk)
        chunk.take(len(data) + ended)
        return Line.of(data, chunk.origin, chunk.stream, at=chunk.at, ended=ended)

"""Values as bytes for a program or a file: what only passes through untouched, everything else as it would be printed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from jobsh.model.records import Chunk, Line
from jobsh.runtime.values import closing


async def formatted(values: AsyncIterator[object], width: int) -> AsyncIterator[str]:
    """The values as people read them, plain text, in pieces that end in newlines."""
    from jobsh.command.text_format import format_values

    async with closing(format_values(values, width)) as pieces:
        async for piece in pieces:
            yield piece


class Passing(Protocol):
    """How output that only passes through becomes bytes; `render.host_output.HostOutput` puts hosts before its lines."""

    def feed(self, chunk: Chunk) -> bytes:
        """What to write for a chunk now."""

    def line(self, line: Line) -> bytes:
        """What to write for a line."""

    def finish(self) -> bytes:
        """The ends of lines that were begun."""


class AsTheyAre:
    """Output that passes through, as bytes: untouched."""

    def feed(self, chunk: Chunk) -> bytes:
        """The bytes of a chunk."""
        return chunk.data

    def line(self, line: Line) -> bytes:
        """The bytes of a line."""
        return line.to_bytes()

    def finish(self) -> bytes:
        """Nothing is held back."""
        return b""


async def printed(
    values: AsyncIterator[object], width: int = 0, passing: Passing | None = None
) -> AsyncIterator[bytes]:
    """The values as bytes. Whoever asks for the next piece has consumed the one before: so it is counted."""
    passing = passing or AsTheyAre()
    turns = Turns(values)
    async with closing(values):
        while not turns.is_over:
            async for value in turns.passing():
                if isinstance(value, Chunk):
                    yield passing.feed(value)
                    value.take()
                else:
                    yield passing.line(value) if isinstance(value, Line) else _text_bytes(value)
            if not turns.is_over:
                async for piece in formatted(turns.objects(), width):
                    yield piece.encode("utf-8", "surrogateescape")
        yield passing.finish()


def _text_bytes(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogateescape") + b"\n"


_NOTHING = object()


class Turns:
    """A stream of values, taken by turns: those that pass (are text already), then those that need a format."""

    def __init__(
        self,
        values: AsyncIterator[object],
        passes: Callable[[object], bool] = lambda value: isinstance(value, (Chunk, str)),
        *,
        keeps_null: bool = False,
    ) -> None:
        self._values = values
        self._passes = passes
        self._keeps_null = keeps_null
        self._held: object = _NOTHING
        self.is_over = False

    async def passing(self) -> AsyncIterator[object]:
        """The next values that pass."""
        async for value in self._next():
            if not self._passes(value):
                self._held = value
                return
            yield value

    async def objects(self) -> AsyncIterator[object]:
        """The next values that do not."""
        async for value in self._next():
            if self._passes(value):
                self._held = value
                return
            yield value

    async def _next(self) -> AsyncIterator[object]:
        if self._held is not _NOTHING:
            held, self._held = self._held, _NOTHING
            yield held
        async for value in self._values:
            if value is not None or self._keeps_null:
                yield value
        self.is_over = True

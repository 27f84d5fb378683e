"""What a pipeline gives as a value: nothing is `$null`, one is itself, more is a list; and lists unrolled into a pipeline."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any, cast

from jobsh.model.records import Chunk, Origin, Stream


def unroll(value: object) -> Iterable[object]:
    """What a value writes to a pipeline: a list its items, everything else itself."""
    return value if isinstance(value, list) else (value,)


def collapse(values: list[object]) -> object:
    """The value of what was written."""
    if not values:
        return None
    return values[0] if len(values) == 1 else values


async def gather(values: AsyncIterator[object]) -> list[object]:
    """All values; bytes of programs as lines."""
    from jobsh.command.lines import split_lines

    async with closing(split_lines(values)) as lines:
        return [value async for value in lines]


async def collect(values: AsyncIterator[object]) -> object:
    """The value of what is written."""
    return collapse(await gather(values))


def closing(values: AsyncIterator[object]) -> aclosing[Any]:
    """`aclosing`, for iterators that are generators underneath: leaving closes the stage before."""
    return aclosing(cast(Any, values))


async def nothing() -> AsyncIterator[object]:
    """No values."""
    return
    yield


async def each(values: Iterable[object]) -> AsyncIterator[object]:
    """The values of something that is there already."""
    for value in values:
        yield value


async def chunks(pieces: AsyncIterator[bytes]) -> AsyncIterator[object]:
    """Bytes as a program's output is, so that they become lines where somebody wants objects."""
    async for data in pieces:
        yield Chunk(data, Stream.OUTPUT, Origin())


class Input:
    """`$input`: what the stage before writes, taken when it is first looked at."""

    def __init__(self, source: AsyncIterator[object]) -> None:
        self._source = source
        self._values: list[object] | None = None

    def stream(self) -> AsyncIterator[object]:
        """It as it comes, for a program that reads it; nobody else may."""
        return self._source if self._values is None else each(self._values)

    async def values(self) -> list[object]:
        """All of it."""
        if self._values is None:
            self._values = await gather(self._source)
        return self._values

"""`2>&1`: records of other streams join the output, in order and as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from jobsh.model.records import Stream
from jobsh.runtime.streams import Streams, Where
from jobsh.runtime.values import closing


class _Joint:
    """Where two ways meet: whoever puts a value in waits until it was taken, so there is back-pressure on both."""

    def __init__(self) -> None:
        self._values: asyncio.Queue[object] = asyncio.Queue(1)

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """A record of a merged stream."""
        await self._values.put(value)

    async def put(self, value: object) -> None:
        """A value of the output."""
        await self._values.put(value)

    async def take(self) -> object:
        """The next of either."""
        return await self._values.get()


_END = object()


async def merge(
    start: Callable[[Streams], AsyncIterator[object]], merged: Sequence[Stream], streams: Streams
) -> AsyncIterator[object]:
    """The output of `start(streams)` together with what it writes to the `merged` streams."""
    joint = _Joint()
    values = start(streams.redirected(dict.fromkeys(merged, joint)))
    pump = asyncio.create_task(_pump(values, joint))
    try:
        while (value := await joint.take()) is not _END:
            yield value
        await pump
    finally:
        pump.cancel()
        await asyncio.wait((pump,))


async def _pump(values: AsyncIterator[object], joint: _Joint) -> None:
    """Run the code in a task of its own: it may write a record while nobody asks it for output."""
    try:
        async with closing(values):
            async for value in values:
                await joint.put(value)
    except asyncio.CancelledError:  # nobody takes anything any more
        raise
    except BaseException:
        await joint.put(_END)
        raise
    await joint.put(_END)

"""Several sources as one: each item as it comes, or source after source. Knows nothing of what flows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeVar, cast

T = TypeVar("T")
_OVER = object()


async def merged(sources: Sequence[AsyncGenerator[T, None]]) -> AsyncGenerator[T, None]:
    """All items of all sources; no source is read on before its last item was taken. The first failure ends them all."""
    places: asyncio.Queue[tuple[T, asyncio.Event] | Exception | None] = asyncio.Queue()
    readers = [asyncio.create_task(_read(source, places)) for source in sources]
    still_open = len(readers)
    try:
        while still_open:
            place = await places.get()
            if place is None:
                still_open -= 1
            elif isinstance(place, Exception):
                raise place
            else:
                yield place[0]
                place[1].set()
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def in_time(source: AsyncGenerator[T, None], seconds: float | None) -> AsyncGenerator[T, None]:
    """What comes within that time; then TimeoutError. The time that the consumer takes counts, too, but cuts nothing."""
    clock = asyncio.get_running_loop().time
    end = None if seconds is None else clock() + seconds
    async with aclosing(source):
        while True:
            coming = asyncio.ensure_future(anext(source, _OVER))
            try:
                await asyncio.wait({coming}, timeout=None if end is None else max(0.0, end - clock()))
            finally:
                if not coming.done():
                    coming.cancel()
                    await asyncio.gather(coming, return_exceptions=True)
            if coming.cancelled():
                raise TimeoutError
            item = coming.result()
            if item is _OVER:
                return
            yield cast(T, item)


async def one_after_the_other(sources: Sequence[AsyncGenerator[T, None]]) -> AsyncGenerator[T, None]:
    """All items of the first source, then those of the next."""
    for source in sources:
        async with aclosing(source):
            async for item in source:
                yield item


async def _read(
    source: AsyncGenerator[T, None], places: asyncio.Queue[tuple[T, asyncio.Event] | Exception | None]
) -> None:
    """Hand over one item at a time; None says that the source ended."""
    try:
        async with aclosing(source):
            async for item in source:
                taken = asyncio.Event()
                places.put_nowait((item, taken))
                await taken.wait()
    except Exception as error:  # noqa: BLE001  (raised again where the items go)
        places.put_nowait(error)
    else:
        places.put_nowait(None)

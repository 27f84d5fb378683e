"""Output on its way from a producer that calls back to a reader that awaits. A slow reader stops the producer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from jobsh.model.records import Stream

LIMIT = 1 << 20
"""Bytes held for a reader before the producer is stopped."""


class Output:
    """The two streams of one command, in the order they came."""

    def __init__(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._pause = pause
        self._resume = resume
        self._chunks: list[tuple[Stream, bytes]] = []
        self._held = 0
        self._is_paused = False
        self._has_ended = False
        self._waiter: asyncio.Future[None] | None = None

    def feed(self, stream: Stream, data: bytes) -> None:
        """The producer has written `data`."""
        if self._has_ended:
            return
        self._chunks.append((stream, data))
        self._held += len(data)
        if self._held > LIMIT and not self._is_paused:
            self._is_paused = True
            self._pause()
        self._wake()

    def end(self) -> None:
        """Both streams ended; what was fed before can still be read."""
        self._has_ended = True
        self._wake()

    def drop(self) -> None:
        """Nobody will read any more."""
        self._chunks.clear()
        self.end()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def read(self) -> AsyncIterator[tuple[Stream, bytes]]:
        """All output until both streams ended."""
        while True:
            for run in self._take():
                yield run
            if self._chunks:
                continue
            if self._is_paused:  # only now that the reader has come back for more
                self._is_paused = False
                self._resume()
            elif self._has_ended:
                return
            else:
                await self._more()

    async def _more(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _take(self) -> list[tuple[Stream, bytes]]:
        """What is held, packets of one stream in a row joined: readers cost per call, not per byte."""
        chunks, self._chunks, self._held = self._chunks, [], 0
        if len(chunks) < 2:
            return chunks
        runs: list[tuple[Stream, list[bytes]]] = []
        for stream, data in chunks:
            if runs and runs[-1][0] is stream:
                runs[-1][1].append(data)
            else:
                runs.append((stream, [data]))
        return [(stream, b"".join(parts)) for stream, parts in runs]

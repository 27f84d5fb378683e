"""Reads a channel and lets go of its iterator at once, however the reader leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobsh.model.records import Stream
from jobsh.ports.transport import Channel


@asynccontextmanager
async def reading(channel: Channel) -> AsyncIterator[AsyncIterator[tuple[Stream, bytes]]]:
    """The output of a channel, until the block is left."""
    pieces = channel.read()
    try:
        yield pieces
    finally:
        close = getattr(pieces, "aclose", None)  # an AsyncIterator need not have one, a generator has
        if close is not None:
            await close()

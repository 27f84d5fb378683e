"""Feeds an attached command's standard input beside reading its output, and stops it when its stage is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobsh.errors import OperationError
from jobsh.ports.engine import Invocation
from jobsh.runtime.values import closing


@asynccontextmanager
async def feeding(invocation: Invocation, stdin: AsyncIterator[bytes] | None) -> AsyncIterator[None]:
    """Inside, the command gets `stdin`; afterwards nothing of it is left. An error of whoever makes the input is raised."""
    feeder = None if stdin is None else asyncio.create_task(_feed(invocation, stdin))
    try:
        yield
        if feeder is not None and feeder.done() and not feeder.cancelled():
            feeder.result()
    finally:
        if feeder is not None:
            feeder.cancel()
            await asyncio.wait((feeder,))
        await invocation.aclose()


async def _feed(invocation: Invocation, stdin: AsyncIterator[bytes]) -> None:
    async with closing(stdin) as pieces:
        async for piece in pieces:
            try:
                await invocation.write(piece)
            except OperationError:  # it ended, or closed its input: it wants no more
                return
    await invocation.write_eof()

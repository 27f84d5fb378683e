"""Time limits in the clean-up of what was cancelled: they run out, on every Python."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest


async def _clean_up(said: list[str]) -> None:
    try:
        await asyncio.sleep(60)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(60)
        said.append("the rest of the clean-up")


def test_a_time_limit_in_the_clean_up_of_a_cancelled_task() -> None:
    async def main() -> list[str]:
        said: list[str] = []
        task = asyncio.create_task(_clean_up(said))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return said

    assert asyncio.run(main()) == ["the rest of the clean-up"]


def test_being_cancelled_within_a_time_limit_is_still_that() -> None:
    async def main() -> None:
        async with asyncio.timeout(60):
            await asyncio.sleep(60)

    async def cancel() -> bool:
        task = asyncio.create_task(main())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        return task.cancelled()

    assert asyncio.run(cancel())

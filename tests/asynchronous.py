"""Run coroutines in tests: asyncio's debug mode, a limit for what blocks the loop, and waiting for conditions with a deadline."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

SLOWEST_CALLBACK = 0.5
"""Seconds one step may hold the loop. Generous, as the test machine is shared; a blocking wait is longer than that."""


class _SlowCallbacks(logging.Handler):
    """Collects what asyncio's debug mode says about callbacks that held the loop."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.msg, str) and record.msg.startswith("Executing"):
            self.messages.append(record.getMessage())


def run(coroutine: Coroutine[Any, Any, T], *, timeout: float = 60.0, slowest: float = SLOWEST_CALLBACK) -> T:
    """`asyncio.run` in debug mode; a callback that held the loop longer than `slowest` seconds fails the test."""
    seen = _SlowCallbacks()
    logger = logging.getLogger("asyncio")
    logger.addHandler(seen)
    try:
        result = asyncio.run(_limited(coroutine, timeout, slowest), debug=True)
    finally:
        logger.removeHandler(seen)
    assert not seen.messages, "the loop was held: " + "; ".join(seen.messages)
    return result


async def _limited(coroutine: Coroutine[Any, Any, T], timeout: float, slowest: float) -> T:
    asyncio.get_running_loop().slow_callback_duration = slowest
    async with asyncio.timeout(timeout):
        return await coroutine


async def wait_until(
    condition: Callable[[], object] | Callable[[], Awaitable[object]], timeout: float = 10.0, what: str = ""
) -> None:
    """Wait until `condition()` (or what it awaits) holds; fail when it does not within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        held = condition()
        if inspect.isawaitable(held):
            held = await held
        if held:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what or condition}")
        await asyncio.sleep(0.01)

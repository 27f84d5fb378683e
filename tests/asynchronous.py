"""Run coroutines in tests: asyncio's debug mode, a limit for what blocks the loop, and waiting for conditions with a deadline."""

from __future__ import annotations

import asyncio
import inspect
import logging
import selectors
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from tests.processes import LONGEST, seconds_without_a_processor

T = TypeVar("T")

SLOWEST_CALLBACK = 1.0
"""Seconds one step may hold the loop, with the time left out in which the machine gave it no processor. A program that it starts
has to wait for one, too, before the loop goes on."""


class _Selector(selectors.DefaultSelector):
    """Remembers, for each round of the loop, how long its thread had waited for a processor before it."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout)
        self.waited = seconds_without_a_processor()
        return ready


class _SlowCallbacks(logging.Handler):
    """Collects what asyncio's debug mode says about callbacks that held the loop."""

    def __init__(self, selector: _Selector, slowest: float) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self._selector = selector
        self._slowest = slowest

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.msg, str) and record.msg.startswith("Executing") and isinstance(record.args, tuple):
            lasted = record.args[1]
            waited = seconds_without_a_processor() - self._selector.waited
            if isinstance(lasted, float) and lasted - waited >= self._slowest:
                self.messages.append(f"{record.getMessage()}, {waited:.3f} of them without a processor")


def run(coroutine: Coroutine[Any, Any, T], *, timeout: float = 100.0, slowest: float = SLOWEST_CALLBACK) -> T:
    """`asyncio.run` in debug mode; a callback that held the loop longer than `slowest` seconds fails the test."""
    selector = _Selector()
    seen = _SlowCallbacks(selector, slowest)
    logger = logging.getLogger("asyncio")
    logger.addHandler(seen)
    try:
        with asyncio.Runner(debug=True, loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
            result = runner.run(_limited(coroutine, timeout, slowest))
    finally:
        logger.removeHandler(seen)
    assert not seen.messages, "the loop was held: " + "; ".join(seen.messages)
    return result


async def _limited(coroutine: Coroutine[Any, Any, T], timeout: float, slowest: float) -> T:
    asyncio.get_running_loop().slow_callback_duration = slowest
    async with asyncio.timeout(timeout):
        return await coroutine


async def wait_until(
    condition: Callable[[], object] | Callable[[], Awaitable[object]], timeout: float = LONGEST, what: str = ""
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

"""Signals as calls in the event loop, and Ctrl-C as cancellation."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from jobsh.errors import Interrupted

T = TypeVar("T")


Callback = Callable[[signal.Signals], None]

_told: dict[signal.Signals, list[Callback]] = {}
"""Who wants to know of a signal, the innermost last. Of the process, as signals are."""


@contextmanager
def on_signals(callback: Callback, *signals: signal.Signals) -> Iterator[None]:
    """Inside, these signals call back in the event loop, instead of whoever was told before."""
    for number in signals:
        _begin(number, callback)
    try:
        yield
    finally:
        for number in signals:
            _end(number, callback)


def _begin(number: signal.Signals, callback: Callback) -> None:
    told = _told.setdefault(number, [])
    if not told:
        asyncio.get_running_loop().add_signal_handler(number, _tell, number)
    told.append(callback)


def _end(number: signal.Signals, callback: Callback) -> None:
    told = _told[number]
    told.remove(callback)
    if not told:
        asyncio.get_running_loop().remove_signal_handler(number)


def _tell(number: signal.Signals) -> None:
    if told := _told.get(number):
        told[-1](number)


async def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Run `work`; Ctrl-C cancels it and, when it has cleaned up, raises Interrupted."""
    task = asyncio.ensure_future(work)
    was_interrupted = False

    def interrupt(_number: signal.Signals) -> None:
        nonlocal was_interrupted
        was_interrupted = True
        task.cancel()

    with on_signals(interrupt, signal.SIGINT):
        try:
            return await task
        except asyncio.CancelledError:
            if was_interrupted:
                raise Interrupted("interrupted") from None
            task.cancel()  # we are cancelled ourselves: from outside
            raise

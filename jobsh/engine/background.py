"""Coroutines that nobody awaits: none is lost, an exception goes to the log, closing ends them all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class Background:
    """Owns its coroutines until `aclose`."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `coroutine` until it ends or is cancelled."""
        started = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._running.add(started)
        started.add_done_callback(self._ended)
        return started

    def _ended(self, ended: asyncio.Task[Any]) -> None:
        self._running.discard(ended)
        if not ended.cancelled() and (error := ended.exception()) is not None:
            _log.error("%s failed", ended.get_name(), exc_info=error)

    async def aclose(self) -> None:
        """Cancel what still runs and wait until it ended."""
        while self._running:
            running = list(self._running)
            for one in running:
                one.cancel()
            await asyncio.wait(running)

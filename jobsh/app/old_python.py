"""What a Python with a known fault needs before anything runs. Knows nothing of jobsh."""

from __future__ import annotations

import asyncio
import sys
from types import TracebackType
from typing import Any


def mend_python() -> None:
    """Until 3.11.3 (Debian 12 has 3.11.2) a time limit that runs out in the clean-up of a cancelled task is not the TimeoutError
    that it should be, but cancels the clean-up: what was to be killed next would live on."""
    if sys.version_info >= (3, 11, 3):
        return
    limit: Any = asyncio.Timeout
    enter, leave = limit.__aenter__, limit.__aexit__

    async def entering(self: Any) -> Any:
        task = asyncio.current_task()
        self._cancelled_before = task.cancelling() if task else 0
        return await enter(self)

    async def leaving(
        self: Any, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        await leave(self, kind, value, traceback)
        task = asyncio.current_task()
        if self.expired() and kind is asyncio.CancelledError and task and task.cancelling() <= self._cancelled_before:
            raise TimeoutError from value
        return None

    limit.__aenter__, limit.__aexit__ = entering, leaving

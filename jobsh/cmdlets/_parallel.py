"""A block for each of many items, several at the same time, by this jobsh itself. Reads no more input than there is room for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from jobsh.command.context import Context, Work
from jobsh.command.lines import split_lines
from jobsh.command.script_block import ScriptBlock
from jobsh.errors import EngineLost, ExitStatus, Interrupted, JobshError
from jobsh.model.records import ErrorRecord
from jobsh.runtime.flow import ExitSignal, FlowSignal, Thrown
from jobsh.runtime.values import closing

_END = object()


class Parallel:
    """Runs the block for items; what they write comes as it comes. `timeout`: seconds for all of it, or None."""

    def __init__(self, ctx: Context, block: ScriptBlock, limit: int, timeout: float | None) -> None:
        self._ctx = ctx
        self._block = block
        self._free = asyncio.Semaphore(limit)
        clock = asyncio.get_running_loop().time
        self._clock = clock
        self._deadline = None if timeout is None else clock() + timeout
        self._written: asyncio.Queue[object] = asyncio.Queue(1)
        self._running: set[asyncio.Task[None]] = set()
        self._status = 0

    async def run(self, items: AsyncIterator[object]) -> AsyncIterator[object]:
        """What the block writes for all items. Closing stops what still runs."""
        feeding = asyncio.create_task(self._feed(items))
        try:
            while (value := await self._next()) is not _END:
                if isinstance(value, Exception):
                    raise value
                yield value
        finally:
            for one in (feeding, *self._running):
                one.cancel()
            await asyncio.gather(feeding, *self._running, return_exceptions=True)

    async def _next(self) -> object:
        """The next value; `_END` when all has ended or the time ran out."""
        try:
            async with asyncio.timeout(None if self._deadline is None else max(0.0, self._deadline - self._clock())):
                return await self._written.get()
        except TimeoutError:
            what = f"the time of -TimeoutSeconds ran out; {len(self._running)} of the blocks had not ended"
            await self._ctx.error(ErrorRecord(what, "OperationTimeout", "ParallelTimedOut"))
            self._ctx.ends_with(ExitStatus.TIME_OUT)
            return _END

    async def _feed(self, items: AsyncIterator[object]) -> None:
        try:
            async with closing(items) as values:
                await self._free.acquire()
                async for item in values:
                    one = asyncio.create_task(self._run_one(item))
                    self._running.add(one)
                    one.add_done_callback(self._ended)
                    await self._free.acquire()
            while self._running:
                await asyncio.wait(self._running)
        except Exception as error:  # noqa: BLE001  (raised again where the values go)
            await self._written.put(error)
        await self._written.put(_END)

    def _ended(self, one: asyncio.Task[None]) -> None:
        self._running.discard(one)
        self._free.release()

    async def _run_one(self, item: object) -> None:
        """An error that ends it ends it alone."""
        try:
            async with closing(split_lines(self._ctx.beside(Work((self._block,), item=item)))) as values:
                async for value in values:
                    await self._written.put(value)
        except (EngineLost, Interrupted) as error:
            await self._written.put(error)
        except JobshError as error:
            await self._tell(error)
        except ExitSignal as leaving:
            self._status = max(self._status, leaving.status)
            self._ctx.ends_with(self._status)
        except FlowSignal:
            pass
        except Exception as error:  # noqa: BLE001  (a bug: raised again where the values go)
            await self._written.put(error)

    async def _tell(self, error: JobshError) -> None:
        try:
            await self._ctx.error(error)
        except Thrown as thrown:  # -ErrorAction Stop
            await self._written.put(thrown)

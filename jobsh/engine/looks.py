"""Looks at the jobs of one spool: those asked for while a look is under way are looked at together. Judges nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from jobsh.model.ids import InstanceId
from jobsh.ports.spool import Spool, SpoolJob


class _Look:
    def __init__(self) -> None:
        self.ids: dict[InstanceId, None] = {}
        self.found: asyncio.Future[dict[InstanceId, SpoolJob]] = asyncio.get_running_loop().create_future()


class Looks:
    """A thousand jobs that are waited for cost a few looks, not a thousand."""

    def __init__(self, spool: Callable[[], Awaitable[Spool]]) -> None:
        self._spool = spool
        self._next: _Look | None = None
        self._looking: asyncio.Task[None] | None = None

    async def look(self, ids: Iterable[InstanceId]) -> tuple[SpoolJob, ...]:
        """These jobs as they are now; state NONE for one that is not there. Raises what the spool raises."""
        ids = tuple(ids)
        if self._next is None:
            self._next = _Look()
        look = self._next
        look.ids.update(dict.fromkeys(ids))
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        found = await asyncio.shield(look.found)  # others wait for it, too
        return tuple(found[id] for id in ids)

    async def _look(self) -> None:
        while (look := self._next) is not None:
            self._next = None
            try:
                jobs = await (await self._spool()).look(tuple(look.ids))
                look.found.set_result({job.instance_id: job for job in jobs})
            except Exception as error:  # noqa: BLE001  (theirs who asked)
                look.found.set_exception(error)
                look.found.exception()  # they may all have gone
            except BaseException:
                look.found.cancel()
                raise

"""What can be done with the jobs of a location, whichever it is. Knows neither spools nor hosts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Protocol

from jobsh.engine.signals import closing
from jobsh.model.ids import JobId
from jobsh.model.job import Job, Mark, SignalReport, StopReport


class LocationJobs(Protocol):
    """The jobs of one location, numbered there."""

    async def all(self) -> tuple[Job, ...]:
        """All jobs, children inside their parents."""

    async def some(self, ids: tuple[JobId, ...]) -> tuple[Job, ...]:
        """Those of `ids` that are there; for a child its parent."""

    async def get(self, id: JobId) -> Job:
        """One job or child job; raises NotFound."""

    async def wait_finished(self, id: JobId, *, through_pauses: bool = True) -> None:
        """Wait until it ended or (unless `through_pauses`) is suspended or disconnected."""

    async def stop(self, id: JobId, grace: float, signal: str) -> StopReport:
        """Stop it, and wait until its processes are gone."""

    async def signal(self, id: JobId, name: str) -> SignalReport:
        """Send a signal to all processes of it; STOP suspends, CONT resumes."""

    async def remove(self, id: JobId, *, force: bool) -> None:
        """Remove it; a running one only with `force`."""

    def follow(self, id: JobId, *, until_end: bool) -> AsyncIterator[Job]:
        """Snapshots of one leaf job."""

    async def mark_received(self, marks: tuple[Mark, ...]) -> None:
        """Keep what was received."""


async def wait_for_jobs(
    jobs: LocationJobs, ids: Iterable[JobId], *, any_one: bool, timeout: float | None, through_pauses: bool
) -> tuple[Job, ...]:
    """The jobs, as they are when all (or one) ended or the time ran out."""
    ids = tuple(ids)
    waiting = [asyncio.ensure_future(jobs.wait_finished(id, through_pauses=through_pauses)) for id in ids]
    how = asyncio.FIRST_COMPLETED if any_one else asyncio.ALL_COMPLETED
    try:
        done, _ = await asyncio.wait(waiting, timeout=timeout, return_when=how) if waiting else (set(), set())
        for one in done:
            one.result()
    finally:
        for one in waiting:
            one.cancel()
    return tuple(await asyncio.gather(*(jobs.get(id) for id in ids)))


async def follow_jobs(jobs: LocationJobs, ids: Iterable[JobId], *, until_end: bool) -> AsyncIterator[Job]:
    """Snapshots of the leaves of all `ids`, as they come; each leaf waits until its last one was taken."""
    leaves = [leaf.id for job in await asyncio.gather(*(jobs.get(id) for id in ids)) for leaf in job.leaves]
    async with closing(_merged([jobs.follow(id, until_end=until_end) for id in dict.fromkeys(leaves)])) as snapshots:
        async for job in snapshots:
            yield job


async def _merged(sources: list[AsyncIterator[Job]]) -> AsyncIterator[Job]:
    """Several streams as one. The queue holds one item: who is slow sees fewer snapshots, not old ones."""
    queue: asyncio.Queue[Job | None] = asyncio.Queue(1)
    failures: list[BaseException] = []

    async def read(source: AsyncIterator[Job]) -> None:
        try:
            async with closing(source) as items:
                async for item in items:
                    await queue.put(item)
        except Exception as error:  # noqa: BLE001  (raised below, where it is awaited)
            failures.append(error)
        await queue.put(None)

    readers = [asyncio.ensure_future(read(source)) for source in sources]
    try:
        left = len(readers)
        while left:
            item = await queue.get()
            if item is None:
                left -= 1
            else:
                yield item
            if failures:
                raise failures[0]
    finally:
        for reader in readers:
            reader.cancel()
        if readers:
            await asyncio.wait(readers)

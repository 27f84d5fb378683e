"""Looks asked for at the same time are one; each sees what was there after it was asked for."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from jobsh.engine.looks import Looks
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.ids import InstanceId
from jobsh.ports.spool import Spool, SpoolJob, SpoolState


class SlowSpool:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[tuple[InstanceId, ...]] = []
        self.may_answer = asyncio.Event()
        self.out = 0
        self.error: Exception | None = None

    async def look(self, ids: tuple[InstanceId, ...]) -> tuple[SpoolJob, ...]:
        self.asked.append(ids)
        out = self.out
        await self.may_answer.wait()
        if self.error is not None:
            raise self.error
        return tuple(SpoolJob(id, SpoolState.RUNNING, 1, out=out) for id in ids)

    async def opened(self) -> Spool:
        return cast("Spool", cast("Any", self))


A, B, C = InstanceId("a"), InstanceId("b"), InstanceId("c")


async def _asked(spool: SlowSpool, times: int) -> None:
    async with asyncio.timeout(60):
        while len(spool.asked) < times:
            await asyncio.sleep(0)


def test_many_are_one_and_each_gets_its_own() -> None:
    async def scenario() -> None:
        spool = SlowSpool()
        spool.may_answer.set()
        looks = Looks(spool.opened)
        found = await asyncio.gather(looks.look((A, B)), looks.look((B,)), looks.look((C, A)))
        assert [[job.instance_id for job in jobs] for jobs in found] == [[A, B], [B], [C, A]]
        assert spool.asked == [(A, B, C)]

    asyncio.run(scenario())


def test_who_asks_during_a_look_is_not_answered_by_it() -> None:
    async def scenario() -> None:
        spool = SlowSpool()
        looks = Looks(spool.opened)
        first = asyncio.ensure_future(looks.look((A,)))
        await _asked(spool, 1)
        spool.out = 7
        second = asyncio.ensure_future(looks.look((A,)))
        await asyncio.sleep(0)
        spool.may_answer.set()
        assert [job.out for job in (*await first, *await second)] == [0, 7]

    asyncio.run(scenario())


def test_who_goes_leaves_the_others_their_look() -> None:
    async def scenario() -> None:
        spool = SlowSpool()
        looks = Looks(spool.opened)
        goes, stays = asyncio.ensure_future(looks.look((A,))), asyncio.ensure_future(looks.look((B,)))
        await _asked(spool, 1)
        goes.cancel()
        spool.may_answer.set()
        assert [job.instance_id for job in await stays] == [B]

    asyncio.run(scenario())


def test_a_failure_is_everybodys_and_the_next_look_goes_on() -> None:
    async def scenario() -> None:
        spool = SlowSpool()
        spool.may_answer.set()
        spool.error = HostError("web01", HostErrorCause.LINK_LOST)
        looks = Looks(spool.opened)
        failed = await asyncio.gather(looks.look((A,)), looks.look((B,)), return_exceptions=True)
        assert [str(error) for error in failed] == [str(spool.error)] * 2
        spool.error = None
        assert [job.instance_id for job in await looks.look((A,))] == [A]

    asyncio.run(scenario())


def test_a_host_that_is_not_reached() -> None:
    async def scenario() -> None:
        async def refuse() -> Spool:
            raise HostError("web01", HostErrorCause.REFUSED)

        with pytest.raises(HostError):
            await Looks(refuse).look((A,))

    asyncio.run(scenario())

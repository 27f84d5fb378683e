"""Following: reopened when the set changes, asked again from what is here after every kind of interruption."""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsh.engine import follower as follower_module
from jobsh.engine.background import Background
from jobsh.engine.followers import Followers
from jobsh.engine.replica import Replica
from jobsh.errors import HostError, HostErrorCause, SpoolError
from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.model.job import Outcome
from jobsh.model.records import Stream
from jobsh.ports.spool import Bytes, Grown, Over, Spool, SpoolJob, SpoolState, Wanted
from tests.asynchronous import run, wait_until

CONTENT = b"0123456789"


class ScriptedSpool:
    """A spool whose jobs have CONTENT, of which each call gives a part and then fails as the script says."""

    def __init__(self, *script: BaseException | int) -> None:
        self.script = list(script)
        self.calls: list[tuple[Wanted, ...]] = []

    async def follow(self, wanted: tuple[Wanted, ...]) -> AsyncIterator[Bytes | Grown | Over]:
        self.calls.append(wanted)
        await asyncio.sleep(0)
        for one in wanted:
            step = self.script.pop(0) if self.script else len(CONTENT)
            if isinstance(step, BaseException):
                raise step
            data = CONTENT[one.out : one.out + step]
            yield Bytes(one.instance_id, Stream.OUTPUT, one.out, data)
            if one.out + len(data) == len(CONTENT):
                yield Over(SpoolJob(one.instance_id, SpoolState.ENDED, outcome=Outcome.exited(0), out=len(CONTENT)))


class ScriptedPlace:
    """A host that is always there."""

    is_linked = True

    def __init__(self, spool: object) -> None:
        self.spool = spool

    async def spool_in_time(self) -> Spool:
        return self.spool  # type: ignore[return-value]


async def followed_to_the_end(place: ScriptedPlace, directory: Path, id: InstanceId) -> bytes:
    background = Background()
    followers = Followers(place, str(directory), background)
    with followers.following(id) as followed:
        await wait_until(lambda: followed.over is not None)
    await background.aclose()
    return (directory / id / "out").read_bytes()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_module, "_FIRST_PAUSE", 0.001)


@pytest.mark.parametrize(
    "interruption",
    [
        HostError("web01", HostErrorCause.LINK_LOST),
        SpoolError("the follower was killed"),
        ValueError("a gap"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_it_asks_again_from_what_is_here(tmp_path: Path, interruption: Exception) -> None:
    async def test() -> None:
        id = new_instance_id()
        spool = ScriptedSpool(3, interruption, 4, interruption)
        assert await followed_to_the_end(ScriptedPlace(spool), tmp_path, id) == CONTENT
        assert [wanted[0].out for wanted in spool.calls] == [0, 3, 3, 7, 7]

    run(test())


def test_a_spool_that_gives_a_gap_is_asked_again(tmp_path: Path) -> None:
    class Gappy(ScriptedSpool):
        async def follow(self, wanted: tuple[Wanted, ...]) -> AsyncIterator[Bytes | Grown | Over]:
            if not self.calls:
                self.calls.append(wanted)
                yield Bytes(wanted[0].instance_id, Stream.OUTPUT, 5, b"5")
            async for event in super().follow(wanted):
                yield event

    async def test() -> None:
        spool = Gappy()
        assert await followed_to_the_end(ScriptedPlace(spool), tmp_path, new_instance_id()) == CONTENT
        assert len(spool.calls) == 2

    run(test())


class OpenSpool:
    """Follows for ever, and counts how often it was asked."""

    def __init__(self) -> None:
        self.calls: list[set[InstanceId]] = []
        self.open = 0

    async def follow(self, wanted: tuple[Wanted, ...]) -> AsyncIterator[Bytes | Grown | Over]:
        self.calls.append({one.instance_id for one in wanted})
        self.open += 1
        try:
            for one in wanted:
                yield Bytes(one.instance_id, Stream.OUTPUT, one.out, b"x")
            await asyncio.get_running_loop().create_future()
        finally:
            self.open -= 1


def test_one_follower_for_all_jobs_is_reopened_when_the_set_changes(tmp_path: Path) -> None:
    async def test() -> None:
        spool, background = OpenSpool(), Background()
        followers = Followers(ScriptedPlace(spool), str(tmp_path), background)
        ids = [new_instance_id() for _ in range(50)]
        with followers.following(ids[0]):
            await wait_until(lambda: spool.open == 1)
            began = time.monotonic()
            contexts = [followers.following(id) for id in ids[1:]]
            for context in contexts:
                context.__enter__()
                await asyncio.sleep(0)
            await wait_until(lambda: spool.calls[-1] == set(ids))
            # many new ones share a reopening
            assert len(spool.calls) - 2 <= (time.monotonic() - began) / follower_module._LEAST_RUN
            assert spool.open == 1
            for context in contexts:
                context.__exit__(None, None, None)
            await wait_until(lambda: spool.calls[-1] == {ids[0]})
        await wait_until(lambda: spool.open == 0)
        await background.aclose()

    run(test())


def test_two_that_follow_the_same_job_share_it(tmp_path: Path) -> None:
    async def test() -> None:
        spool, background = OpenSpool(), Background()
        followers = Followers(ScriptedPlace(spool), str(tmp_path), background)
        id = new_instance_id()
        with followers.following(id) as one, followers.following(id) as other:
            assert one is other
            assert len(followers) == 1
            await wait_until(lambda: one.sizes == (1, 0))
        assert len(followers) == 0
        assert len(spool.calls) == 1
        await background.aclose()

    run(test())


def test_a_replica_that_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    async def test() -> None:
        id = new_instance_id()
        replica = Replica(str(tmp_path / id))
        replica.append(Stream.OUTPUT, 0, CONTENT[:6])
        replica.close()
        spool = ScriptedSpool()
        assert await followed_to_the_end(ScriptedPlace(spool), tmp_path, id) == CONTENT
        assert spool.calls == [(Wanted(id, 6, 0),)]

    run(test())

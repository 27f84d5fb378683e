"""What a front end holds of the engine: another one is asked when it goes, where that is harmless."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsh.app.lazy_engine import LazyEngine
from jobsh.errors import EngineLost
from jobsh.model.ids import HERE, JobId, Location
from jobsh.model.job import Job
from jobsh.model.messages import JobRequest, Program
from jobsh.model.queries import JobQuery
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine


class Dying(FakeEngine):
    """An engine that is killed at every question, after it told how things are."""

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        raise EngineLost("killed")

    async def start_job(self, location: Location, request: JobRequest) -> Job:
        raise EngineLost("killed")

    async def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        async for job in super().follow_jobs(location, ids, until_end=until_end):
            yield job
            raise EngineLost("killed")


class Mute(Dying):
    """An engine that is killed before it says anything."""

    async def follow_jobs(self, location: Location, ids: tuple[JobId, ...], *, until_end: bool) -> AsyncIterator[Job]:
        raise EngineLost("killed")
        yield


def engines(*some: FakeEngine) -> LazyEngine:
    left = list(some)

    async def connect() -> FakeEngine:
        return left.pop(0) if len(left) > 1 else left[0]

    return LazyEngine(connect)


@pytest.fixture
def healthy(tmp_path: Path) -> FakeEngine:
    engine = FakeEngine(tmp_path)
    engine.add("make")
    return engine


def test_a_question_goes_to_the_next_engine(healthy: FakeEngine, tmp_path: Path) -> None:
    engine = engines(Dying(tmp_path), healthy)
    assert [job.command for job in run(engine.select_jobs(HERE, JobQuery()))] == ["make"]


def test_a_start_is_never_asked_twice(healthy: FakeEngine, tmp_path: Path) -> None:
    engine = engines(Dying(tmp_path), healthy)
    with pytest.raises(EngineLost):
        run(engine.start_job(HERE, JobRequest(Program("x", "x"))))
    assert healthy.requests == []


def test_following_goes_on_as_often_as_something_is_told(tmp_path: Path) -> None:
    async def main() -> None:
        some: list[FakeEngine] = []
        for n, kind in enumerate((Dying, Dying, FakeEngine)):
            (tmp_path / str(n)).mkdir()
            some.append(kind(tmp_path / str(n)))
            job = some[-1].add()
        await some[-1].finish(job.id)
        engine = engines(*some)
        seen = [job.state.value async for job in engine.follow_jobs(HERE, (JobId(1),), until_end=True)]
        assert seen == ["Running", "Running", "Completed"]

    run(main())


def test_engines_that_tell_nothing_are_not_followed_for_ever(tmp_path: Path) -> None:
    async def main() -> None:
        with pytest.raises(EngineLost):
            async for _ in engines(Mute(tmp_path)).follow_jobs(HERE, (JobId(1),), until_end=True):
                pass

    run(main())

"""What a front end holds of the engine: another one is asked when it goes, where that is harmless."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsh.app.lazy_engine import LazyEngine
from jobsh.errors import EngineLost, InvalidState
from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE, JobId, Location, SessionId
from jobsh.model.job import Job
from jobsh.model.messages import Event, FanOut, JobEnded, JobRequest, OpenSession, Program, SessionChanged
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Session, SessionState
from jobsh.model.session_option import SessionOption
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


class Once(FakeEngine):
    """An engine that is lost when the test says so, and refuses what it is told to refuse."""

    refused: tuple[SessionId, ...] = ()

    async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
        if session.id in self.refused:
            raise InvalidState("another one")
        return await super().resume_session(session, running)


def two(tmp_path: Path) -> tuple[Once, Once]:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    return Once(tmp_path / "first"), Once(tmp_path / "second")


def test_the_next_engine_goes_on_with_our_sessions_and_what_runs_in_them(tmp_path: Path) -> None:
    async def main() -> None:
        first, second = two(tmp_path)
        engine = engines(first, second)
        kept = await engine.open_session(OpenSession(parse_address("web01"), "kept"))
        closed = await engine.open_session(OpenSession(parse_address("web02")))
        theirs = (await first.open_session(OpenSession(parse_address("web03")))).replace(name="theirs")
        first.sessions[theirs.id] = theirs
        await engine.select_sessions(SessionQuery())
        there = await engine.start_job(kept.id, JobRequest(Program("x", "x")))
        parent = await engine.fan_out(FanOut(Program("x", "x"), (kept.id, parse_address("web04"))))
        await engine.start_job(HERE, JobRequest(Program("x", "x")))
        await engine.remove_session(closed.id)
        first.is_lost = True
        assert await engine.select_sessions(SessionQuery()) == (kept,)
        assert second.requests == [(kept, (there, parent.children[0]))]

    run(main())


def test_sessions_of_others_are_ours_once_we_use_them(tmp_path: Path) -> None:
    async def main() -> None:
        first, second = two(tmp_path)
        theirs = await first.open_session(OpenSession(parse_address("web01")))
        engine = engines(first, second)
        await engine.select_sessions(SessionQuery(names=("Session*",)))
        first.is_lost = True
        await engine.history(1)
        assert second.requests == [(theirs, ())]

    run(main())


class Telling(Once):
    """An engine that tells of what the test wants to have happened."""

    happened: tuple[Event, ...] = ()

    async def events(self) -> AsyncIterator[Event]:
        for event in self.happened:
            yield event


def test_what_ended_or_was_closed_is_not_resumed(tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / "second").mkdir()
        first, second = Telling(tmp_path), Once(tmp_path / "second")
        engine = engines(first, second)
        kept, gone = [await engine.open_session(OpenSession(parse_address("web01"))) for _ in range(2)]
        job = await engine.start_job(kept.id, JobRequest(Program("x", "x")))
        first.happened = (JobEnded(job, "web01"), SessionChanged(gone.replace(state=SessionState.CLOSED)))
        assert len([event async for event in engine.events()]) == 2
        first.is_lost = True
        await engine.history(1)
        assert second.requests == [(kept, ())]

    run(main())


def test_a_session_that_the_next_engine_refuses_is_lost_alone(tmp_path: Path) -> None:
    async def main() -> None:
        first, second = two(tmp_path)
        engine = engines(first, second)
        one, other = [await engine.open_session(OpenSession(parse_address("web01"))) for _ in range(2)]
        second.refused = (one.id,)
        first.is_lost = True
        assert await engine.select_sessions(SessionQuery()) == (other,)

    run(main())


def test_who_asks_no_longer_leaves_the_next_engine_its_sessions(tmp_path: Path) -> None:
    """A question that is given up while the next engine takes our sessions over: they are not left half way."""

    class Slow(Once):
        is_asked = asyncio.Event()
        may_answer = asyncio.Event()

        async def resume_session(self, session: Session, running: tuple[Job, ...]) -> Session:
            self.is_asked.set()
            await self.may_answer.wait()
            return await super().resume_session(session, running)

    async def main() -> None:
        (tmp_path / "second").mkdir()
        first, second = Once(tmp_path), Slow(tmp_path / "second")
        engine = engines(first, second)
        session = await engine.open_session(OpenSession(parse_address("web01")))
        first.is_lost = True
        asking = asyncio.ensure_future(engine.status())
        await second.is_asked.wait()
        asking.cancel()
        await asyncio.wait({asking})
        second.may_answer.set()
        assert await engine.select_sessions(SessionQuery()) == (session,)
        assert second.requests == [(session, ())]

    run(main())


def test_a_session_that_was_disconnected_is_so_under_the_next_engine_too(tmp_path: Path) -> None:
    """Here, or (as its events tell) in another terminal. What runs in it is nobody's to follow."""

    async def main() -> None:
        (tmp_path / "second").mkdir()
        first, second = Telling(tmp_path), Once(tmp_path / "second")
        engine = engines(first, second)
        here, there = [await engine.open_session(OpenSession(parse_address("web01"))) for _ in range(2)]
        await engine.start_job(here.id, JobRequest(Program("x", "x")))
        left = await engine.disconnect_session(here.id, SessionOption())
        taken = there.replace(state=SessionState.DISCONNECTED)
        first.happened = (SessionChanged(taken),)
        assert len([event async for event in engine.events()]) == 1
        first.is_lost = True
        await engine.history(1)
        assert second.requests == [(left, ()), (taken, ())]

    run(main())

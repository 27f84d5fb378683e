"""One suite for every Store: SQLite and its twin in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jobsh.errors import StoreError
from jobsh.model.hosts import parse_address
from jobsh.model.ids import JobId, new_instance_id
from jobsh.model.job import JobKind, Outcome, OutcomeKind
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.messages import Program
from jobsh.ports.store import Store, StoredJob
from jobsh.store.memory import MemoryStore
from jobsh.store.sqlite import open_store
from tests.asynchronous import run

UseStore = Callable[[Callable[[Store], Awaitable[None]]], None]


@pytest.fixture(params=["sqlite", "memory"])
def use(request: pytest.FixtureRequest, tmp_path: Path) -> UseStore:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Store]:
        store: Store = MemoryStore() if request.param == "memory" else await open_store(str(tmp_path / "s.db"))
        yield store
        await store.aclose()

    async def used(test: Callable[[Store], Awaitable[None]]) -> None:
        async with opened() as store:
            await test(store)

    return lambda test: run(used(test))


def a_job(number: int, child: int = 0, **fields: object) -> StoredJob:
    job = StoredJob(
        JobId(number, child),
        new_instance_id(),
        f"Job{number}",
        JobKind.REMOTE,
        JobState.NOT_STARTED,
        "web01",
        "uptime",
        5.5,
    )
    return job.replace(**fields)


def test_jobs_come_back_as_they_were_by_id(use: UseStore) -> None:
    child = a_job(
        3,
        1,
        kind=JobKind.CHILD,
        name="büro \udcff",
        command="printf '\udc80'",
        address=parse_address("me@web01:22"),
        outcome=Outcome.exited(3),
        began=1.5,
        ended=2.5,
        out=2**40,
        received_err=7,
        is_complete=True,
        session=new_instance_id(),
    )
    parent = a_job(
        3,
        program=Program("a\nb", "a", variables=(("x", "\udcfe"),)),
        stdin=b"\0\xff",
        hide_computer_name=True,
        throttle_limit=5,
    )
    first = a_job(1)

    async def test(store: Store) -> None:
        await store.add((parent, child))
        await store.add((first,))
        assert await store.load() == (first, parent, child)

    use(test)


def test_an_id_is_given_once(use: UseStore) -> None:
    async def test(store: Store) -> None:
        await store.add((a_job(1),))
        with pytest.raises(StoreError):
            await store.add((a_job(2), a_job(1)))
        assert [job.id.number for job in await store.load()] == [1]

    use(test)


def test_a_state_moves_only_from_where_it_is(use: UseStore) -> None:
    job = a_job(1)

    async def test(store: Store) -> None:
        await store.add((job,))
        start = (job.instance_id, JobState.NOT_STARTED, JobState.RUNNING, JobEvent.START)
        assert await store.move(*start, 10.0, None)
        assert not await store.move(*start, 11.0, None)
        failed = Outcome(OutcomeKind.EXITED, 3, "exit status 3")
        end = (job.instance_id, JobState.RUNNING, JobState.FAILED, JobEvent.FAIL)
        assert await store.move(*end, 12.0, failed)
        (kept,) = await store.load()
        assert kept == job.replace(state=JobState.FAILED, began=10.0, ended=12.0, outcome=failed)

    use(test)


def test_regaining_the_link_is_no_second_beginning(use: UseStore) -> None:
    job = a_job(1)

    async def test(store: Store) -> None:
        await store.add((job,))
        moves = ((JobState.NOT_STARTED, JobState.UNKNOWN, JobEvent.LOSE_LINK, 1.0),
                 (JobState.UNKNOWN, JobState.RUNNING, JobEvent.START, 2.0),
                 (JobState.RUNNING, JobState.UNKNOWN, JobEvent.LOSE_LINK, 3.0),
                 (JobState.UNKNOWN, JobState.RUNNING, JobEvent.START, 4.0))  # fmt: skip
        for old, new, event, at in moves:
            assert await store.move(job.instance_id, old, new, event, at, None)
        (kept,) = await store.load()
        assert (kept.began, kept.ended) == (2.0, None)

    use(test)


def test_sizes_and_marks_never_go_back(use: UseStore) -> None:
    job = a_job(1)

    async def test(store: Store) -> None:
        await store.add((job,))
        await store.grow(job.instance_id, 100, 5, is_complete=True)
        await store.grow(job.instance_id, 50, 6, is_complete=False)
        await store.mark_received(((job.instance_id, 30, 3), (job.instance_id, 20, 4)))
        (kept,) = await store.load()
        assert kept == job.replace(out=100, err=6, is_complete=True, received_out=30, received_err=4)

    use(test)


def test_a_request_can_be_forgotten_before_its_job(use: UseStore) -> None:
    job = a_job(1, program=Program("secret", "secret"), stdin=b"x")

    async def test(store: Store) -> None:
        await store.add((job,))
        await store.forget_request(job.instance_id)
        assert await store.load() == (job.replace(program=None, stdin=None),)
        await store.remove((job.instance_id,))
        assert await store.load() == ()

    use(test)


def test_the_newest_lines_of_the_history(use: UseStore) -> None:
    async def test(store: Store) -> None:
        for n in range(5):
            await store.add_history(f"line {n} \udcff", float(n))
        assert [(h.text, h.at) for h in await store.history(2)] == [("line 3 \udcff", 3.0), ("line 4 \udcff", 4.0)]
        assert len(await store.history(99)) == 5
        assert await store.history(0) == ()
        first, *_, last = await store.history(99)
        await store.forget_history((first.id, last.id, 99))
        assert [h.text for h in await store.history(99)] == [f"line {n} \udcff" for n in (1, 2, 3)]
        await store.add_history("new", 9.0)
        assert [h.text for h in await store.history(1)] == ["new"]
        assert len({h.id for h in await store.history(99)}) == 4

    use(test)


def test_calls_at_the_same_time_each_get_their_answer(use: UseStore) -> None:
    async def test(store: Store) -> None:
        jobs = [a_job(n) for n in range(1, 301)]
        await asyncio.gather(*(store.add((job,)) for job in jobs))
        moved = await asyncio.gather(
            *(store.move(j.instance_id, j.state, JobState.RUNNING, JobEvent.START, 1.0, None) for j in [*jobs, *jobs])
        )
        assert moved.count(True) == 300

    use(test)


def test_numbers_of_sessions_never_go_back(use: UseStore) -> None:
    async def test(store: Store) -> None:
        assert await store.newest_session() == 0
        for number in (1, 3, 2):
            await store.note_session(number)
        assert await store.newest_session() == 3

    use(test)

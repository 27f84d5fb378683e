"""Sessions as their machine knows them: one client holds one at a time, whoever dies holds nothing, its time may run out."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from jobsh.errors import InvalidState
from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.model.job import Gap
from jobsh.model.session_option import OutputBufferingMode, SessionOption
from jobsh.ports.spool import Client, Holder, Spool, SpoolSession, SpoolState
from tests import asynchronous
from tests.asynchronous import wait_until
from tests.processes import await_condition, kill, processes_of
from tests.spools import OpenSpool, collect, open_kind, run_attached, start

ME, OTHER = Client("1a", "me@laptop"), Client("2b", "me@desk")


@pytest.fixture(params=["local", "connection", "ssh"])
def open_spool(request: pytest.FixtureRequest, place: Path) -> OpenSpool:
    return open_kind(request.param, place, lambda: request.getfixturevalue("farm"))


@pytest.fixture
def disk(open_spool: OpenSpool, request: pytest.FixtureRequest, place: Path) -> Path:
    """Where the spool is, somewhere below."""
    is_ssh = request.node.callspec.params["open_spool"] == "ssh"
    return Path(request.getfixturevalue("farm").directory) if is_ssh else place


def new_session(name: str = "s", **fields: object) -> SpoolSession:
    return SpoolSession(new_instance_id(), name, "me@laptop", 12345.0).replace(**fields)


async def only(spool: Spool, client: Client) -> SpoolSession:
    (found,) = await spool.sessions(client)
    return found


def test_a_session_is_known_there_and_held_by_one(open_spool: OpenSpool) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            mine = await stack.enter_async_context(open_spool())
            session = new_session("odd name *", is_temporary=True)
            await mine.begin_session(session, ME)
            async with open_spool() as theirs:
                assert await only(theirs, ME) == session
                assert await only(theirs, OTHER) == session.replace(holder=Holder.OTHER)
                assert await theirs.hold_session(session.instance_id, OTHER) is Holder.OTHER
                released = await mine.release_session(session, ME)
                assert (released.holder, released.expires_on) == (Holder.NOBODY, None)
                assert released.disconnected_on is not None
                assert await only(theirs, OTHER) == released
                assert await theirs.hold_session(session.instance_id, OTHER) is Holder.OWN
                assert (await only(mine, ME)).holder is Holder.OTHER
                assert await mine.hold_session(session.instance_id, ME) is Holder.OTHER
                assert (await mine.release_session(session, ME)).holder is Holder.OTHER
            # their connection is gone, and with it their guard
            await wait_until(lambda: _is(mine, Holder.DEAD))
            assert await mine.hold_session(session.instance_id, ME) is Holder.OWN
            assert (await only(mine, ME)).holder is Holder.OWN
            await mine.forget_session(session.instance_id)
            assert await mine.sessions(ME) == ()
            assert await mine.hold_session(session.instance_id, ME) is Holder.GONE

    asynchronous.run(scenario())


async def _is(spool: Spool, holder: Holder) -> bool:
    return (await only(spool, ME)).holder is holder


def test_of_two_that_want_a_session_at_once_one_has_it(open_spool: OpenSpool) -> None:
    async def scenario() -> None:
        async with open_spool() as first, open_spool() as second:
            session = new_session()
            await first.begin_session(session, ME)
            for _ in range(10):
                await first.release_session(session, ME)
                await second.release_session(session, OTHER)
                taken = await asyncio.gather(
                    first.hold_session(session.instance_id, ME), second.hold_session(session.instance_id, OTHER)
                )
                assert sorted(taken) == [Holder.OTHER, Holder.OWN]

    asynchronous.run(scenario())


def test_a_client_may_come_back_while_its_old_guard_still_lives(open_spool: OpenSpool) -> None:
    async def scenario() -> None:
        async with open_spool() as before, open_spool() as now:
            session = new_session()
            await before.begin_session(session, ME)
            assert await now.hold_session(session.instance_id, ME) is Holder.OWN
            assert (await only(now, OTHER)).holder is Holder.OTHER

    asynchronous.run(scenario())


def test_a_session_that_another_client_took_is_not_used(open_spool: OpenSpool, place: Path, disk: Path) -> None:
    """The guard was killed: until it is there again nobody holds the session."""

    async def scenario() -> None:
        async with open_spool() as mine, open_spool() as theirs:
            session = new_session()
            await mine.begin_session(session, ME)
            await run_attached(mine, "A=1", place, session=session.instance_id, saves_state=True)
            kill(_guard_of(session.instance_id, disk))
            assert await theirs.hold_session(session.instance_id, OTHER) is Holder.OWN
            await wait_until(lambda: _is_refused(mine, session.instance_id, place))
            await theirs.release_session(session, OTHER)
            out, _, _ = await run_attached(theirs, "echo $A", place, session=session.instance_id)
            assert out == b"1\n"

    asynchronous.run(scenario())


async def _is_refused(spool: Spool, session: InstanceId, place: Path) -> bool:
    try:
        await run_attached(spool, "true", place, session=session)
    except InvalidState as error:
        return error.error_id == "SessionNotAvailable"
    return False


def _guard_of(session: InstanceId, disk: Path) -> int:
    (token,) = disk.glob(f"**/sessions/{session}/holder.*")
    return int(token.name.split(".")[1])


def test_a_jobs_session_is_known(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            session = new_session()
            await spool.begin_session(session, ME)
            own = await start(spool, "echo $A", place, session=session.instance_id, is_numbered=False)
            code = await start(spool, "true", place, started_in=session.instance_id)
            await start(spool, "true", place)
            found = await spool.jobs_of_session(session.instance_id)
            assert {job.instance_id for job in found} == {own, code}
            assert {job.session for job in found} == {session.instance_id}

    asynchronous.run(scenario())


def test_a_session_whose_time_runs_out_is_ended_by_its_machine_with_its_jobs(
    open_spool: OpenSpool, place: Path
) -> None:
    async def scenario() -> None:
        option = SessionOption(idle_timeout=1.0, output_buffering_mode=OutputBufferingMode.DROP)
        session, other = new_session(option=option), new_session()
        async with open_spool() as spool:
            for one in (session, other):
                await spool.begin_session(one, ME)
            job = await start(spool, "sleep 1000", place, session=session.instance_id, is_numbered=False)
            going_on = await start(spool, "sleep 1001", place, session=other.instance_id, is_numbered=False)
            released = await spool.release_session(session, ME)
            assert released.expires_on is not None
            assert released.disconnected_on is not None
            assert released.expires_on - released.disconnected_on == 1
            assert {(one.option, one.expires_on) for one in await spool.sessions(ME)} >= {(option, released.expires_on)}
        async with open_spool() as spool:
            await wait_until(lambda: _has(spool, 1))
            ended, left = await spool.look((job, going_on))
            assert (ended.state, ended.was_stopped, left.state) == (SpoolState.ENDED, True, SpoolState.RUNNING)
            assert await spool.hold_session(session.instance_id, ME) is Holder.GONE
            await spool.stop(going_on, 0.0)

    asynchronous.run(scenario())


async def _has(spool: Spool, count: int) -> bool:
    return len(await spool.sessions(ME)) == count


def test_who_connects_in_time_stops_the_clock(open_spool: OpenSpool) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            session = new_session(option=SessionOption(idle_timeout=1000.0))
            await spool.begin_session(session, ME)
            await spool.release_session(session, ME)
            await wait_until(lambda: _waits(session.instance_id))
            assert await spool.hold_session(session.instance_id, ME) is Holder.OWN
            assert (await only(spool, ME)).expires_on is None
        await_condition(lambda: not _waiting(session.instance_id), what="nobody waits to end it")

    asynchronous.run(scenario())


def _waiting(session: InstanceId) -> list[int]:
    return processes_of(Path(session))


async def _waits(session: InstanceId) -> bool:
    return bool(_waiting(session))


def test_a_clock_that_was_killed_goes_on_at_the_next_contact(open_spool: OpenSpool) -> None:
    """As after a restart of the machine: who waited is gone, the time is over."""

    async def scenario() -> None:
        session = new_session(option=SessionOption(idle_timeout=1.0))
        async with open_spool() as spool:
            await spool.begin_session(session, ME)
            await spool.release_session(session, ME)
            for pid in _waiting(session.instance_id):
                os.kill(pid, 9)
        async with open_spool() as spool:
            await wait_until(lambda: _has(spool, 0))

    asynchronous.run(scenario())


# -- the buffers of disconnected sessions --


def buffered(mode: OutputBufferingMode, size: int) -> SpoolSession:
    return new_session(option=SessionOption(output_buffering_mode=mode, output_buffer_size=size))


CHATTY = "i=0; while [ $i -lt 400 ]; do echo $i; i=$((i + 1)); sleep 0.01; done"
ALL = "".join(f"{n}\n" for n in range(400)).encode()


async def state_of(spool: Spool, job: InstanceId) -> SpoolState:
    (now,) = await spool.look((job,))
    return now.state


def test_block_lets_a_job_stand_still_until_somebody_comes(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        session = buffered(OutputBufferingMode.BLOCK, 100)
        async with open_spool() as spool:
            await spool.begin_session(session, ME)
            job = await start(spool, CHATTY, place, session=session.instance_id, is_numbered=False)
            await spool.release_session(session, ME)
        async with open_spool() as spool:
            await wait_until(lambda: _is_in(spool, job, SpoolState.SUSPENDED))
            (full,) = await spool.look((job,))
            assert 100 < full.out < len(ALL)
            # what is received makes room
            await spool.mark_received(job, full.out, 0)
            await wait_until(lambda: _has_grown(spool, job, full.out))
            await wait_until(lambda: _is_in(spool, job, SpoolState.SUSPENDED))
            assert await spool.hold_session(session.instance_id, OTHER) is Holder.OWN
            assert await state_of(spool, job) is SpoolState.RUNNING
            (collected,) = await collect(spool, job)
            assert (collected.out, collected.job.gap) == (ALL, None)
        await_condition(lambda: not _waiting(session.instance_id), what="nobody looks after it")

    asynchronous.run(scenario())


async def _is_in(spool: Spool, job: InstanceId, state: SpoolState) -> bool:
    return await state_of(spool, job) is state


async def _has_grown(spool: Spool, job: InstanceId, size: int) -> bool:
    (now,) = await spool.look((job,))
    return now.out > size


def test_drop_keeps_the_newest_output_and_tells_the_gap(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        session = buffered(OutputBufferingMode.DROP, 100)
        async with open_spool() as spool:
            await spool.begin_session(session, ME)
            job = await start(spool, CHATTY, place, session=session.instance_id, is_numbered=False)
            await spool.mark_received(job, 2, 0)
            await spool.release_session(session, ME)
        async with open_spool() as spool:
            await wait_until(lambda: _has_kept(spool, job, 100))
            assert await spool.hold_session(session.instance_id, OTHER) is Holder.OWN
            (ended,) = await spool.look((job,))
            assert (ended.out, ended.received_out, ended.received_err) == (len(ALL), len(ALL) - 100, 0)
            assert ended.gap == Gap(len(ALL) - 100, 0, len(ALL) - 102)
            (collected,) = await collect(spool, job)
            assert len(collected.out) == len(ALL)
            assert collected.out[-100:] == ALL[-100:]

    asynchronous.run(scenario())


async def _has_kept(spool: Spool, job: InstanceId, size: int) -> bool:
    (now,) = await spool.look((job,))
    return now.state is SpoolState.ENDED and now.out - now.received_out == size


def test_a_job_that_was_suspended_before_stays_so(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        session = buffered(OutputBufferingMode.BLOCK, 10)
        async with open_spool() as spool:
            await spool.begin_session(session, ME)
            job = await start(spool, "seq 100; sleep 1000", place, session=session.instance_id, is_numbered=False)
            await wait_until(lambda: _has_grown(spool, job, 100))
            await spool.signal(job, "STOP")
            noisy = await start(
                spool, "while :; do echo x; sleep 0.02; done", place, session=session.instance_id, is_numbered=False
            )
            await spool.release_session(session, ME)
            await wait_until(lambda: _is_in(spool, noisy, SpoolState.SUSPENDED))
            assert await spool.hold_session(session.instance_id, ME) is Holder.OWN
            assert [job.state for job in await spool.look((job, noisy))] == [SpoolState.SUSPENDED, SpoolState.RUNNING]
            for one in (job, noisy):
                await spool.stop(one, 0.0)

    asynchronous.run(scenario())

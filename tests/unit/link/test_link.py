"""The link itself: questions, cancelling, back-pressure, ends of either side, other versions, strangers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jobsh import errors
from jobsh.errors import EngineLost, HostError, HostErrorCause, JobshError, NotFound
from jobsh.link import protocol
from jobsh.link.frames import BrokenLink, FrameStream
from jobsh.link.hello import open_link
from jobsh.link.protocol import STREAM_CREDIT, error_from_wire, error_to_wire
from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE, JobId
from jobsh.model.job_state import JobState
from jobsh.model.messages import Data, OpenSession, Question, QuestionKind
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.ports.engine import Asker
from jobsh.ports.transport import Connection, Route
from tests.asynchronous import run, wait_until
from tests.engines import FRONT_END, FakeAsker, Served, fake_engine, fan_out, invoke, request, targets
from tests.fakes import FakeWorld

Test = Callable[[Served], Awaitable[None]]


def with_server(place: Path, test: Test, world: FakeWorld | None = None) -> None:
    async def used() -> None:
        async with fake_engine(place, over_socket=True, world=world) as served:
            await test(served)

    run(used())


@pytest.mark.parametrize(
    "error",
    [
        NotFound("there is no job 9", hint="Get-Job lists them", target="9"),
        HostError("web01", HostErrorCause.AUTHENTICATION, "publickey", hint="ssh-add"),
        errors.SpoolError("web01: the disk is full"),
        errors.UsageError("bad", hint="good"),
    ],
)
def test_errors_travel_whole(error: JobshError) -> None:
    back = error_from_wire(error_to_wire(error))
    assert type(back) is type(error)
    assert vars(back) == vars(error)


def test_errors_of_a_newer_engine_are_still_errors() -> None:
    assert type(error_from_wire({"class": "QuotaError", "message": "m"})) is JobshError
    assert type(error_from_wire({"class": "HostErrorCause", "message": "m"})) is JobshError
    wire = {"class": "HostError", "message": "m", "host": "h", "cause": "bored", "detail": "d"}
    assert isinstance(error_from_wire(wire), HostError)


class _AskingWorld(FakeWorld):
    """Its hosts want a password."""

    async def connect(self, route: Route, asker: Asker | None, *, via: Connection | None = None) -> Connection:
        question = Question(QuestionKind.PASSWORD, route.host_name, "Password:")
        if asker is None or await asker.ask(question) != "sesame":
            raise HostError(route.address.label, HostErrorCause.AUTHENTICATION)
        return await super().connect(route, asker, via=via)


def test_questions_go_to_the_user_who_asked(place: Path) -> None:
    async def test(served: Served) -> None:
        asker = FakeAsker("sesame", None)
        engine = await served.link(asker=asker)
        await engine.open_session(OpenSession(parse_address("web01")))
        with pytest.raises(HostError, match="authentication failed"):
            await engine.open_session(OpenSession(parse_address("web02")))
        assert [(q.kind, q.host, q.text) for q in asker.questions] == [
            (QuestionKind.PASSWORD, "web01", "Password:"), (QuestionKind.PASSWORD, "web02", "Password:"),
        ]  # fmt: skip
        script = await served.link(FRONT_END.replace(is_interactive=False), FakeAsker("sesame"))
        with pytest.raises(HostError, match="authentication failed"):
            await script.open_session(OpenSession(parse_address("web03")))
        await script.aclose()
        await engine.aclose()

    with_server(place, test, _AskingWorld(place))


def test_a_front_end_that_dies_with_a_question_open_leaves_the_engine_well(place: Path) -> None:
    async def test(served: Served) -> None:
        asked = asyncio.Event()

        class Silent:
            async def ask(self, question: Question) -> str | None:
                asked.set()
                await asyncio.Event().wait()
                return None

        engine = await served.link(asker=Silent())
        opening = asyncio.ensure_future(engine.open_session(OpenSession(parse_address("web01"))))
        await asked.wait()
        engine._calls._stream.abort()
        with pytest.raises(EngineLost):
            await opening
        other = await served.link()

        async def is_alone() -> bool:
            return (await other.status()).front_ends == 1

        await wait_until(is_alone)
        await other.aclose()
        await engine.aclose()

    with_server(place, test, _AskingWorld(place))


def test_a_front_end_that_dies_is_dead_for_the_engine(place: Path) -> None:
    async def test(served: Served) -> None:
        dying, other = await served.link(), await served.link()
        await dying.open_session(OpenSession(parse_address("web01")))
        await dying.invoke(invoke(*targets("web01", "web02")))
        attached = await dying.start_job(HERE, request(is_attached=True))
        machines = [served.world.machine(name) for name in ("web01", "web02")]
        await wait_until(lambda: all(machine.channels for machine in machines))
        dying._calls._stream.abort()

        async def nothing_is_left() -> bool:
            (job,) = await other.select_jobs(HERE, JobQuery(ids=(attached.id,)))
            sessions = await other.select_sessions(SessionQuery())
            return job.state is JobState.STOPPED and not sessions and all(m.channels[0].is_closed for m in machines)

        await wait_until(nothing_is_left)
        await other.aclose()
        await dying.aclose()

    with_server(place, test)


def test_a_cancelled_call_is_cancelled_there(place: Path) -> None:
    async def test(served: Served) -> None:
        engine = await served.link()
        job = await engine.start_job(HERE, request())
        waiting = asyncio.ensure_future(engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=None))
        followers = served.engine.hosts.here.followers
        await wait_until(lambda: followers._entries[job.instance_id, True].users == 2)
        waiting.cancel()
        await asyncio.wait({waiting})
        await wait_until(lambda: followers._entries[job.instance_id, True].users == 1)
        assert (await engine.status()).running_jobs == 1
        await engine.aclose()

    with_server(place, test)


def test_a_stream_that_is_left_early_is_ended_there(place: Path) -> None:
    async def test(served: Served) -> None:
        engine = await served.link()
        job = await engine.start_job(HERE, request())
        followers = served.engine.hosts.here.followers
        snapshots = engine.follow_jobs(HERE, (job.id,), until_end=True)
        await anext(snapshots)
        assert followers._entries[job.instance_id, True].users == 2
        await snapshots.aclose()  # type: ignore[attr-defined]
        await wait_until(lambda: followers._entries[job.instance_id, True].users == 1)
        await engine.aclose()

    with_server(place, test)


def test_who_does_not_read_stops_the_flow(place: Path) -> None:
    async def test(served: Served) -> None:
        engine = await served.link()
        invocation = await engine.invoke(invoke(*targets("web01")))
        web01 = served.world.machine("web01")
        await wait_until(lambda: web01.channels)
        chunk = b"x" * 64_000
        for _ in range(200):
            web01.channels[0].print(chunk)
        web01.channels[0].end()
        (stream,) = engine._calls._streams.values()
        events = invocation.events()
        await anext(events)
        await engine.status()  # a whole conversation later
        held = sum(cost for _, cost in stream.items)
        assert held <= STREAM_CREDIT + len(chunk) + 1000
        taken = len(chunk) + sum([len(event.data) async for event in events if isinstance(event, Data)])
        assert taken == 200 * len(chunk)
        await invocation.aclose()
        await engine.aclose()

    with_server(place, test)


def test_an_engine_that_goes_is_lost_for_every_question(place: Path) -> None:
    async def test() -> None:
        async with fake_engine(place, over_socket=True) as served:
            engine = await served.link()
            job = await engine.start_job(HERE, request())
            waiting = asyncio.ensure_future(engine.wait_jobs(HERE, (job.id,), any_one=False, timeout=None))
            following = asyncio.ensure_future(_all(engine.events()))
            invocation = await engine.invoke(invoke(*targets("web01")))
            reading = asyncio.ensure_future(_all(invocation.events()))
            await engine.status()
        for one in (waiting, following, reading):
            with pytest.raises(EngineLost):
                await one
        assert engine.is_lost
        with pytest.raises(EngineLost):
            await engine.status()
        assert await invocation.aclose() == 0
        await engine.aclose()

    run(test())


async def _all(items: object) -> list[object]:
    return [item async for item in items]  # type: ignore[attr-defined]


def test_a_bug_in_the_engine_is_told_and_the_engine_goes_on(place: Path) -> None:
    async def test(served: Served) -> None:
        engine = await served.link()
        with pytest.raises(RuntimeError, match="the engine failed"):
            await engine.stop_job(HERE, "one", 0)  # type: ignore[arg-type]
        with pytest.raises(JobshError, match="does not know"):
            await engine._calls.call("dance")
        assert (await engine.status()).front_ends == 1
        await engine.aclose()

    with_server(place, test)


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 40, b"\0\0\0\2\0\0\0\0{}", struct.pack(">II", 3, 0) + b"nul"]
)
def test_garbage_on_the_socket_harms_nobody(place: Path, garbage: bytes) -> None:
    async def test(served: Served) -> None:
        good = await served.link()
        reader, writer = await asyncio.open_unix_connection(str(place / "socket"))
        writer.write(garbage)
        writer.write_eof()
        await reader.read()
        writer.close()
        await writer.wait_closed()
        assert (await good.status()).front_ends == 1
        await good.aclose()

    with_server(place, test)


def test_the_socket_is_for_this_user_alone(place: Path) -> None:
    async def test(served: Served) -> None:
        assert (place / "socket").stat().st_mode & 0o777 == 0o600
        assert served.engine

    with_server(place, test)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_is_not_served(place: Path) -> None:
    async def test(served: Served) -> None:
        (place / "socket").chmod(0o666)
        place.chmod(0o755)

        def said_to_a_stranger() -> bytes:
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.setuid(12345)
                with socket.socket(socket.AF_UNIX) as stranger:
                    stranger.connect(str(place / "socket"))
                    os.write(writing, b"=" + stranger.recv(100))
                os._exit(0)
            os.close(writing)
            with os.fdopen(reading, "rb") as pipe:
                said = pipe.read()
            os.waitpid(pid, 0)
            return said

        assert await asyncio.to_thread(said_to_a_stranger) == b"="
        engine = await served.link()
        assert (await engine.status()).front_ends == 1
        await engine.aclose()

    with_server(place, test)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_users_engine_is_not_believed(place: Path) -> None:
    place.chmod(0o777)
    path = str(place / "planted")
    pid = os.fork()
    if pid == 0:
        os.setuid(12345)
        with socket.socket(socket.AF_UNIX) as planted:
            planted.bind(path)
            planted.listen()
            os.chmod(path, 0o666)
            planted.accept()[0].recv(1)  # until we leave
        os._exit(0)

    async def test() -> None:
        await wait_until(lambda: os.path.exists(path) and os.stat(path).st_mode & 0o777 == 0o666)
        with pytest.raises(JobshError, match="another user"):
            await open_link(path)

    try:
        run(test())
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_a_socket_of_nobody_is_refused_with_oserror(place: Path) -> None:
    async def test() -> None:
        with pytest.raises(OSError, match="No such file"):
            await open_link(str(place / "none"))

    run(test())


# -- other versions --


def test_an_engine_makes_room_unless_a_foreground_needs_it(place: Path) -> None:
    async def test(served: Served) -> None:
        idle = await served.link()
        invocation = await idle.invoke(invoke(*targets("web01")))
        assert not await (await open_link(str(place / "socket"))).retire()
        assert not served.is_stopped
        await invocation.aclose()
        retiring = asyncio.ensure_future((await open_link(str(place / "socket"))).retire())
        await wait_until(lambda: served.is_stopped)
        assert not retiring.done()
        retiring.cancel()
        await asyncio.wait({retiring})
        await idle.aclose()

    with_server(place, test)


def test_running_jobs_keep_no_engine_from_making_room(place: Path) -> None:
    async def test(served: Served) -> None:
        engine = await served.link()
        await engine.fan_out(fan_out("web01"))
        await engine.start_job(HERE, request())
        retiring = asyncio.ensure_future((await open_link(str(place / "socket"))).retire())
        await wait_until(lambda: served.is_stopped)
        retiring.cancel()
        await asyncio.wait({retiring})
        await engine.aclose()

    with_server(place, test)


def test_another_major_version_is_not_understood(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(served: Served) -> None:
        served.version = "9.9"
        monkeypatch.setattr("jobsh.link.server.PROTOCOL", (9, 0))
        hello = await open_link(str(place / "socket"))
        assert (hello.version, hello.is_understood, hello.pid) == ("9.9", False, os.getpid())
        with pytest.raises(EngineLost):
            await hello.greet(FRONT_END, FakeAsker())

    assert protocol.PROTOCOL[0] != 9
    with_server(place, test)


def test_a_word_that_the_engine_does_not_know_is_an_error_with_advice(place: Path) -> None:
    async def test(served: Served) -> None:
        engine = await served.link()
        engine._calls._stream.send(["call", 77, "status", [{"$": "Unheard"}], {}])
        engine._calls._replies[77] = asyncio.get_running_loop().create_future()
        with pytest.raises(JobshError, match="Unheard") as raised:
            await engine._calls._replies[77]
        assert "restart" in raised.value.hint
        await engine.aclose()

    with_server(place, test)


def test_frames_carry_any_bytes_and_end_clearly(place: Path) -> None:
    async def test() -> None:
        taken: asyncio.Queue[object] = asyncio.Queue()

        async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            stream = FrameStream(reader, writer)
            try:
                while True:
                    await taken.put(await stream.read())
            except BrokenLink as error:
                await taken.put(error)
            await stream.aclose()

        server = await asyncio.start_unix_server(came, str(place / "s"))
        async with server:
            stream = FrameStream(*await asyncio.open_unix_connection(str(place / "s")))
            await stream.write(["a", "\udcff ü"], bytes(range(256)) * 1000)
            await stream.write(["b"])
            await stream.aclose()
            assert await taken.get() == (["a", "\udcff ü"], bytes(range(256)) * 1000)
            assert await taken.get() == (["b"], b"")
            assert isinstance(await taken.get(), BrokenLink)

    run(test())


def test_a_child_id_survives(place: Path) -> None:
    async def test(served: Served) -> None:
        engine = await served.link()
        await engine.fan_out(fan_out("web01"))
        (job,) = await engine.select_jobs(HERE, JobQuery(ids=(JobId(1, 1),)))
        assert job.id == JobId(1, 1)
        await engine.aclose()

    with_server(place, test)

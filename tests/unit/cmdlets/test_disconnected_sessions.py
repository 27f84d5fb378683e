"""Disconnect-, Connect-, Receive- and Get-Session as the user types them: which sessions are meant, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from jobsh.cmdlets._hosts import REFUSED
from jobsh.cmdlets._refused import MACHINES
from jobsh.cmdlets._sessions_there import each
from jobsh.cmdlets.connect_session import ConnectSession
from jobsh.cmdlets.disconnect_session import DisconnectSession
from jobsh.cmdlets.get_session import GetSession
from jobsh.cmdlets.invoke_command import InvokeCommand
from jobsh.cmdlets.receive_session import ReceiveSession
from jobsh.command.declaration import Cmdlet, Refused
from jobsh.command.members import get_member
from jobsh.command.text_format import format_all
from jobsh.errors import BindingError, HostError, HostErrorCause
from jobsh.model.hosts import parse_address
from jobsh.model.ids import HERE, SessionId
from jobsh.model.job import Job
from jobsh.model.messages import JobRequest, OpenSession
from jobsh.model.queries import JobQuery
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.session_option import OutputBufferingMode, SessionOption
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeBlock, FakeContext, FakeEngine, output
from tests.unit.cmdlets.shell import TestShell, printed, run_text

UNREACHED = HostError("web09", HostErrorCause.REFUSED)


def opened(engine: FakeEngine, *hosts: str) -> list[Session]:
    async def open_all() -> list[Session]:
        return [await engine.open_session(OpenSession(parse_address(host), f"s{host}")) for host in hosts]

    return run(open_all())


def lie(engine: FakeEngine, session: Session, availability: Availability = Availability.NONE) -> None:
    engine.sessions[session.id] = session.replace(state=SessionState.DISCONNECTED, availability=availability)


def shown(cmdlet: Cmdlet, ctx: FakeContext) -> list[str]:
    return [f"{s.name} {s.state} {s.availability}" for s in run(output(cmdlet, ctx)) if isinstance(s, Session)]


def error_ids(ctx: FakeContext) -> list[str]:
    return [error.error_id for error in ctx.errors]


def test_hosts_are_asked_and_one_that_fails_is_one_error(engine: FakeEngine) -> None:
    opened(engine, "web01", "web02")
    engine.refuses["web09"] = UNREACHED
    ctx = FakeContext(engine)
    assert shown(GetSession(computer_name=("web09", "web02")), ctx) == ["sweb02 Opened Available"]
    assert [error.host for error in ctx.errors] == ["web09"]


def test_names_on_hosts_and_those_that_are_not_there(engine: FakeEngine) -> None:
    first, second = opened(engine, "web01", "web02")
    hosts = ("web01", "web02")
    ctx = FakeContext(engine)
    assert shown(GetSession(computer_name=hosts, name=("SWEB*1",)), ctx) == ["sweb01 Opened Available"]
    assert shown(GetSession(computer_name=hosts, instance_id=(second.instance_id,)), ctx) == ["sweb02 Opened Available"]
    assert shown(GetSession(computer_name=hosts, name=("none*",)), ctx) == []
    assert ctx.errors == []
    assert shown(GetSession(computer_name=hosts, name=("none", first.name)), ctx) == ["sweb01 Opened Available"]
    assert error_ids(ctx) == ["SessionNotFound"]


@pytest.mark.parametrize("cmdlet", [GetSession, ConnectSession, ReceiveSession])
def test_ids_are_not_a_hosts(engine: FakeEngine, cmdlet: type[Cmdlet]) -> None:
    opened(engine, "web01")
    with pytest.raises(BindingError, match="-Name or -InstanceId"):
        run(output(cmdlet(computer_name=("web01",), id=(1,)), FakeContext(engine)))


@pytest.mark.parametrize(
    ("state", "names"),
    [("All", [1, 2, 3]), ("Opened", [1]), ("Disconnected", [2]), ("Broken", [3]), ("Closed", [])],
)
def test_state(engine: FakeEngine, state: str, names: list[int]) -> None:
    _, left, lost = opened(engine, "web01", "web02", "web03")
    lie(engine, left)
    engine.sessions[lost.id] = lost.replace(state=SessionState.BROKEN, availability=Availability.NONE)
    for cmdlet in (
        GetSession().replace(state=state),
        GetSession().replace(state=state, computer_name=("web01", "web02", "web03")),
    ):
        found = run(output(cmdlet, FakeContext(engine)))
        assert [session.id for session in found if isinstance(session, Session)] == names


def test_disconnecting_says_how_long_and_what_of_the_output(engine: FakeEngine) -> None:
    (session,) = opened(engine, "web01")
    cmdlet = DisconnectSession(id=(1,), idle_timeout_sec=90.0, output_buffering_mode=OutputBufferingMode.BLOCK)
    assert shown(cmdlet, FakeContext(engine)) == ["sweb01 Disconnected None"]
    option = SessionOption(idle_timeout=90.0, output_buffering_mode=OutputBufferingMode.BLOCK)
    assert engine.requests[-1] == (session.id, option)


def test_a_buffers_size_needs_a_mode(engine: FakeEngine) -> None:
    opened(engine, "web01")
    for wrong in (
        DisconnectSession(id=(1,), output_buffer_size=10),
        DisconnectSession(id=(1,), output_buffering_mode=OutputBufferingMode.DROP, output_buffer_size=0),
    ):
        with pytest.raises(BindingError, match="-OutputBufferSize"):
            run(output(wrong, FakeContext(engine)))


def test_what_is_entered_is_not_disconnected(engine: FakeEngine) -> None:
    opened(engine, "web01", "web02")
    ctx = FakeContext(engine)
    ctx.entered_sessions = (SessionId(1),)
    assert shown(DisconnectSession(name=("s*",)), ctx) == ["sweb02 Disconnected None"]
    assert error_ids(ctx) == ["CannotDisconnectSessionInUse"]


@pytest.mark.parametrize("cmdlet", [DisconnectSession, ConnectSession, ReceiveSession])
def test_something_must_be_said(engine: FakeEngine, cmdlet: type[Cmdlet]) -> None:
    opened(engine, "web01")
    with pytest.raises(BindingError, match="which session"):
        run(output(cmdlet(), FakeContext(engine)))
    ctx = FakeContext(engine)
    assert run(output(cmdlet(id=(9,)), ctx)) == []
    assert error_ids(ctx) == ["SessionNotFound"]


@pytest.mark.parametrize("cmdlet", [DisconnectSession, ConnectSession, ReceiveSession])
def test_whatif_does_nothing(engine: FakeEngine, cmdlet: type[Cmdlet]) -> None:
    opened(engine, "web01")
    before = list(engine.requests)
    ctx = FakeContext(engine)
    ctx.agrees = False
    assert run(output(cmdlet(id=(1,)), ctx)) == []
    assert engine.requests == before
    assert ctx.asked


def test_connecting_one_that_is_held_is_an_error_unless_it_was_not_named(engine: FakeEngine) -> None:
    free, held = opened(engine, "web01", "web01")
    lie(engine, free)
    lie(engine, held, Availability.BUSY)
    ctx = FakeContext(engine)
    assert shown(ConnectSession(id=(held.id,)), ctx) == []
    assert error_ids(ctx) == ["SessionNotAvailable"]
    ctx = FakeContext(engine)
    assert shown(ConnectSession(computer_name=("web01",)), ctx) == ["sweb01 Opened Available"]
    assert ctx.errors == []


def received(engine: FakeEngine, *jobs: Job) -> None:
    (session,) = opened(engine, "web01")
    lie(engine, session)
    engine.received[session.id] = jobs


def ended_child(engine: FakeEngine, text: bytes) -> Job:
    job = engine.add_children("web01")
    (child,) = job.children

    async def write() -> None:
        await engine.grow(child.id, text)
        await engine.finish(child.id)

    run(write())
    return engine.job(job.id)


def written(results: Sequence[object]) -> bytes:
    return b"".join(getattr(chunk, "data", b"") for chunk in results)


def test_receiving_what_is_not_known_gives_its_output_and_no_job_is_left(engine: FakeEngine) -> None:
    known = engine.add("other")
    received(engine)

    async def adopt(id: SessionId, name: str) -> tuple[Job, ...]:
        job = engine.add_children("web01")
        await engine.grow(job.children[0].id, b"one\n")
        await engine.finish(job.children[0].id)
        return (engine.job(job.id),)

    engine.receive_session = adopt  # type: ignore[method-assign]
    assert written(run(output(ReceiveSession(id=(1,)), FakeContext(engine)))) == b"one\n"
    assert [id.number for id in engine.removed] == [known.id.number + 1]


@pytest.mark.parametrize(("target", "name"), [("Default", ""), ("Job", ""), ("Default", "night")])
def test_receiving_a_known_job_gives_the_job(engine: FakeEngine, target: str, name: str) -> None:
    job = ended_child(engine, b"one\n")
    received(engine, job)
    (session,) = engine.received
    cmdlet = ReceiveSession(id=(session,), out_target=target, job_name=name)  # type: ignore[arg-type]
    results = run(output(cmdlet, FakeContext(engine)))
    assert [found.id for found in results if isinstance(found, Job)] == [job.id]
    assert engine.requests[-1] == (session, name)
    assert engine.removed == []


def test_receiving_to_the_host_gives_the_output_of_a_known_job(engine: FakeEngine) -> None:
    job = ended_child(engine, b"one\n")
    received(engine, job)
    (session,) = engine.received
    results = run(output(ReceiveSession(id=(session,), out_target="Host"), FakeContext(engine)))
    assert written(results) == b"one\n"
    assert engine.removed == []
    assert run(engine.select_jobs(HERE, JobQuery()))[0].id == job.id


def test_receiving_where_nothing_runs_gives_nothing(engine: FakeEngine) -> None:
    received(engine)
    ctx = FakeContext(engine)
    assert run(output(ReceiveSession(name=("sweb01",)), ctx)) == []
    assert ctx.errors == []
    assert engine.sessions[SessionId(1)].state is SessionState.OPENED


def test_a_session_that_cannot_be_connected_is_not_received(engine: FakeEngine) -> None:
    (session,) = opened(engine, "web01")
    lie(engine, session, Availability.BUSY)
    ctx = FakeContext(engine)
    assert run(output(ReceiveSession(id=(1,)), ctx)) == []
    assert error_ids(ctx) == ["ReceivePSSessionCannotConnectSession"]


def test_a_command_in_disconnected_sessions(engine: FakeEngine) -> None:
    engine.refuses["web09"] = UNREACHED
    ctx = FakeContext(engine)
    cmdlet = InvokeCommand(
        ("web01", "web09", "web02"),
        script_block=FakeBlock("uptime"),
        in_disconnected_session=True,
        session_name=("a", "b"),
    )
    assert shown(cmdlet, ctx) == ["a Disconnected None", "Session2 Disconnected None"]
    assert [error.host for error in ctx.errors] == ["web09"]
    started = [request[1] for request in engine.requests if isinstance(request, tuple)]
    assert [request.program.text for request in started if isinstance(request, JobRequest)] == ["uptime", "uptime"]


@pytest.mark.parametrize("more", [{"as_job": True}, {"job_name": "x"}, {"timeout_sec": 3.0}])
def test_what_does_not_go_with_it(engine: FakeEngine, more: dict[str, object]) -> None:
    cmdlet = InvokeCommand(("web01",), script_block=FakeBlock("uptime"), in_disconnected_session=True).replace(**more)
    with pytest.raises(BindingError):
        run(output(cmdlet, FakeContext(engine)))


def test_a_name_needs_a_disconnected_session(engine: FakeEngine) -> None:
    cmdlet = InvokeCommand(("web01",), script_block=FakeBlock("uptime"), session_name=("a",))
    with pytest.raises(BindingError, match="-SessionName needs"):
        run(output(cmdlet, FakeContext(engine)))


HOST_CMDLETS = ("Get-Session", "Connect-Session", "Receive-Session")
NOTHING_HERE = [(verb, refused) for verb in HOST_CMDLETS for refused in REFUSED] + [
    ("Remove-Session", refused) for refused in MACHINES
]


@pytest.mark.parametrize(("verb", "refused"), NOTHING_HERE, ids=lambda value: getattr(value, "name", value))
def test_what_means_nothing_over_ssh_is_refused_by_name(tmp_path: Path, verb: str, refused: Refused) -> None:
    ran = run_text(f"{verb} -{refused.name} x", tmp_path)
    assert ran.status == 2
    assert refused.why in ran.errors[0].message


@pytest.mark.parametrize("verb", HOST_CMDLETS)
def test_how_hosts_are_reached(engine: FakeEngine, tmp_path: Path, verb: str) -> None:
    asked: list[OpenSession] = []

    async def find(request: OpenSession) -> tuple[Session, ...]:
        asked.append(request)
        return ()

    engine.find_sessions = find  # type: ignore[method-assign]
    shell = TestShell(tmp_path, engine)
    for words in (
        "-Cn web01 -UserName ops -Port 2222 -ThrottleLimit 1 -ConnectingTimeout 5s -Options @{Compression='yes'}",
        "-HostName ops@web01:2222 -SessionOption @{OpenTimeout='5s'} -Options @{Compression='yes'} -SSHTransport",
        "-SSHConnection @{HostName='web01'; UserName='ops'; Port=2222; ConnectingTimeout='5s'; Options=@{Compression='yes'}}",
    ):
        ran = run(shell.run(f"{verb} {words}"))
        assert (ran.status, ran.errors) == (0, [])
    addresses = [request.address for request in asked]
    assert {(a.host, a.user, a.port, a.connect_timeout, a.options) for a in addresses} == {
        ("web01", "ops", 2222, 5.0, (("Compression", "yes"),))
    }
    assert len(addresses) == 3


def test_the_names_of_the_hands(tmp_path: Path) -> None:
    for alias, name in (("dnsn", "Disconnect-Session"), ("cnsn", "Connect-Session"), ("rcsn", "Receive-Session")):
        assert printed(f"(Get-Alias {alias}).Definition", tmp_path) == f"{name}\n"
        assert printed(f"(Get-Alias {name.replace('-', '-PS')}).Definition", tmp_path) == f"{name}\n"


def test_the_view_of_sessions(engine: FakeEngine) -> None:
    (session,) = opened(engine, "web01")
    lie(engine, session, Availability.BUSY)
    header, _, row = format_all([engine.sessions[session.id]]).splitlines()
    assert header.split() == [
        "Id", "Name", "Transport", "ComputerName", "ComputerType", "State", "ConfigurationName", "Availability",
    ]  # fmt: skip
    assert row.split() == ["1", "sweb01", "SSH", "web01", "RemoteMachine", "Disconnected", "DefaultShell", "Busy"]


def test_the_properties_of_sessions(engine: FakeEngine) -> None:
    (session,) = opened(engine, "web01")
    option = SessionOption(idle_timeout=90.0, output_buffering_mode=OutputBufferingMode.DROP)
    session = session.replace(option=option, disconnected_on=1000.0, expires_on=1090.0, made_by="me@desk")
    assert get_member(session, "IdleTimeout") == 90.0
    assert str(get_member(session, "OutputBufferingMode")) == "Drop"
    assert get_member(get_member(session, "ExpiresOn"), "Year") == 1970
    assert get_member(session, "DisconnectedOn") is not None
    assert get_member(session, "MadeBy") == "me@desk"
    assert get_member(session, "InstanceId") == session.instance_id


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (3, 3), (0, 32)])
def test_so_many_at_the_same_time(limit: int, most: int) -> None:
    async def scenario() -> None:
        under_way: list[int] = []
        most_at_once = 0
        everybody_had_time = asyncio.Event()

        async def act(item: int) -> tuple[Session, ...]:
            nonlocal most_at_once
            under_way.append(item)
            most_at_once = max(most_at_once, len(under_way))
            if item == 39:
                everybody_had_time.set()
            await asyncio.sleep(0)
            under_way.remove(item)
            return ()

        await each(range(40), limit, act)
        assert everybody_had_time.is_set()
        assert most_at_once == most

    run(scenario())
    with pytest.raises(BindingError, match="-ThrottleLimit -1"):
        run(each((), -1, _never))


async def _never(item: object) -> tuple[Session, ...]:
    raise AssertionError(item)

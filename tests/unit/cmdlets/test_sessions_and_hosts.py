"""The session cmdlets and Invoke-Command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from jobsh.cmdlets._sources import merged
from jobsh.cmdlets.enter_session import EnterSession
from jobsh.cmdlets.exit_session import ExitSession
from jobsh.cmdlets.get_session import GetSession
from jobsh.cmdlets.invoke_command import InvokeCommand
from jobsh.cmdlets.new_session import NewSession
from jobsh.cmdlets.remove_session import RemoveSession
from jobsh.command.selectors import SessionSelector
from jobsh.errors import BindingError, HostError, HostErrorCause, NotFound, OperationError
from jobsh.model.hosts import HostAddress, parse_address
from jobsh.model.ids import HERE, Location, SessionId
from jobsh.model.job import Job, Outcome, OutcomeKind
from jobsh.model.messages import Data, Ended, FanOut, Invoke, OpenSession, Refused
from jobsh.model.records import Chunk, Line, Origin, Stream
from jobsh.model.session import Session, SessionState
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeBlock, FakeContext, FakeEngine, as_context, output, text

UNREACHED = HostError("web02", HostErrorCause.REFUSED, hint="is sshd running there?")


def names(results: Sequence[object]) -> list[str]:
    return [session.name for session in results if isinstance(session, Session)]


def opened(engine: FakeEngine, *hosts: str) -> list[Session]:
    async def open_all() -> list[Session]:
        return [await engine.open_session(OpenSession(parse_address(host))) for host in hosts]

    return run(open_all())


class TestSessions:
    def test_new_opens_all_that_can_be_reached(self, engine: FakeEngine) -> None:
        engine.refuses["web02"] = UNREACHED
        ctx = FakeContext(engine)
        results = run(output(NewSession(("web01", "web02", "web03"), name=("a", "b")), ctx))
        assert [(s.name, s.computer_name) for s in results if isinstance(s, Session)] == [
            ("a", "web01"),
            ("Session2", "web03"),
        ]
        (error,) = ctx.errors
        assert (error.host, error.exit_status, error.hint) == ("web02", 255, "is sshd running there?")
        assert error.message == "web02: connection refused"

    def test_how_to_reach_the_hosts(self, engine: FakeEngine) -> None:
        run(output(NewSession(("a@web01:23", "web02"), user_name="bob", port=22), FakeContext(engine)))
        assert [request.address for request in engine.requests if isinstance(request, OpenSession)] == [
            HostAddress("a@web01:23", "web01", "a", 23),
            HostAddress("web02", "web02", "bob", 22),
        ]

    def test_a_key_that_is_not_there_is_said_before_connecting(self, engine: FakeEngine) -> None:
        with pytest.raises(NotFound, match="key file"):
            run(output(NewSession(("web01",), key_file_path="no/such/key"), FakeContext(engine)))
        with pytest.raises(OperationError, match="-Port"):
            run(output(NewSession(("web01",), port=70000), FakeContext(engine)))
        assert engine.requests == []

    def test_get_by_id_name_host_and_object(self, engine: FakeEngine) -> None:
        first, second = opened(engine, "web01", "db1")
        for cmdlet, expected in (
            (GetSession(), ["Session1", "Session2"]),
            (GetSession(id=(2,)), ["Session2"]),
            (GetSession(name=("*1",)), ["Session1"]),
            (GetSession(computer_name=("db1",)), ["Session2"]),
            (
                GetSession(session=(SessionSelector(session=second), SessionSelector(id=first.id))),
                ["Session2", "Session1"],
            ),
        ):
            assert names(run(output(cmdlet, FakeContext(engine)))) == expected

    def test_what_is_not_there_is_an_error_each(self, engine: FakeEngine) -> None:
        ctx = FakeContext(engine)
        assert run(output(GetSession(id=(7,), name=("none", "no*")), ctx)) == []
        assert [e.message for e in ctx.errors] == ["there is no session 7", "there is no session named 'none'"]

    def test_remove(self, engine: FakeEngine) -> None:
        first, second = opened(engine, "web01", "web02")
        run(output(RemoveSession(id=(first.id,)), FakeContext(engine)))
        assert list(engine.sessions) == [second.id]
        with pytest.raises(BindingError, match="which session"):
            run(output(RemoveSession(), FakeContext(engine)))
        ctx = FakeContext(engine)
        ctx.agrees = False
        assert run(output(RemoveSession(computer_name=("WEB*",)), ctx)) == []
        assert list(engine.sessions) == [second.id]
        assert run(output(RemoveSession(computer_name=("WEB*",)), FakeContext(engine))) == []
        assert list(engine.sessions) == []

    def test_enter_by_host_closes_at_the_exit_and_by_session_does_not(self, engine: FakeEngine) -> None:
        (session,) = opened(engine, "web01")
        ctx = FakeContext(engine)
        for cmdlet in (
            EnterSession("web02"),
            EnterSession(session=(SessionSelector(session=session),)),
            EnterSession("1"),
            EnterSession(id=1),
            EnterSession(name="session1"),
        ):
            run(output(cmdlet, ctx))
        assert ctx.entered == [(SessionId(2), True), *[(session.id, False)] * 4]

    def test_entering_a_disconnected_session_connects_it(self, engine: FakeEngine) -> None:
        (session,) = opened(engine, "web01")
        engine.sessions[session.id] = session.replace(state=SessionState.DISCONNECTED)
        ctx = FakeContext(engine)
        run(output(EnterSession(id=1), ctx))
        assert ctx.entered == [(session.id, False)]
        assert engine.sessions[session.id].state is SessionState.OPENED

    def test_enter_one_at_a_time(self, engine: FakeEngine) -> None:
        opened(engine, "web01", "web02")
        with pytest.raises(OperationError, match="one session"):
            run(output(EnterSession(name="*"), FakeContext(engine)))

    def test_a_host_that_cannot_be_entered_is_said(self, engine: FakeEngine) -> None:
        engine.refuses["web02"] = UNREACHED
        ctx = FakeContext(engine)
        with pytest.raises(HostError):
            run(output(EnterSession("web02"), ctx))
        assert ctx.entered == []

    def test_exit(self, engine: FakeEngine) -> None:
        ctx = FakeContext(engine)
        run(output(EnterSession("web01"), ctx))
        run(output(ExitSession(), ctx))
        assert ctx.entered == []
        run(output(ExitSession(), ctx))


class TestAttached:
    def test_results_carry_their_hosts_and_the_largest_status_counts(self, engine: FakeEngine) -> None:
        engine.events_of_invoke = [
            Data(1, Stream.OUTPUT, b"two\n"),
            Data(0, Stream.OUTPUT, b"one\n"),
            Data(0, Stream.ERROR, b"oops\n"),
            Ended(0, Outcome.exited(3)),
            Ended(1, Outcome.exited(0)),
        ]
        ctx = FakeContext(engine)
        results = run(output(InvokeCommand(("web01", "web02"), script_block=FakeBlock("x")), ctx))
        chunks = [chunk for chunk in results if isinstance(chunk, Chunk)]
        assert [(c.data, c.origin.computer_name, c.origin.show_computer_name) for c in chunks] == [
            (b"two\n", "web02", True),
            (b"one\n", "web01", True),
        ]
        assert ctx.stderr == b"oops\n"
        assert ctx.status == 3
        assert ctx.errors == []
        assert ctx.said == [(Stream.WARNING, "exit status 3 on web01")]
        assert engine.invocations[0].is_closed

    def test_a_host_that_was_not_reached_is_one_error_and_255(self, engine: FakeEngine) -> None:
        engine.events_of_invoke = [
            Refused(1, "web02", "connection refused", "port 22", "is sshd running there?"),
            Ended(0, Outcome.exited(0)),
        ]
        ctx = FakeContext(engine)
        run(output(InvokeCommand(("web01", "web02"), script_block="x"), ctx))
        (error,) = ctx.errors
        assert error.message == "web02: connection refused: port 22"
        assert (error.host, ctx.status, ctx.said) == ("web02", 255, [])

    def test_a_signal_and_a_lost_link_are_errors(self, engine: FakeEngine) -> None:
        engine.events_of_invoke = [
            Ended(0, Outcome(OutcomeKind.SIGNALLED, 143, "killed by signal TERM")),
            Ended(1, Outcome(OutcomeKind.LOST, None, "connection lost"), left=2),
        ]
        ctx = FakeContext(engine)
        run(output(InvokeCommand(("web01", "web02"), script_block="x"), ctx))
        assert [(e.message, e.exit_status) for e in ctx.errors] == [
            ("web01: killed by signal TERM", 143),
            ("web02: connection lost", 255),
        ]
        assert ctx.status == 255
        assert (Stream.WARNING, "web02: 2 processes could not be stopped and still run") in ctx.said

    def test_a_single_host_takes_what_comes_piece_by_piece(self, engine: FakeEngine) -> None:
        engine.events_of_invoke = [Ended(0, Outcome.exited(0))]
        ctx = FakeContext(engine)
        ctx.own_input = [b"\x00\xff", b"b"]

        async def main() -> None:
            await output(InvokeCommand(("web01",), script_block="cat"), ctx)

        run(main())
        (request,) = engine.requests
        assert isinstance(request, Invoke)
        assert request.has_stdin
        assert not request.saves_state
        assert request.stdin is None
        assert engine.invocations[0].written == b"\x00\xffb"

    def test_several_hosts_get_the_pipeline_and_not_the_front_ends_input(self, engine: FakeEngine) -> None:
        ctx = FakeContext(engine, given=["a", "b"])
        ctx.own_input = [b"mine"]
        run(output(InvokeCommand(("web01", "web02"), script_block="cat"), ctx))
        (request,) = engine.requests
        assert isinstance(request, Invoke)
        assert (request.has_stdin, request.stdin) == (False, b"a\nb\n")

    def test_leaving_early_stops_it_and_says_what_is_left(self, engine: FakeEngine) -> None:
        engine.events_of_invoke = [Data(0, Stream.OUTPUT, b"1"), Data(0, Stream.OUTPUT, b"2")]
        engine.left = 1
        ctx = FakeContext(engine)

        async def main() -> None:
            chunks = InvokeCommand(("web01",), script_block="x").invoke(as_context(ctx))
            await anext(chunks)
            await chunks.aclose()  # type: ignore[attr-defined]

        run(main())
        assert engine.invocations[0].is_closed
        assert ctx.said == [(Stream.WARNING, "1 processes could not be stopped and still run")]

    def test_a_failing_stage_before_is_the_failure(self, engine: FakeEngine) -> None:
        class Failing(FakeContext):
            async def _feed(self) -> AsyncIterator[object]:
                yield "x"
                raise OperationError("the stage before failed")

        engine.events_of_invoke = [Ended(0, Outcome.exited(0))]
        with pytest.raises(OperationError, match="stage before"):
            run(output(InvokeCommand(("web01",), script_block="cat"), Failing(engine, given=[])))
        assert engine.invocations[0].written == b"x\n"

    def test_sessions_keep_their_state(self, engine: FakeEngine) -> None:
        (session,) = opened(engine, "web01")
        run(
            output(InvokeCommand(session=(SessionSelector(session=session),), script_block="cd /"), FakeContext(engine))
        )
        request = engine.requests[-1]
        assert isinstance(request, Invoke)
        assert (request.targets, request.saves_state) == ((session.id,), True)


class TestInPlace:
    def test_a_block_runs_where_we_are(self, engine: FakeEngine) -> None:
        block = FakeBlock("ls")
        assert run(output(InvokeCommand(script_block=block), FakeContext(engine))) == ["ran ls"]

    def test_an_interpreter_is_an_attached_command_here(self, engine: FakeEngine) -> None:
        engine.events_of_invoke = [Data(0, Stream.OUTPUT, b"2\n"), Ended(0, Outcome.exited(0))]
        ctx = FakeContext(engine)
        results = run(output(InvokeCommand(script_block=FakeBlock("print(2)"), interpreter="python3"), ctx))
        assert text(results) == b"2\n"
        (request,) = engine.requests
        assert isinstance(request, Invoke)
        (target,) = request.targets
        assert isinstance(target, HostAddress)
        assert target.is_local
        assert request.surroundings == ctx.surroundings()

    def test_a_script_or_a_file_and_only_one(self, engine: FakeEngine) -> None:
        for cmdlet in (InvokeCommand(), InvokeCommand(script_block="x", file_path="y")):
            with pytest.raises(BindingError, match="-FilePath"):
                run(output(cmdlet, FakeContext(engine)))


class TestAsJob:
    def test_asks_for_one_job(self, engine: FakeEngine) -> None:
        (session,) = opened(engine, "db1")
        ctx = FakeContext(engine, given=["in"])
        cmdlet = InvokeCommand(
            ("web01", "web02"), script_block="x", as_job=True, throttle_limit=5, hide_computer_name=True
        )
        (job,) = run(output(cmdlet, ctx))
        assert isinstance(job, Job)
        assert job.location == "web01,web02"
        request = engine.requests[-1]
        assert isinstance(request, FanOut)
        assert (request.throttle_limit, request.hide_computer_name, request.stdin) == (5, True, b"in\n")
        named = InvokeCommand(session=(SessionSelector(session=session),), script_block="x", job_name="up")
        (job,) = run(output(named, FakeContext(engine)))
        assert isinstance(job, Job)
        assert (job.name, job.location) == ("up", "db1")


class TestCodeOnHosts:
    def test_runs_at_each_place_in_a_session_for_it(self, engine: FakeEngine) -> None:
        def says(location: Location, arguments: Sequence[object], values: list[object]) -> Sequence[object]:
            return [f"at {location} with {list(arguments)} and {values}", 5]

        block = FakeBlock("Get-Job", says)
        results = run(
            output(
                InvokeCommand(("localhost", "web01"), script_block=block, argument_list=(1,)),
                FakeContext(engine, given=["v"]),
            )
        )
        lines = {line.origin.computer_name: str(line) for line in results if isinstance(line, Line)}
        assert lines == {"localhost": "at None with [1] and ['v']", "web01": "at 1 with [1] and ['v']"}
        assert results.count(5) == 2
        assert engine.sessions == {}

    def test_an_error_at_one_place_leaves_the_others(self, engine: FakeEngine) -> None:
        def says(location: Location, arguments: Sequence[object], values: list[object]) -> Sequence[object]:
            if location is HERE:
                raise OperationError("no")
            return [b"", Chunk(b"x", Stream.OUTPUT, Origin())]

        engine.refuses["web02"] = UNREACHED
        ctx = FakeContext(engine)
        cmdlet = InvokeCommand(("localhost", "web01", "web02"), script_block=FakeBlock("Get-Job", says))
        assert text(run(output(cmdlet, ctx))) == b"x"
        assert sorted((error.host, error.exit_status) for error in ctx.errors) == [("localhost", 1), ("web02", 255)]


def test_merged_sources_come_as_they_come_and_are_closed() -> None:
    closed: list[str] = []

    async def source(name: str, *gates: asyncio.Event):  # type: ignore[no-untyped-def]
        try:
            for n, gate in enumerate(gates):
                await gate.wait()
                yield f"{name}{n}"
        finally:
            closed.append(name)

    async def main() -> None:
        now, later, never = asyncio.Event(), asyncio.Event(), asyncio.Event()
        now.set()
        items = merged([source("a", later, never), source("b", now, now)])
        assert [await anext(items), await anext(items)] == ["b0", "b1"]
        later.set()
        assert await anext(items) == "a0"
        await items.aclose()
        assert sorted(closed) == ["a", "b"]

    run(main())

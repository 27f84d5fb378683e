"""Start-, Get-, Wait-, Stop- and Remove-Job."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from jobsh.cmdlets.get_job import GetJob
from jobsh.cmdlets.remove_job import RemoveJob
from jobsh.cmdlets.start_job import StartJob
from jobsh.cmdlets.stop_job import StopJob
from jobsh.cmdlets.wait_job import WaitJob
from jobsh.command.job_selectors import JobSelector
from jobsh.errors import BindingError
from jobsh.model.hosts import parse_address
from jobsh.model.ids import JobId, SessionId
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.messages import JobRequest, OpenSession
from jobsh.model.records import Chunk, Line, Origin, Received, Stream
from tests.asynchronous import run, wait_until
from tests.unit.cmdlets.fakes import FakeBlock, FakeContext, FakeEngine, output


def of(*jobs: Job) -> tuple[JobSelector, ...]:
    return tuple(JobSelector(job=job) for job in jobs)


def ids(results: Sequence[object]) -> list[str]:
    return [str(job.id) for job in results if isinstance(job, Job)]


class TestStartJob:
    def test_asks_the_engine_with_everything_said(self, engine: FakeEngine) -> None:
        ctx = FakeContext(engine)
        cmdlet = StartJob(FakeBlock("cat"), argument_list=(1, "b"), name="x", interpreter="bash", attached=True)
        (job,) = run(output(cmdlet, ctx))
        assert isinstance(job, Job)
        (request,) = engine.requests
        assert isinstance(request, JobRequest)
        assert (request.name, request.is_attached, request.stdin) == ("x", True, None)
        assert request.program.text == "cat"
        assert request.program.arguments == ("1", "b")
        assert request.program.interpreter == ("bash",)
        assert request.surroundings == ctx.surroundings()

    def test_starts_where_we_are(self, engine: FakeEngine) -> None:
        async def main() -> None:
            session = await engine.open_session(OpenSession(parse_address("web01")))
            (job,) = await output(StartJob("ls"), FakeContext(engine, session.id))
            assert isinstance(job, Job)
            assert job.seen_from == session.id

        run(main())

    def test_standard_input_keeps_bytes_and_prints_objects(self, engine: FakeEngine) -> None:
        received = Received()
        chunk = Chunk(b"\xff\x00raw", Stream.OUTPUT, Origin(), received)
        unended = Line.of(b"\xfe end", Origin(), ended=False)
        run(output(StartJob("cat", input_object=("first", 2)), FakeContext(engine, given=[chunk, "text", unended])))
        (request,) = engine.requests
        assert isinstance(request, JobRequest)
        assert request.stdin == b"first\n2\n\xff\x00rawtext\n\xfe end"
        assert received.out == 5

    def test_an_empty_pipeline_is_an_empty_input(self, engine: FakeEngine) -> None:
        run(output(StartJob("cat"), FakeContext(engine, given=[])))
        (request,) = engine.requests
        assert isinstance(request, JobRequest)
        assert request.stdin == b""

    def test_the_text_of_a_file(self, engine: FakeEngine) -> None:
        ctx = FakeContext(engine)
        ctx.files = {"s.sh": b"echo \xff", "s.jsh": b"Get-Date"}
        run(output(StartJob(file_path="s.sh"), ctx))
        (request,) = engine.requests
        assert isinstance(request, JobRequest)
        assert request.program.text == "echo \udcff"


class TestGetJob:
    def test_all_by_ascending_id(self, engine: FakeEngine) -> None:
        engine.add(), engine.add_children("web01", "web02"), engine.add()
        assert ids(run(output(GetJob(), FakeContext(engine)))) == ["1", "2", "3"]
        everything = run(output(GetJob(include_child_job=True), FakeContext(engine)))
        assert ids(everything) == ["1", "2", "2.1", "2.2", "3"]

    def test_by_id_name_and_object(self, engine: FakeEngine) -> None:
        job, fan_out, build = engine.add(), engine.add_children("web01"), engine.add(name="build")
        for cmdlet, expected in (
            (GetJob(job=of(job, build)), ["1", "3"]),
            (GetJob(id=(JobSelector(id=JobId(2, 1)),)), ["2.1"]),
            (GetJob(name=("b*", "JOB1")), ["1", "3"]),
            (GetJob(job=(JobSelector(name="build"), JobSelector(id=fan_out.id))), ["2", "3"]),
            (GetJob(instance_id=(build.instance_id,)), ["3"]),
        ):
            ctx = FakeContext(engine)
            assert ids(run(output(cmdlet, ctx))) == expected
            assert ctx.errors == []

    def test_what_is_not_there_is_an_error_each_and_a_pattern_is_none(self, engine: FakeEngine) -> None:
        engine.add(name="build")
        ctx = FakeContext(engine)
        cmdlet = GetJob(id=(JobSelector(id=JobId(9)),), name=("nothing", "no*", "build"), instance_id=("0" * 32,))
        assert ids(run(output(cmdlet, ctx))) == ["1"]
        assert [error.error_id for error in ctx.errors] == [
            "JobWithSpecifiedSessionNotFound",
            "JobWithSpecifiedNameNotFound",
            "JobWithSpecifiedInstanceIdNotFound",
        ]
        assert {error.category for error in ctx.errors} == {"ObjectNotFound"}

    def test_state_and_command(self, engine: FakeEngine) -> None:
        async def main() -> None:
            ended, _ = engine.add("make all"), engine.add("ls")
            await engine.finish(ended.id)
            assert ids(await output(GetJob(state=JobState.COMPLETED), FakeContext(engine))) == ["1"]
            assert ids(await output(GetJob(command=("LS",)), FakeContext(engine))) == ["2"]
            chosen = GetJob(name=("*",), state=JobState.RUNNING)
            assert ids(await output(chosen, FakeContext(engine))) == ["2"]

        run(main())

    def test_an_empty_pipeline_means_no_job(self, engine: FakeEngine) -> None:
        engine.add()
        assert run(output(GetJob(), FakeContext(engine, given=[]))) == []

    def test_disown_says_that_it_is_so_already(self, engine: FakeEngine) -> None:
        engine.add()
        ctx = FakeContext(engine)
        ctx.invoked_as = "disown"
        assert ids(run(output(GetJob(), ctx))) == ["1"]
        assert [(stream, "already" in said) for stream, said in ctx.said] == [(Stream.INFORMATION, True)]


class TestWaitJob:
    def test_gives_the_jobs_when_all_have_ended(self, engine: FakeEngine) -> None:
        async def main() -> None:
            one, two = engine.add(), engine.add()
            ctx = FakeContext(engine)
            waiting = asyncio.create_task(output(WaitJob(job=of(two, one)), ctx))
            await engine.finish(two.id, 3)
            await engine.finish(one.id)
            assert ids(await waiting) == ["2", "1"]
            assert ctx.status is None
            assert ctx.errors == []

        run(main())

    @pytest.mark.parametrize("timeout", [0.0, 0.01])
    def test_gives_what_has_ended_when_the_time_is_over(self, engine: FakeEngine, timeout: float) -> None:
        async def main() -> None:
            one, two = engine.add(), engine.add()
            await engine.finish(one.id)
            ctx = FakeContext(engine)
            assert ids(await output(WaitJob(job=of(one, two), timeout=timeout), ctx)) == ["1"]
            assert ctx.status == 124

        run(main())

    def test_any_gives_one(self, engine: FakeEngine) -> None:
        async def main() -> None:
            jobs = [engine.add() for _ in range(3)]
            waiting = asyncio.create_task(output(WaitJob(job=of(*jobs), any=True), FakeContext(engine)))
            await engine.finish(jobs[1].id)
            assert ids(await waiting) == ["2"]

        run(main())

    def test_any_waits_at_all_locations(self, engine: FakeEngine) -> None:
        async def main() -> None:
            session = await engine.open_session(OpenSession(parse_address("web01")))
            here, there = engine.add(), engine.add(location=session.id)
            waiting = asyncio.create_task(output(WaitJob(job=of(here, there), any=True), FakeContext(engine)))
            await engine.finish(there.id, location=session.id)
            (job,) = await waiting
            assert isinstance(job, Job)
            assert job.seen_from == session.id

        run(main())

    def test_wait_alone_means_all_that_run(self, engine: FakeEngine) -> None:
        async def main() -> None:
            jobs = [engine.add(), engine.add()]
            engine.add(state=JobState.COMPLETED)
            ctx = FakeContext(engine)
            ctx.invoked_as = "wait"
            waiting = asyncio.create_task(output(WaitJob(), ctx))
            await wait_until(lambda: engine.waiting)
            for job in jobs:
                await engine.finish(job.id)
            assert ids(await waiting) == ["1", "2"]

        run(main())

    def test_no_jobs_end_at_once(self, engine: FakeEngine) -> None:
        assert run(output(WaitJob(name=("no*",), any=True), FakeContext(engine))) == []
        with pytest.raises(BindingError):
            run(output(WaitJob(), FakeContext(engine)))


class TestStopJob:
    def test_stops_what_runs_and_passes_all_through(self, engine: FakeEngine) -> None:
        async def main() -> None:
            running, ended = engine.add(), engine.add()
            await engine.finish(ended.id)
            ctx = FakeContext(engine)
            results = await output(StopJob(job=of(running, ended), pass_thru=True), ctx)
            assert [(str(j.id), j.state) for j in results if isinstance(j, Job)] == [
                ("1", JobState.STOPPED),
                ("2", JobState.COMPLETED),
            ]
            assert ctx.asked == ["Stop-Job job 1 (Job1)"]

        run(main())

    def test_writes_nothing_by_itself(self, engine: FakeEngine) -> None:
        job = engine.add()
        assert run(output(StopJob(job=of(job)), FakeContext(engine))) == []
        assert engine.job(job.id).state is JobState.STOPPED

    def test_what_if_stops_nothing(self, engine: FakeEngine) -> None:
        job = engine.add()
        ctx = FakeContext(engine)
        ctx.agrees = False
        run(output(StopJob(job=of(job)), ctx))
        assert engine.job(job.id).state is JobState.RUNNING

    def test_processes_that_are_left_are_an_error(self, engine: FakeEngine) -> None:
        engine.left = 2
        ctx = FakeContext(engine)
        run(output(StopJob(job=of(engine.add())), ctx))
        assert ctx.errors[0].message == "job 1 (Job1): 2 of its processes could not be stopped"

    def test_jobs_act_where_they_are(self, engine: FakeEngine) -> None:
        async def main() -> None:
            session = await engine.open_session(OpenSession(parse_address("web01")))
            here, there = engine.add(), engine.add(location=session.id)
            await output(StopJob(job=of(there)), FakeContext(engine))
            assert engine.job(there.id, session.id).state is JobState.STOPPED
            assert engine.job(here.id).state is JobState.RUNNING

        run(main())


class TestRemoveJob:
    def test_removes_what_has_ended_and_refuses_what_runs(self, engine: FakeEngine) -> None:
        async def main() -> None:
            running, ended = engine.add(), engine.add()
            await engine.finish(ended.id)
            ctx = FakeContext(engine)
            await output(RemoveJob(job=of(running, ended)), ctx)
            assert engine.removed == [ended.id]
            (error,) = ctx.errors
            assert error.error_id == "JobObjectNotFinishedCannotBeRemoved"
            assert error.category == "InvalidOperation"
            assert "job 1 (Job1)" in error.message

        run(main())

    def test_state_is_no_way_around_force(self, engine: FakeEngine) -> None:
        engine.add()
        ctx = FakeContext(engine)
        run(output(RemoveJob(state=JobState.RUNNING), ctx))
        assert engine.removed == []
        run(output(RemoveJob(state=JobState.RUNNING, force=True), FakeContext(engine)))
        assert engine.removed == [JobId(1)]

    def test_a_child_goes_with_its_job_only(self, engine: FakeEngine) -> None:
        parent = engine.add_children("web01")
        ctx = FakeContext(engine)
        run(output(RemoveJob(job=of(parent.children[0]), force=True), ctx))
        assert ctx.errors[0].error_id == "CannotRemoveJob"
        run(output(RemoveJob(job=of(parent), force=True), ctx))
        assert engine.removed == [parent.id]

    def test_a_job_that_went_meanwhile_is_an_error(self, engine: FakeEngine) -> None:
        job = engine.add().replace(seen_from=SessionId(3))
        ctx = FakeContext(engine)
        run(output(RemoveJob(job=of(job)), ctx))
        assert ctx.errors[0].message == "job 1 (Job1) is not there any more"

    def test_nothing_named_removes_nothing(self, engine: FakeEngine) -> None:
        engine.add()
        with pytest.raises(BindingError, match="which job"):
            run(output(RemoveJob(force=True), FakeContext(engine)))
        assert engine.removed == []

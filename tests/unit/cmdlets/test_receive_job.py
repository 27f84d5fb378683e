"""Receive-Job: what counts as received, order, failures, waiting."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jobsh.cmdlets import _output
from jobsh.cmdlets.receive_job import ReceiveJob
from jobsh.command.job_selectors import JobSelector
from jobsh.command.lines import split_lines
from jobsh.errors import BindingError
from jobsh.model.hosts import parse_address
from jobsh.model.ids import SessionId
from jobsh.model.job import Job, Mark, Outcome, OutcomeKind
from jobsh.model.messages import OpenSession
from jobsh.model.records import Chunk
from tests.asynchronous import run, wait_until
from tests.unit.cmdlets.fakes import FakeContext, FakeEngine, as_context, output, text


def of(*jobs: Job) -> tuple[JobSelector, ...]:
    return tuple(JobSelector(job=job) for job in jobs)


def test_gives_what_there_is_and_then_only_what_is_new(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, b"one\n")
        assert text(await output(ReceiveJob(job=of(job)), FakeContext(engine))) == b"one\n"
        assert text(await output(ReceiveJob(job=of(job)), FakeContext(engine))) == b""
        await engine.grow(job.id, b"two\n")
        assert text(await output(ReceiveJob(job=of(job)), FakeContext(engine))) == b"two\n"
        assert not engine.job(job.id).has_more_data

    run(main())


def test_keep_leaves_everything(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, b"one\n", b"err\n")
        for _ in range(2):
            ctx = FakeContext(engine)
            assert text(await output(ReceiveJob(job=of(job), keep=True), ctx)) == b"one\n"
            assert ctx.stderr == b"err\n"
        assert engine.marks == []
        assert engine.job(job.id).has_more_data

    run(main())


def test_only_what_was_consumed_counts(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, b"one\ntwo\nthree\n")
        chunks = ReceiveJob(job=of(job)).invoke(as_context(FakeContext(engine)))
        async for chunk in chunks:
            assert isinstance(chunk, Chunk)
            chunk.take(4)  # as `| Select-Object -First 1` does
            break
        await chunks.aclose()  # type: ignore[attr-defined]
        assert engine.marks == [Mark(job.id, 4, 0)]
        assert text(await output(ReceiveJob(job=of(job)), FakeContext(engine))) == b"two\nthree\n"

    run(main())


def test_a_last_line_without_newline_counts_when_it_was_consumed_as_a_line(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, b"one\ntwo")
        lines = split_lines(ReceiveJob(job=of(job)).invoke(as_context(FakeContext(engine))))
        assert [line async for line in lines] == ["one", "two"]
        assert engine.marks == [Mark(job.id, 7, 0)]

    run(main())


def test_error_and_output_come_in_the_order_written(engine: FakeEngine) -> None:
    seen: list[str] = []

    class Recorder(FakeContext):
        async def write(self, stream: object, value: object) -> None:
            assert isinstance(value, Chunk)
            seen.append(f"err {value.data.decode().strip()} at {value.at}")
            value.take()

    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, b"a\n", at=1.0)
        await engine.grow(job.id, b"", b"b\n", at=2.0)
        await engine.grow(job.id, b"c\n", b"d\n", at=3.0)
        async for chunk in ReceiveJob(job=of(job)).invoke(as_context(Recorder(engine))):
            assert isinstance(chunk, Chunk)
            seen.append(f"out {chunk.data.decode().strip()} at {chunk.at}")
            chunk.take()

    run(main())
    assert seen == ["out a at 1.0", "err b at 2.0", "out c at 3.0", "err d at 3.0"]


def test_a_damaged_or_missing_index_loses_nothing(engine: FakeEngine) -> None:
    async def main() -> None:
        one, two = engine.add(), engine.add()
        for job in (one, two):
            await engine.grow(job.id, b"out", b"err")
        assert one.output is not None
        assert two.output is not None
        (Path(one.output.directory) / "index").write_bytes(b"nonsense\n1.0 3")
        (Path(two.output.directory) / "index").unlink()
        ctx = FakeContext(engine)
        assert text(await output(ReceiveJob(job=of(one, two)), ctx)) == b"outout"
        assert ctx.stderr == b"errerr"

    run(main())


def test_large_output_comes_in_bounded_pieces(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_output, "PIECE", 10)

    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, bytes(range(95)))
        results = await output(ReceiveJob(job=of(job)), FakeContext(engine))
        assert text(results) == bytes(range(95))
        assert max(len(chunk.data) for chunk in results if isinstance(chunk, Chunk)) == 10

    run(main())


def test_a_file_that_is_too_short_is_an_error(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, b"abc")
        assert job.output is not None
        (Path(job.output.directory) / "out").write_bytes(b"a")
        ctx = FakeContext(engine)
        assert text(await output(ReceiveJob(job=of(job)), ctx)) == b"a"
        assert ctx.errors[0].message == "job 1: 'out' ends at byte 1 of 3"

    run(main())


def test_wait_streams_until_the_end(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add()
        got: list[bytes] = []

        async def receive() -> None:
            async for chunk in ReceiveJob(job=of(job), wait=True).invoke(as_context(FakeContext(engine))):
                assert isinstance(chunk, Chunk)
                got.append(chunk.data or b"end")
                chunk.take()

        receiving = asyncio.create_task(receive())
        for piece in (b"1", b"2", b"3"):
            await engine.grow(job.id, piece)
            await wait_until(lambda piece=piece: got[-1:] == [piece])
        assert not receiving.done()
        await engine.finish(job.id)
        await receiving
        assert got == [b"1", b"2", b"3", b"end"]
        assert engine.marks == [Mark(job.id, 3, 0)]

    run(main())


def test_a_failed_job_says_why_each_time_after_its_output(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add(name="build")
        await engine.grow(job.id, b"last words\n")
        await engine.finish(job.id, 3)
        for expected in (b"last words\n", b""):
            ctx = FakeContext(engine)
            assert text(await output(ReceiveJob(job=of(job)), ctx)) == expected
            (error,) = ctx.errors
            assert error.message == "job 1 (build) failed: exit status 3"
            assert (error.error_id, error.exit_status) == ("JobStateFailed", 3)

    run(main())


def test_children_come_one_after_the_other_with_their_hosts(engine: FakeEngine) -> None:
    async def main() -> None:
        parent = engine.add_children("web01", "web02")
        first, second = (child.id for child in parent.children)
        await engine.grow(second, b"B")
        await engine.grow(first, b"A")
        unreached = Outcome(OutcomeKind.NOT_STARTED, reason="connection refused")
        await engine.finish(second, outcome=unreached)
        ctx = FakeContext(engine)
        results = [chunk for chunk in await output(ReceiveJob(job=of(parent)), ctx) if isinstance(chunk, Chunk)]
        assert [(c.data, c.origin.computer_name, c.origin.job) for c in results] == [
            (b"A", "web01", first),
            (b"B", "web02", second),
        ]
        assert all(chunk.origin.show_computer_name for chunk in results)
        assert [(e.host, e.exit_status) for e in ctx.errors] == [("web02", 255)]

    run(main())


def test_hide_computer_name_and_a_single_host_show_none(engine: FakeEngine) -> None:
    async def main() -> None:
        for parent in (engine.add_children("web01", "web02", hide=True), engine.add_children("web03")):
            await engine.grow(parent.children[0].id, b"x")
            (chunk,) = await output(ReceiveJob(job=of(parent)), FakeContext(engine))
            assert isinstance(chunk, Chunk)
            assert not chunk.origin.show_computer_name
            assert chunk.origin.computer_name == parent.children[0].location

    run(main())


def test_auto_remove(engine: FakeEngine) -> None:
    async def main() -> None:
        job = engine.add()
        await engine.grow(job.id, b"x")
        await engine.finish(job.id)
        results = await output(ReceiveJob(job=of(job), wait=True, auto_remove_job=True), FakeContext(engine))
        assert text(results) == b"x"
        assert engine.removed == [job.id]

    run(main())


@pytest.mark.parametrize(
    "cmdlet", [ReceiveJob(auto_remove_job=True), ReceiveJob(wait=True, auto_remove_job=True, keep=True)]
)
def test_words_that_do_not_go_together(engine: FakeEngine, cmdlet: ReceiveJob) -> None:
    with pytest.raises(BindingError, match="-AutoRemoveJob"):
        run(output(cmdlet, FakeContext(engine)))


def test_without_a_selector_it_asks_which(engine: FakeEngine) -> None:
    with pytest.raises(BindingError, match="which job"):
        run(output(ReceiveJob(), FakeContext(engine)))


def test_fg_without_a_selector_is_the_newest_running_job(engine: FakeEngine) -> None:
    async def main() -> None:
        running, ended = engine.add(), engine.add()
        await engine.finish(ended.id)
        await engine.grow(running.id, b"x")
        ctx = FakeContext(engine)
        ctx.invoked_as = "fg"
        chunks = ReceiveJob().invoke(as_context(ctx))
        first = await anext(chunks)
        assert text([first]) == b"x"
        await engine.finish(running.id)
        assert text([chunk async for chunk in chunks]) == b""

    run(main())


def test_jobs_of_several_locations_each_from_where_it_is(engine: FakeEngine) -> None:
    async def main() -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        here, there = engine.add(), engine.add(location=session.id)
        await engine.grow(here.id, b"here")
        await engine.grow(there.id, b"there", location=session.id)
        await engine.finish(here.id)
        await engine.finish(there.id, location=session.id)
        results = await output(ReceiveJob(job=of(there, here), wait=True), FakeContext(engine))
        origins = {(c.data, c.origin.computer_name) for c in results if isinstance(c, Chunk)}
        assert origins == {(b"here", ""), (b"there", "web01")}
        assert not engine.job(there.id, session.id).has_more_data

    run(main())


def test_a_number_means_the_job_of_the_location(engine: FakeEngine) -> None:
    async def main() -> None:
        session = await engine.open_session(OpenSession(parse_address("web01")))
        here, there = engine.add(), engine.add(location=session.id)
        await engine.grow(here.id, b"here")
        await engine.grow(there.id, b"there", location=session.id)
        by_number = ReceiveJob(job=(JobSelector(id=there.id),))
        assert text(await output(by_number, FakeContext(engine, session.id))) == b"there"
        assert text(await output(by_number, FakeContext(engine))) == b"here"

    run(main())


def test_a_job_of_a_session_that_is_gone_is_one_error(engine: FakeEngine) -> None:
    async def main() -> None:
        here = engine.add()
        await engine.grow(here.id, b"here")
        lost = here.replace(seen_from=SessionId(7), instance_id="0" * 32)
        ctx = FakeContext(engine)
        assert text(await output(ReceiveJob(job=of(lost, here)), ctx)) == b"here"
        assert ctx.errors[0].message == "job 1 (Job1) is not there any more"

    run(main())

"""What is said of jobs that go on when their session or the shell is left."""

from __future__ import annotations

from pathlib import Path

from jobsh.errors import EngineLost
from jobsh.model.ids import HERE, Location, SessionId
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.messages import RunningThere
from jobsh.model.queries import JobQuery
from jobsh.repl.farewell import jobs_left_in, jobs_that_go_on
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine


class Engine(FakeEngine):
    """An engine with running jobs on hosts."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.there: list[RunningThere] = []

    def add_there(self, session: int, host: str, name: str) -> None:
        self.there.append(RunningThere(self.add("make", location=SessionId(session), name=name), host))

    async def running_there(self) -> tuple[RunningThere, ...]:
        return tuple(self.there)


class Lost(Engine):
    """An engine that goes."""

    async def select_jobs(self, location: Location, query: JobQuery) -> tuple[Job, ...]:
        raise EngineLost("killed")

    async def running_there(self) -> tuple[RunningThere, ...]:
        raise EngineLost("killed")


def test_a_line_for_each_place(tmp_path: Path) -> None:
    async def scenario() -> None:
        engine = Engine(tmp_path)
        for _ in range(8):
            job = engine.add()
        await engine.finish(job.id)
        engine.add_there(2, "web02", "b\x1b")
        engine.add_there(1, "web01", "")
        engine.add_there(3, "web02", "c")
        assert await jobs_that_go_on(engine) == (
            "7 jobs go on: 1 (Job1), 2 (Job2), 3 (Job3), 4 (Job4), 5 (Job5) and 2 more\n"
            "on web01 1 job goes on: 1 (Job1)\n"
            "on web02 2 jobs go on: 1 (b\\x1b), 1 (c)\n"
        )
        assert await jobs_left_in(engine, SessionId(3)) == "on web02 1 job goes on: 1 (c)\n"
        assert await jobs_left_in(engine, SessionId(4)) == ""

    run(scenario())


def test_attached_and_child_jobs_are_not_named(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    attached = engine.add()
    engine._leaves[HERE, attached.id] = attached.replace(is_attached=True)
    engine.add_children("web01", "web02", name="up")
    assert run(jobs_that_go_on(engine)) == "1 job goes on: 2 (up)\n"


def test_suspended_jobs_are_named_apart(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.add(name="build")
    engine.add(state=JobState.SUSPENDED)
    assert run(jobs_that_go_on(engine)) == (
        "1 job goes on: 1 (build)\n1 job stays suspended: 2 (Job2); Resume-Job lets it go on\n"
    )


def test_nothing_is_said_without_an_engine(tmp_path: Path) -> None:
    engine = Lost(tmp_path)
    assert run(jobs_that_go_on(engine)) == ""
    assert run(jobs_left_in(engine, SessionId(1))) == ""

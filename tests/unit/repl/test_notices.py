"""What is said of jobs that ended, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, JobId, SessionId
from jobsh.model.job import Job, JobKind, Outcome
from jobsh.model.job_state import JobState
from jobsh.model.messages import Event, JobEnded, SessionChanged
from jobsh.model.session import Availability, Session, SessionState
from jobsh.render.palette import Palette
from jobsh.repl.notices import Notices, notice_lines
from tests.asynchronous import run, wait_until

PLAIN = Palette(has_colours=False)


def ended(number: int, state: JobState = JobState.COMPLETED, child: int = 0, command: str = " make\n  all ") -> Job:
    outcome = Outcome.exited(3) if state is JobState.FAILED else None
    id = JobId(number, child)
    return Job(id, InstanceId(f"{id}"), f"Job{number}", JobKind.BACKGROUND, state, "localhost", command, outcome)


def test_a_line_for_each_job() -> None:
    jobs = [JobEnded(ended(3)), JobEnded(ended(4, JobState.FAILED)), JobEnded(ended(2), "web01")]
    assert notice_lines(jobs, 80, PLAIN) == [
        "[3] Completed Job3: make all",
        "[4] Failed (exit status 3) Job4: make all",
        "[2] Completed Job2 on web01: make all",
    ]


def test_lines_fit_and_cannot_act() -> None:
    (line,) = notice_lines([JobEnded(ended(3, command="\x1b[31m" + "x" * 200), "\x1bweb")], 40, PLAIN)
    assert len(line) < 40
    assert "\x1b" not in line


def test_many_jobs_are_counted() -> None:
    jobs = [JobEnded(ended(n, JobState.FAILED if n % 3 == 0 else JobState.COMPLETED)) for n in range(9)]
    assert notice_lines(jobs, 80, PLAIN) == ["9 jobs ended: 3 Failed, 6 Completed"]


class Prompt:
    """Remembers what was written and whether the line stepped aside."""

    def __init__(self) -> None:
        self.written: list[tuple[str, bool]] = []
        self.is_aside = False
        self.notices = Notices(self.write, self.aside, lambda: 80, PLAIN)

    async def write(self, text: str) -> None:
        self.written.append((text, self.is_aside))

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        self.is_aside = True
        yield
        self.is_aside = False


async def events(*happened: Job | Session) -> AsyncIterator[Event]:
    for what in happened:
        yield JobEnded(what) if isinstance(what, Job) else SessionChanged(what)


def test_what_ends_together_is_said_together_above_the_line() -> None:
    async def scenario() -> None:
        prompt = Prompt()
        prompt.notices.is_typing = True
        await prompt.notices.watch(events(ended(1), ended(2), ended(3, child=1)))
        await wait_until(lambda: prompt.written)
        assert prompt.written == [("[1] Completed Job1: make all\n[2] Completed Job2: make all\n", True)]

    run(scenario())


def test_what_ends_while_a_command_runs_is_said_before_the_next_prompt() -> None:
    async def scenario() -> None:
        prompt = Prompt()
        await prompt.notices.watch(events(ended(1)))
        assert len(asyncio.all_tasks()) == 1
        await prompt.notices.say()
        await prompt.notices.say()
        assert prompt.written == [("[1] Completed Job1: make all\n", False)]

    run(scenario())


def test_a_host_that_is_lost_and_found() -> None:
    def session(
        state: SessionState, availability: Availability = Availability.NONE, *, is_temporary: bool = False
    ) -> Session:
        address = HostAddress("web\x1b01", "web01")
        id, instance_id = SessionId(1), InstanceId("1" * 32)
        return Session(id, instance_id, "Session1", address, state, availability, is_temporary=is_temporary)

    async def scenario() -> None:
        prompt = Prompt()
        await prompt.notices.watch(events(session(SessionState.BROKEN)))
        await prompt.notices.say()
        await prompt.notices.watch(events(session(SessionState.BROKEN), session(SessionState.OPENED)))
        await prompt.notices.say()
        # what the user did is no news
        await prompt.notices.watch(events(session(SessionState.DISCONNECTED), session(SessionState.OPENED)))
        await prompt.notices.watch(events(session(SessionState.CLOSED)))
        await prompt.notices.watch(events(session(SessionState.BROKEN, is_temporary=True)))
        await prompt.notices.say()
        await prompt.notices.watch(events(session(SessionState.DISCONNECTED, Availability.BUSY)))
        await prompt.notices.say()
        assert [text.removeprefix("web\\x1b01: ") for text, _ in prompt.written] == [
            "connection lost; its jobs go on\n",
            "connected again\n",
            "another client has the session now\n",
        ]

    run(scenario())

"""An interpreter over a user's side that records: what tests of the runtime run texts with. Programs of this machine are real."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

from jobsh.app.lazy_engine import ConnectedEngine, LazyEngine
from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.errors import Span
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.model.records import Chunk, ErrorRecord, StreamRecord
from jobsh.ports.engine import Engine, Invocation
from jobsh.ports.files import Files
from jobsh.runtime.here import Here
from jobsh.runtime.interpreter import Interpreter
from jobsh.runtime.printed import printed
from jobsh.transport.local_files import LocalDisk
from tests.asynchronous import run


class Recorder:
    """Implements `runtime.outside.Outside` by remembering."""

    is_interactive = False
    width = 0
    pty: Pty | None = None

    def __init__(self, *, captures_programs: bool = False, stdin: bytes | None = None) -> None:
        self.captures_programs = captures_programs
        self.out = b""
        self.errors: list[tuple[ErrorRecord, str, Span | None]] = []
        self.error_bytes = b""
        self.records: list[StreamRecord] = []
        self.shows = 0
        self._stdin = stdin
        self.answers: list[str] = []
        """What is answered to questions; when none is left, nobody is there."""
        self.questions: list[str] = []

    async def show(self, values: AsyncIterator[object]) -> None:
        self.shows += 1
        async for data in printed(values):
            self.out += data

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        self.errors.append((record, source, span))

    async def stream(self, record: StreamRecord) -> None:
        self.records.append(record)

    async def error_chunk(self, chunk: Chunk) -> None:
        self.error_bytes += chunk.data
        chunk.take()

    def progress(self, activity: str, done: int, total: int) -> None:
        """Nobody looks."""

    async def ask(self, question: Question) -> str | None:
        return None

    async def choose(self, text: str, choices: str, default: str) -> str | None:
        self.questions.append(text)
        return self.answers.pop(0) if self.answers else None

    def standard_input(self) -> AsyncIterator[bytes] | None:
        return None if self._stdin is None else _pieces(self._stdin)

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        given = None if stdin is None else b"".join([piece async for piece in stdin])
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *argv, env=environment, cwd=directory, stdin=pipe if given is not None else None, stdout=pipe, stderr=pipe
        )
        out, said = await process.communicate(given)
        self.out += out
        self.error_bytes += said
        return process.returncode or 0

    async def attach(self, invocation: Invocation) -> Ended | Refused:
        raise NotImplementedError


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


def users_files(umask: int | None) -> Files:
    """The files of this machine, as a front end has them."""
    return LocalDisk(in_threads=False, umask=umask)


class Ran(NamedTuple):
    """What running a text gave."""

    status: int
    out: str
    errors: list[str]
    outside: Recorder


async def no_engine() -> ConnectedEngine:
    """For texts that need none."""
    raise AssertionError("the engine was asked")


def make(outside: Recorder, engine: Engine | None = None, directory: str = "/") -> Interpreter:
    """An interpreter with this machine's shell; `aclose` removes what it leaves on disk."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/", "LC_ALL": "C.UTF-8"}
    here = Here(environment, directory, lambda: tempfile.mkdtemp(prefix="jobsh-"), users_files)
    return Interpreter(Registry(CMDLETS), engine or LazyEngine(no_engine), outside, here)


def ran(
    text: str, *more: str, engine: Engine | None = None, directory: str = "/", outside: Recorder | None = None
) -> Ran:
    """Run texts, one after the other, in one front end; the status is the last one's."""
    recorder = outside or Recorder()

    async def run_all() -> int:
        interpreter = make(recorder, engine, directory)
        try:
            statuses = [await interpreter.run(one) for one in (text, *more)]
        finally:
            await interpreter.aclose()
        return statuses[-1]

    status = run(run_all())
    return Ran(
        status, recorder.out.decode("utf-8", "surrogateescape"), [e[0].message for e in recorder.errors], recorder
    )


def lines(text: str, **options: object) -> list[str]:
    """The lines that a text prints; it must succeed without an error."""
    result = ran(text, **options)  # type: ignore[arg-type]
    assert not result.errors, result.errors
    assert not result.outside.error_bytes, result.outside.error_bytes
    return result.out.splitlines()


def words(text: str, **options: object) -> str:
    """The lines that a text prints, joined by blanks; it must succeed without an error."""
    return " ".join(lines(text, **options))

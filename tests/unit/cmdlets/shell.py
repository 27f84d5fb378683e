"""A jobsh in this process over an engine in memory: runs texts and keeps what they show. For cmdlets that need no engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.command.text_format import format_values
from jobsh.errors import Span
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.model.records import Chunk, ErrorRecord, StreamRecord
from jobsh.ports.engine import Engine, Invocation
from jobsh.runtime.here import Here
from jobsh.runtime.interpreter import Interpreter
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.runtime.recorder import users_files


class Ran(NamedTuple):
    """What a text did."""

    out: str
    errors: list[ErrorRecord]
    said: list[str]
    status: int


class KeepingOutside:
    """Plain streams whose output is kept."""

    is_interactive = False
    captures_programs = True
    pty: Pty | None = None

    def __init__(self, width: int = 0) -> None:
        self.width = width
        self.out = ""
        self.errors: list[ErrorRecord] = []
        self.said: list[str] = []

    async def show(self, values: AsyncIterator[object]) -> None:
        async for piece in format_values(values, self.width):
            self.out += piece

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        self.errors.append(record)

    async def stream(self, record: StreamRecord) -> None:
        self.said.append(record.text)

    async def error_chunk(self, chunk: Chunk) -> None:
        self.said.append(chunk.data.decode())

    def progress(self, activity: str, done: int, total: int) -> None: ...

    async def ask(self, question: Question) -> str | None:
        return None

    async def choose(self, text: str, choices: str, default: str) -> str | None:
        return None

    def standard_input(self) -> AsyncIterator[bytes] | None:
        return None

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        raise AssertionError(f"{argv} has the terminal")

    async def attach(self, invocation: Invocation) -> Ended | Refused:
        raise AssertionError("nothing is attached here")


class TestShell:
    """Runs texts one after the other; variables and jobs stay."""

    __test__ = False

    def __init__(
        self,
        directory: Path,
        engine: Engine | None = None,
        width: int = 0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        for name in ("home", "state"):
            (directory / name).mkdir(exist_ok=True)
        self.directory = directory / "home"
        self.engine = engine or FakeEngine(directory)
        self.outside = KeepingOutside(width)
        own = {"HOME": str(self.directory), "PATH": "/usr/bin:/bin"}
        here = Here({**(environment or {}), **own}, str(self.directory), lambda: str(directory / "state"), users_files)
        self.interpreter = Interpreter(Registry(CMDLETS), self.engine, self.outside, here)

    async def run(self, text: str) -> Ran:
        """Run a text; what it showed."""
        self.outside.out, self.outside.errors, self.outside.said = "", [], []
        status = await self.interpreter.run(text)
        return Ran(self.outside.out, self.outside.errors, self.outside.said, status)


def run_text(text: str, directory: Path, width: int = 0) -> Ran:
    """Run one text in a fresh shell."""
    return run(TestShell(directory, width=width).run(text))


def printed(text: str, directory: Path) -> str:
    """What a text that succeeds prints."""
    ran = run_text(text, directory)
    assert not ran.errors, ran.errors
    return ran.out

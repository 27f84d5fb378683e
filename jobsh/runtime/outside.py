"""What lies outside the language: the user's side of a front end, as the runtime sees it. Implemented by console, render and batch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from jobsh.errors import Span
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.model.records import Chunk, ErrorRecord, StreamRecord
from jobsh.ports.engine import Invocation


class Outside(Protocol):
    """A terminal, or plain streams. Every method may be cancelled (Ctrl-C) and leaves the terminal as it was."""

    @property
    def is_interactive(self) -> bool:
        """Whether somebody can be asked."""

    @property
    def width(self) -> int:
        """Columns to format for; 0 without limit."""

    @property
    def captures_programs(self) -> bool:
        """Whether foreground programs must not write to standard output themselves, as what they print has to be formatted
        (`-o json`): then their output comes to `show` as Chunks."""

    # output

    async def show(self, values: AsyncIterator[object]) -> None:
        """Print what a statement writes, each value as it comes: Chunks raw or `host: ` prefixed (`Chunk.take` when written),
        objects by their view. When it returns, all of it is out: a program may have the terminal next. None is nothing."""

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Show an error; with a caret when `span` says where in `source`."""

    async def stream(self, record: StreamRecord) -> None:
        """Show a warning, verbose, debug or information record."""

    async def error_chunk(self, chunk: Chunk) -> None:
        """Show bytes of a program's standard error."""

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is; total 0 ends it, a negative one says that it is not known."""

    # questions

    async def ask(self, question: Question) -> str | None:
        """The answer to the engine's question, or None: nobody is there or the user declined."""

    async def choose(self, text: str, choices: str, default: str) -> str | None:
        """`-Confirm`: one of the letters that the question names; None when nobody can be asked, or declined."""

    # programs that have the terminal

    @property
    def pty(self) -> Pty | None:
        """The terminal's type and size, when standard input and output are a terminal."""

    def standard_input(self) -> AsyncIterator[bytes] | None:
        """The front end's own standard input in pieces, for a single host or program; None at a terminal, or when the
        front end's text came from there."""

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        """Run a program of this machine with our terminal, standard output and error, until it ends; its exit status (128 + n
        when signal n ended it). Its standard input is ours, or `stdin` through a pipe. Cancelled: it and its children are gone."""

    async def attach(self, invocation: Invocation) -> Ended | Refused:
        """Pass the terminal through to an attached command that was started with `pty`, until it ends."""

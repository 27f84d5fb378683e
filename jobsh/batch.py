"""`-c` and scripts: runs a text over plain streams. Never asks, never draws; a reader that goes away ends it quietly."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from jobsh.console.streams import InputStream, OutputStream
from jobsh.errors import Span
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.model.records import Chunk, ErrorRecord, Line, StreamRecord
from jobsh.ports.engine import Invocation

Printer = Callable[[AsyncIterator[object]], AsyncIterator[bytes]]
"""Makes bytes of the values that a statement writes."""


class PlainOutside:
    """Implements `runtime.outside.Outside` over standard input, output and error."""

    is_interactive = False
    width = 0

    def __init__(self, output_format: str = "text", *, reads_input: bool = True) -> None:
        self._format = output_format
        self._output = OutputStream(1)
        self._errors = OutputStream(2)
        self._reads_input = reads_input
        self.captures_programs = output_format != "text"

    # output

    async def show(self, values: AsyncIterator[object]) -> None:
        """Print what a statement writes."""
        from jobsh.runtime.printed import printed

        async for data in printed(values, self.width):
            await self._output.write(data)

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Show an error."""
        from jobsh.render.errors import error_text
        from jobsh.render.palette import Palette

        await self._errors.write_text(error_text(record, source, span, Palette(has_colours=False)))

    async def stream(self, record: StreamRecord) -> None:
        """Show a warning, verbose, debug or information record."""
        await self._errors.write_text(record.text + "\n")

    async def error_chunk(self, chunk: Chunk) -> None:
        """Pass on bytes of a program's standard error."""
        await self._errors.write(chunk.data)
        chunk.take()

    def progress(self, activity: str, done: int, total: int) -> None:
        """Nobody looks."""

    # questions

    async def ask(self, question: Question) -> str | None:
        """Nobody is asked."""
        return None

    async def confirm(self, text: str) -> bool | None:
        """Nobody is asked."""
        return None

    # programs

    @property
    def pty(self) -> Pty | None:
        """No terminal to hand on."""
        return None

    def standard_input(self) -> AsyncIterator[bytes] | None:
        """Our standard input, where something was given there."""
        if not self._reads_input or os.isatty(0):
            return None
        return aiter(InputStream(0))

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        """Run a program with our descriptors."""
        process = await asyncio.create_subprocess_exec(*argv, env=environment, cwd=directory)
        return await process.wait()

    async def attach(self, invocation: Invocation) -> Ended | Refused:
        """Never called: there is no pty."""
        raise NotImplementedError


async def run_text(interpreter: object, text: str) -> int:
    """Run."""
    raise NotImplementedError


__all__ = ["Line", "PlainOutside", "sys"]

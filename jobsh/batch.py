"""`-c` and scripts: one text from beginning to end over the streams we were given. Never asks; knows no prompt."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from jobsh.console.interrupts import on_signals
from jobsh.console.streams import InputStream, OutputStream
from jobsh.errors import ExitStatus, Interrupted, Span
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.model.records import Chunk, ErrorRecord, Stream, StreamRecord
from jobsh.ports.engine import Invocation
from jobsh.render.host_output import HostOutput
from jobsh.render.palette import Palette, wants_colours
from jobsh.runtime.interpreter import Interpreter
from jobsh.runtime.printed import printed

if TYPE_CHECKING:
    from jobsh.render.display import Display

FORMATS = ("text", "json", "jsonl", "csv")


class BatchOutside:
    """Implements `runtime.outside.Outside` over standard input, output and error."""

    is_interactive = False
    pty: Pty | None = None

    def __init__(
        self, environment: Mapping[str, str], *, output_format: str = "text", color: str = "auto", has_input: bool = True
    ) -> None:
        self.captures_programs = output_format != "text"
        self._has_input = has_input
        self._output, errors = OutputStream(1), OutputStream(2)
        colours = Palette(has_colours=wants_colours(color, environment, is_terminal=os.isatty(1)))
        self._display = _Plain(self._output, errors, colours) if not os.isatty(1) else _drawn(self._output, errors, colours)
        self._writer = _writer(output_format)

    # output

    @property
    def width(self) -> int:
        """Columns to format for."""
        return os.get_terminal_size(1).columns if os.isatty(1) else 0

    async def show(self, values: AsyncIterator[object]) -> None:
        """Print what a statement writes: as people read it, or in the format that was asked for."""
        if self._writer is None:
            await self._display.show(values)
            return
        from jobsh.command.lines import split_lines

        async for value in split_lines(values):
            if value is not None:
                await self._output.write_text(self._writer.add(value))

    async def finish(self) -> None:
        """What the format has to say at the end."""
        if self._writer is not None:
            await self._output.write_text(self._writer.end())

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Show an error."""
        await self._display.error(record, source, span)

    async def stream(self, record: StreamRecord) -> None:
        """Show a warning, verbose, debug or information record."""
        await self._display.stream(record)

    async def error_chunk(self, chunk: Chunk) -> None:
        """Pass on bytes of a program's standard error."""
        await self._display.error_chunk(chunk)

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is, where somebody looks."""
        self._display.progress(activity, done, total)

    # questions

    async def ask(self, question: Question) -> str | None:
        """Nobody is asked."""
        return None

    async def confirm(self, text: str) -> bool | None:
        """Nobody is asked."""
        return None

    # programs

    def standard_input(self) -> AsyncIterator[bytes] | None:
        """Our standard input, where something was given there."""
        return aiter(InputStream(0)) if self._has_input and not os.isatty(0) else None

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        """Run a program with our descriptors; with the terminal, where there is one."""
        if os.isatty(0) and os.isatty(1):
            from jobsh.console.foreground import run_foreground
            from jobsh.console.terminal import Terminal

            return await run_foreground(Terminal(), argv, environment=environment, directory=directory, stdin=stdin)
        from jobsh.runtime.processes import run_plain

        return await run_plain(argv, environment, directory, stdin)

    async def attach(self, invocation: Invocation) -> Ended | Refused:
        """There is no pty to pass through."""
        raise NotImplementedError


def _drawn(output: OutputStream, errors: OutputStream, palette: Palette) -> Display:
    from jobsh.render.display import Display

    return Display(output, errors, palette, lambda: os.get_terminal_size(1).columns)


class _Plain:
    """Results as plain text, one after the other; bytes untouched."""

    def __init__(self, output: OutputStream, errors: OutputStream, palette: Palette) -> None:
        self._output = output
        self._errors = errors
        self._palette = palette

    async def show(self, values: AsyncIterator[object]) -> None:
        """Print what a statement writes."""
        async for data in printed(values, 0, HostOutput(self._palette, is_terminal=False)):
            await self._output.write(data)

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Print an error."""
        from jobsh.render.errors import error_text

        await self._errors.write_text(error_text(record, source, span, self._palette))

    async def stream(self, record: StreamRecord) -> None:
        """Print a record: information with the results, the others with the errors."""
        from jobsh.render.errors import stream_text

        stream = self._output if record.stream is Stream.INFORMATION else self._errors
        await stream.write_text(stream_text(record, self._palette))

    async def error_chunk(self, chunk: Chunk) -> None:
        """Pass on bytes."""
        await self._errors.write(chunk.data)
        chunk.take()

    def progress(self, activity: str, done: int, total: int) -> None:
        """Nobody looks."""


class _Writer:
    """Values in a format for programs: text for each as it comes, and what is left for the end."""

    def __init__(self, add: Callable[[object], str], end: Callable[[], str] = lambda: "") -> None:
        self.add = add
        self.end = end


def _writer(output_format: str) -> _Writer | None:
    if output_format == "text":
        return None
    if output_format == "csv":
        from jobsh.command.csv_format import CsvWriter

        csv = CsvWriter()
        return _Writer(lambda value: "".join(f"{line}\n" for line in csv.lines(value)))
    from jobsh.command.json_format import json_lines, to_json

    if output_format == "jsonl":
        return _Writer(lambda value: json_lines([value]))
    values: list[object] = []

    def keep(value: object) -> str:
        values.append(value)
        return ""

    return _Writer(keep, lambda: to_json(values) + "\n")


async def run_batch(
    interpreter: Interpreter, outside: BatchOutside, text: str, name: str, arguments: Sequence[object] = ()
) -> int:
    """Run a text; the exit status. Ctrl-C and the signals that end processes stop what it has under way first."""
    running = asyncio.ensure_future(_run(interpreter, outside, text, name, arguments))
    received: list[int] = []

    def stop(number: signal.Signals) -> None:
        received.append(number)
        running.cancel()

    with on_signals(stop, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        try:
            return await running
        except (asyncio.CancelledError, Interrupted):
            if received and received[0] != signal.SIGINT:
                return 128 + received[0]
            return ExitStatus.INTERRUPTED
        except BrokenPipeError:  # `| head -1` has what it wanted
            return 128 + signal.SIGPIPE


async def _run(
    interpreter: Interpreter, outside: BatchOutside, text: str, name: str, arguments: Sequence[object]
) -> int:
    status = await interpreter.run(text, name, arguments=arguments)
    await outside.finish()
    return status

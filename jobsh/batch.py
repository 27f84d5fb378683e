"""`-c` and scripts: one text from beginning to end over the streams we were given. Never asks; knows no prompt."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from jobsh.console.interrupts import on_signals
from jobsh.console.streams import InputStream, OutputStream
from jobsh.errors import ExitStatus, Interrupted
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.ports.engine import Invocation
from jobsh.render.display import Display
from jobsh.render.drawn import Drawn
from jobsh.render.palette import Palette, wants_colours
from jobsh.runtime.interpreter import Interpreter

FORMATS = ("text", "json", "jsonl", "csv")


class BatchOutside(Drawn):
    """Implements `runtime.outside.Outside` over standard input, output and error."""

    is_interactive = False
    pty: Pty | None = None

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        output_format: str = "text",
        color: str = "auto",
        has_input: bool = True,
    ) -> None:
        self.captures_programs = output_format != "text"
        self._has_input = has_input
        self._output = OutputStream(1)
        is_terminal, errors_are_terminal = os.isatty(1), os.isatty(2)
        display = Display(
            self._output,
            self._output if is_terminal and errors_are_terminal else OutputStream(2),
            _palette(color, environment, is_terminal=is_terminal),
            _terminal_width if is_terminal else _no_limit,
            error_palette=_palette(color, environment, is_terminal=errors_are_terminal),
            is_terminal=is_terminal,
            errors_are_terminal=errors_are_terminal,
        )
        super().__init__(display)
        self._writer = _writer(output_format)

    # output

    async def show(self, values: AsyncIterator[object]) -> None:
        """Print what a statement writes: as people read it, or in the format that was asked for."""
        if self._writer is None:
            await super().show(values)
            return
        from jobsh.command.lines import split_lines

        async for value in split_lines(values):
            if value is not None:
                await self._output.write_text(self._writer.add(value))

    async def say(self, value: object) -> int:
        """Print one value as all there is to say; the exit status when all went well."""

        async def only() -> AsyncIterator[object]:
            yield value

        await self.show(only())
        await self.finish()
        return ExitStatus.OK

    async def finish(self) -> None:
        """What the format has to say at the end."""
        await self._display.finish_errors()
        await self._display.end_progress()
        if self._writer is not None:
            await self._output.write_text(self._writer.end())

    # questions

    async def ask(self, question: Question) -> str | None:
        """Nobody is asked."""
        return None

    async def choose(self, text: str, choices: str, default: str) -> str | None:
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


def _palette(color: str, environment: Mapping[str, str], *, is_terminal: bool) -> Palette:
    return Palette(has_colours=wants_colours(color, environment, is_terminal=is_terminal))


def _terminal_width() -> int:
    return os.get_terminal_size(1).columns


def _no_limit() -> int:
    return 0


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
    interpreter: Interpreter,
    outside: BatchOutside,
    text: str,
    name: str,
    arguments: Sequence[object] = (),
    words: Sequence[str] = (),
) -> int:
    """Run a text with values, or words of a command line; the exit status. Ctrl-C and the signals that end processes stop what it has under way first."""
    running = asyncio.ensure_future(_run(interpreter, outside, text, name, arguments, words))
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
        except BrokenPipeError as error:
            if error.errno != errno.EPIPE:
                raise
            return 128 + signal.SIGPIPE  # `| head -1` has what it wanted


async def _run(
    interpreter: Interpreter,
    outside: BatchOutside,
    text: str,
    name: str,
    arguments: Sequence[object],
    words: Sequence[str],
) -> int:
    status = await interpreter.run(text, name, arguments=arguments, words=words, is_last=True)
    if running := interpreter.shell.hosting.running:
        from jobsh.model.records import Stream, StreamRecord

        named = ", ".join(f"{job.id} ({job.name})" for job in running)
        what = f"jobs that end with this jobsh: {named}; Wait-Job awaits them, Start-Job starts jobs that go on"
        await outside.stream(StreamRecord(Stream.WARNING, what))
    await outside.finish()
    return status

"""The shell loop: read a line, run it, say what ended meanwhile. Ctrl-C and programs end lines, never the shell."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from jobsh.console.interrupts import interruptible, on_signals
from jobsh.errors import ExitStatus, Interrupted, JobshError
from jobsh.model.ids import SessionId
from jobsh.model.records import StreamRecord
from jobsh.ports.engine import Engine
from jobsh.repl.farewell import jobs_left_in, jobs_that_end, jobs_that_go_on
from jobsh.repl.notices import Notices
from jobsh.repl.outside import PromptOutside
from jobsh.repl.prompt_line import Pieces, lost_prompt_line, prompt_line
from jobsh.repl.reader import LineReader
from jobsh.repl.world import World
from jobsh.runtime.interpreter import Current, Interpreter

_PLACE_PATIENCE = 2.0
"""Seconds that the prompt waits to learn where it is: a lost host must not keep it away."""
CANNOT_SUSPEND = "jobsh: this cannot be put aside; Ctrl-C stops it, & or Start-Job starts it as a job\n"


class PromptShell:
    """The prompt of one front end, from the first line to the last."""

    def __init__(
        self,
        interpreter: Interpreter,
        engine: Engine,
        outside: PromptOutside,
        reader: LineReader,
        world: World,
        log_bug: Callable[[BaseException], str],
        *,
        jobs_go_on: bool = True,
    ) -> None:
        self._interpreter = interpreter
        self._engine = engine
        self._outside = outside
        self._reader = reader
        self._world = world
        self._log_bug = log_bug
        self._output = outside.terminal.output
        self._notices = Notices(self._output.write_text, reader.aside, lambda: outside.width, outside.palette)
        self._aside_tasks: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._jobs_go_on = jobs_go_on
        self._current: Current | None = None
        self._has_warned = False
        """Whether the last line was an `exit` that would have ended jobs."""
        outside.questions.aside = reader.aside
        interpreter.shell.closed = self._say_what_is_left_in
        interpreter.shell.hosting.show_aside = self._show_aside

    async def run(self) -> int:
        """Until `exit`, Ctrl-D, or a signal that ends programs; the exit status."""
        asyncio.get_running_loop().set_exception_handler(self._log_aside)
        loop = asyncio.ensure_future(self._loop())
        received: list[int] = []

        def leave(number: signal.Signals) -> None:
            received.append(number)
            loop.cancel()

        stay = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
        with on_signals(self._stay, *stay), on_signals(leave, signal.SIGTERM, signal.SIGHUP):
            try:
                return await loop
            except (asyncio.CancelledError, OSError) as error:
                if isinstance(error, OSError) and error.errno not in (errno.EPIPE, errno.EIO):
                    raise
                return 128 + (received[0] if received else signal.SIGHUP)  # the terminal is gone
            finally:
                await self._end_aside()

    def _stay(self, number: signal.Signals) -> None:
        """Signal keys that reach the shell itself mean what runs, not the shell."""
        if number == signal.SIGTSTP:
            self._start_aside(self._output.write_text(CANNOT_SUSPEND))

    async def _loop(self) -> int:
        while True:
            text = await self._read()
            if text is None:  # Ctrl-D
                await self._run("exit")
            elif text.strip():
                self._remember(text)
                await self._run(text)
            status = self._interpreter.exit_status
            if status is None:
                self._has_warned = False
            elif await self._leaves():
                await self._say_farewell()
                return status

    # reading

    async def _read(self) -> str | None:
        """The next text; None for the end of input, empty after Ctrl-C."""
        await self._begin_line()
        await self._notices.say()
        line = await self._prompt_line()
        self._watch()
        self._notices.is_typing = True
        try:
            return await self._reader.read(line)
        finally:
            self._notices.is_typing = False

    async def _begin_line(self) -> None:
        """Go to the start of a line. Where a program left one open, a mark says so: it and blanks for a whole line wrap then,
        and otherwise are overwritten (we cannot know what programs with the terminal wrote)."""
        if self._outside.is_dumb:
            return
        mark = self._outside.palette.paint("%", 7)
        await self._output.write_text(f"{mark}{' ' * (self._outside.width - 1)}\r\x1b[K")
        self._output.at_line_start = True

    async def _prompt_line(self) -> Pieces:
        last = self._current
        try:
            async with asyncio.timeout(_PLACE_PATIENCE):
                current = self._current = await self._interpreter.current()
        except TimeoutError:
            if last is not None and last.location == self._interpreter.place.location:
                return prompt_line(last.session, last.directory, last.home, is_known=False)
        except JobshError:
            pass
        except Exception as error:  # noqa: BLE001  (a bug: as in `_run`)
            self._log_bug(error)
        else:
            return prompt_line(current.session, current.directory, current.home)
        return lost_prompt_line(is_entered=self._interpreter.place.is_entered)

    def _remember(self, text: str) -> None:
        """For Get-History; the prompt's own file remembers by itself."""
        if not text[0].isspace():
            self._start_aside(self._add_history(text))

    async def _add_history(self, text: str) -> None:
        with suppress(JobshError):  # the command itself will say what is wrong with the engine
            await self._engine.add_history(text)

    # running

    async def _run(self, text: str) -> None:
        self._world.forget()
        try:
            await interruptible(self._interpreter.run(text, "prompt"))
        except Interrupted:
            await self._output.write_text("\n")
        except JobshError as error:
            await self._output.write_text(f"jobsh: {error.message}\n")
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  (a bug must not end the shell; the log has it all, the user one line)
            await self._output.write_text(f"jobsh: this is a bug in jobsh; the details are in {self._log_bug(error)}\n")
            self._interpreter.shell.status = int(ExitStatus.BUG)
        finally:
            await self._outside.end_progress()

    # beside the line

    def _watch(self) -> None:
        """Hear of jobs that end; again after an engine was lost."""
        if self._watching is None or self._watching.done():
            self._watching = self._start_aside(self._hear())

    async def _hear(self) -> None:
        with suppress(JobshError):
            await self._notices.watch(self._engine.events())

    def _start_aside(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._aside_tasks.add(task)
        task.add_done_callback(self._aside_tasks.discard)
        return task

    def _log_aside(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What goes wrong in callbacks must not be written over the line being typed."""
        self._log_bug(context.get("exception") or RuntimeError(context.get("message", "")))

    async def _end_aside(self) -> None:
        tasks = [*self._aside_tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._world.aclose()

    async def _show_aside(self, record: StreamRecord) -> None:
        """A message of something that runs beside what is typed."""
        if not self._notices.is_typing:
            await self._outside.stream(record)
            return
        async with self._reader.aside():
            await self._outside.stream(record)

    # leaving

    async def _leaves(self) -> bool:
        """Whether the shell that is to be left is left now: where jobs end with it, `exit` has to be said twice."""
        interpreter = self._interpreter
        ending = jobs_that_end(interpreter.shell.hosting.running)
        if not ending or self._has_warned:
            return True
        interpreter.exit_status, self._has_warned = None, True
        await self._output.write_text(f"{ending}; exit again to leave\n")
        return False

    async def _say_what_is_left_in(self, session: SessionId) -> None:
        await self._output.write_text(await jobs_left_in(self._engine, session))

    async def _say_farewell(self) -> None:
        await self._notices.say()
        if self._jobs_go_on:
            await self._output.write_text(await jobs_that_go_on(self._engine))

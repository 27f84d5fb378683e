"""The face of the runtime: runs texts, one statement after the other, and shows what they write."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from jobsh.command.registry import Registry
from jobsh.errors import ExitStatus, Interrupted, JobshError, UsageError
from jobsh.language.ast import Pipeline, Script, ShellText, Statement, Vocabulary
from jobsh.model.ids import Location
from jobsh.model.session import Session
from jobsh.ports.engine import Engine
from jobsh.runtime.flow import ExitSignal, FlowSignal, ReturnSignal
from jobsh.runtime.frame import Frame, Source
from jobsh.runtime.here import Here
from jobsh.runtime.located import SETTLED
from jobsh.runtime.outside import Outside
from jobsh.runtime.shell import Shell
from jobsh.runtime.statements import run_body
from jobsh.runtime.values import closing

_FRAMES = 20_000
"""Python's: 300 calls of jobsh functions, one in the other, take some dozens each."""


class Current(NamedTuple):
    """Where the next statement will run; for the prompt."""

    location: Location
    session: Session | None
    directory: str
    home: str


class Interpreter:
    """Runs jobsh's texts for one front end."""

    def __init__(self, registry: Registry, engine: Engine, outside: Outside, here: Here) -> None:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
        self.outside = outside
        self.shell = Shell(registry, engine, outside, here)
        self.place = self.shell.top
        self.exit_status: int | None = None
        """What `exit` ends the front end with; None: it goes on."""
        self.was_ended_by_error = False
        """Whether the last text did not run to its end."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What the parser must know now; for completion, highlighting and the question whether a text is whole."""
        from jobsh.runtime.reading import vocabulary

        return vocabulary(self.shell, self.place.scope)

    async def current(self) -> Current:
        """Where the next statement will run."""
        location = self.place.location
        located = self.shell.at(location)
        return Current(location, await located.session(), await located.directory(), await located.home())

    def set_variable(self, name: str, value: object) -> None:
        """Assign in the scope where texts run."""
        self.place.scope.set(name, value)

    async def run(
        self,
        text: str,
        source_name: str = "",
        *,
        arguments: Sequence[object] = (),
        words: Sequence[str] = (),
        is_last: bool = False,
    ) -> int:
        """Run a whole text; its exit status. Errors of it are shown, never raised, but Interrupted. `words` are arguments from a
        command line, which may name parameters. `is_last`: no other text comes after it."""
        from jobsh.language.parser import normal

        self.was_ended_by_error = False
        source = Source(normal(text), source_name)
        try:
            code = self.shell.parse(source.text, source_name, self.place.scope)
        except UsageError as error:
            self.was_ended_by_error = True
            await self._show_error(error, source)
            return int(ExitStatus.USAGE)
        return await self._run_code(code, source, arguments, words, is_last=is_last)

    async def _run_code(
        self, code: Script, source: Source, arguments: Sequence[object], words: Sequence[str], *, is_last: bool
    ) -> int:
        frame = self.shell.top_frame().derive(source=source, arguments=(*arguments, *words))
        try:
            if code.params is not None:
                from jobsh.runtime.parameters import bind_values, from_words

                values, named = from_words(code, words, source.text)
                frame = await bind_values(code, (*arguments, *values), named, frame)
            if code.parts:
                await self._run_parts(code, frame)
            else:
                await self._run_statements(code, frame, is_last=is_last)
        except ReturnSignal:
            pass
        except ExitSignal as leaving:
            self.exit_status = self.shell.status = leaving.status
        except FlowSignal:  # `break` outside of a loop ends the text
            pass
        except Interrupted:
            self.shell.status = int(ExitStatus.INTERRUPTED)
            raise
        except JobshError as error:
            self.was_ended_by_error = True
            await self._show_error(error, source)
        return self.shell.status

    async def _run_statements(self, code: Script, frame: Frame, *, is_last: bool) -> None:
        for statement in code.statements:
            alone = Script(statement.span, (statement,), traps=code.traps)
            its_frame = frame.derive(is_last=is_last and statement is code.statements[-1] and _is_shell_text(statement))
            async with closing(run_body(alone, its_frame)) as values:
                await self._show(values)

    async def _run_parts(self, code: Script, frame: Frame) -> None:
        """`begin {…} process {…} end {…}` of a script or job: for each line of our standard input; without any, once."""
        from jobsh.runtime.parts import run_parts
        from jobsh.runtime.values import Input, each

        lines = await self.shell.standard_input().values()
        inside = frame.derive(input=Input(each(lines)) if lines else None)
        async with closing(run_parts(code, inside)) as values:
            await self._show(values)

    async def aclose(self) -> None:
        """End what runs beside our texts, and leave nothing of ours on this machine's disk."""
        await self.shell.hosting.aclose()
        await self.shell.here.aclose()

    async def _show(self, values: AsyncIterator[object]) -> None:
        """Show what a statement writes; before a program has the terminal, all that came before is out."""
        segments = _Segments(values)
        while not segments.is_over:
            await self.outside.show(segments.next())

    async def _show_error(self, error: JobshError, source: Source) -> None:
        from jobsh.runtime.failures import error_record, where_of

        record = error_record(error)
        where = where_of(error, None, self.shell.top_frame().derive(source=source))
        self.shell.errors.insert(0, record)
        self.shell.status = record.exit_status
        await self.outside.error(record, where.source, where.span)


def _is_shell_text(statement: Statement) -> bool:
    return isinstance(statement, Pipeline) and isinstance(statement.stages[0], ShellText)


class _Segments:
    """What a statement writes, in pieces between which programs have the terminal."""

    def __init__(self, values: AsyncIterator[object]) -> None:
        self._values = values
        self.is_over = False

    async def next(self) -> AsyncIterator[object]:
        """The values up to the next program."""
        async for value in self._values:
            if value is SETTLED:
                return
            yield value
        self.is_over = True

"""What one call of a cmdlet sees of the world: implements `jobsh.command.context.Context`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from jobsh.command.text import to_text
from jobsh.errors import JobshError, OperationError, Span
from jobsh.language.ast import BlockKind
from jobsh.model.ids import Location, SessionId
from jobsh.model.messages import Environment, Program, Surroundings
from jobsh.model.records import Chunk, ErrorRecord, Stream, StreamRecord
from jobsh.model.session import Session
from jobsh.ports.engine import Engine
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.failures import error_preference, error_record, kinds_of, report
from jobsh.runtime.flow import Thrown
from jobsh.runtime.frame import Frame, Source
from jobsh.runtime.scope import Scope
from jobsh.runtime.streams import Where
from jobsh.runtime.values import nothing

if TYPE_CHECKING:
    from jobsh.command.common import CommonParameters
    from jobsh.command.context import Commands, FileSink, ScriptBlock

_QUIET = ("silentlycontinue", "ignore")
_PREFERENCES = {
    Stream.WARNING: "WarningPreference",
    Stream.VERBOSE: "VerbosePreference",
    Stream.DEBUG: "DebugPreference",
    Stream.INFORMATION: "InformationPreference",
}
_SILENT_BY_DEFAULT = (Stream.VERBOSE, Stream.DEBUG)


class CallContext:
    """The world of one cmdlet call."""

    def __init__(
        self,
        frame: Frame,
        command: str,
        invoked_as: str,
        common: CommonParameters,
        has_input: bool,
        span: Span | None,
    ) -> None:
        self._frame = frame
        self._shell = frame.shell
        self._command = command
        self.common = common
        self.invoked_as = invoked_as
        self.has_input = has_input
        self.input: AsyncIterator[object] = nothing()
        self.where: Where = frame.where(span)
        self.engine: Engine = frame.shell.engine
        self.is_interactive = frame.shell.outside.is_interactive
        self.width = frame.shell.outside.width
        self._errors: list[object] | None = None

    @property
    def location(self) -> Location:
        """HERE or a session; changes when the cmdlet enters or leaves one."""
        return self._frame.place.location

    @property
    def scope(self) -> Scope:
        """The caller's variables."""
        return self._frame.scope

    async def session(self) -> Session | None:
        """The session of the location."""
        return await self._shell.at(self.location).session()

    def standard_input(self) -> AsyncIterator[bytes] | None:
        """The front end's own standard input."""
        return None if self.has_input else self._shell.outside.standard_input()

    # streams

    async def write(self, stream: Stream, value: object) -> None:
        """Write to a stream other than the output."""
        if stream is Stream.ERROR and not isinstance(value, Chunk):
            await self.error(value if isinstance(value, ErrorRecord) else ErrorRecord(to_text(value)))
            return
        action = self._action(stream)
        if action == "stop":
            record = ErrorRecord(to_text(value), "OperationStopped", "ActionPreferenceStop", command=self._command)
            raise Thrown(record, (), *self.where)
        if action not in _QUIET:
            is_whole = isinstance(value, (Chunk, StreamRecord))
            shown = value if is_whole else StreamRecord(stream, to_text(value))
            await self._frame.streams.write(stream, shown, self.where)

    def _action(self, stream: Stream) -> str:
        """What to do with a record: the common parameter decides, else the preference variable."""
        given: object = None
        if stream is Stream.WARNING:
            given = self.common.warning_action
        elif stream in _SILENT_BY_DEFAULT:
            flag = self.common.verbose if stream is Stream.VERBOSE else self.common.debug
            given = None if flag is None else ("Continue" if flag else "SilentlyContinue")
        if given is None and stream in _PREFERENCES:
            given = self._frame.scope.get(_PREFERENCES[stream])
        return to_text(given or ("SilentlyContinue" if stream in _SILENT_BY_DEFAULT else "Continue")).lower()

    async def error(self, error: JobshError | ErrorRecord) -> None:
        """Write a non-terminating error."""
        kinds: tuple[str, ...] = ()
        if isinstance(error, JobshError):
            kinds, error = kinds_of(error), error_record(error, self._command)
        record = error if error.command else error.replace(command=self._command)
        if not await self.takes_quietly(record, kinds):
            self._keep_error(record)
            await report(record, self.where, self._frame)

    async def takes_quietly(self, record: ErrorRecord, kinds: tuple[str, ...]) -> bool:
        """Apply `-ErrorAction`: Stop raises, SilentlyContinue and Ignore say nothing and give True."""
        action = (self.common.error_action or error_preference(self._frame)).lower()
        if action == "stop":
            self._keep_error(record)
            raise Thrown(record, kinds, *self.where)
        if action not in _QUIET:
            return False
        if action != "ignore":
            self._keep_error(record)
            await report(record, self.where, self._frame, is_shown=False)
        return True

    def _keep_error(self, record: ErrorRecord) -> None:
        if self.common.error_variable:
            if self._errors is None:
                self._errors = []
                self.keep(self.common.error_variable, self._errors)
            self._errors.append(record)

    def keep(self, name: str, values: list[object]) -> None:
        """Let `-OutVariable NAME` or `-ErrorVariable NAME` be `values`; `+NAME` has them after what it holds."""
        name, adds = name.removeprefix("+"), name.startswith("+")
        before = self._frame.scope.get(name) if adds else None
        if before is not None:
            values[:0] = before if isinstance(before, list) else [before]
        self._frame.scope.set(name, values)

    async def should_process(self, action: str, what: str) -> bool:
        """`-WhatIf` and `-Confirm`."""
        is_dry = self.common.what_if if self.common.what_if is not None else self._frame.scope.get("WhatIfPreference")
        if is_dry:
            text = f'What if: performing "{action}" on {what}'
            await self._frame.streams.write(Stream.INFORMATION, StreamRecord(Stream.INFORMATION, text), self.where)
            return False
        return not self.common.confirm or await self._is_confirmed(f"{action} {what}?")

    async def _is_confirmed(self, text: str) -> bool:
        answer = await self._shell.outside.confirm(text)
        if answer is None and not self.is_interactive:
            raise OperationError("-Confirm needs somebody to ask", hint="leave it out, or give -Confirm:$false")
        return bool(answer)

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is."""
        if to_text(self._frame.scope.get("ProgressPreference") or "Continue").lower() not in _QUIET:
            self._shell.outside.progress(activity, done, total)

    # programs

    async def program(
        self,
        script: ScriptBlock | str,
        *,
        arguments: Sequence[object] = (),
        interpreter: str = "",
        shown: str = "",
    ) -> Program:
        """What the engine is to run."""
        from jobsh.runtime.programs import block_program

        await self._shell.here.refresh()  # `surroundings` will be asked for
        block = script if isinstance(script, CodeBlock) else None
        text = script if isinstance(script, str) else script.text
        return await block_program(self._frame, block, text, arguments, interpreter, shown)

    def code(self, text: str, name: str) -> CodeBlock:
        """Read the text of a `.jsh` file as jobsh code."""
        source = Source(text, name)
        code = self._shell.parse(text, name, self._frame.scope)
        return CodeBlock(text, code, BlockKind.CODE, self._frame.derive(source=source))

    def surroundings(self) -> Surroundings:
        """Directory, umask and environment for programs of this machine."""
        return self._shell.here.surroundings()

    async def environment(self) -> Environment:
        """The location's exported variables."""
        return tuple((await self._shell.at(self.location).environment()).items())

    def ends_with(self, status: int) -> None:
        """Set `$LASTEXITCODE` and the statement's exit status."""
        self._shell.last_exit_code = status
        self._frame.tally.ended(status)

    # the location

    async def directory(self) -> str:
        """The location's current directory."""
        return await self._shell.at(self.location).directory()

    async def change_directory(self, path: str) -> None:
        """Move there."""
        await self._shell.at(self.location).change_directory(path)

    def read_file(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file at the location."""
        return self._shell.at(self.location).read_file(path)

    async def open_file(self, path: str, *, append: bool = False) -> FileSink:
        """Begin writing a file at the location."""
        return await self._shell.at(self.location).open_file(path, append=append)

    async def enter(self, session: SessionId, *, close_on_exit: bool) -> None:
        """Make the session the location of what follows."""
        self._frame.place.enter(session, self._shell.session_scope(session), close_on_exit=close_on_exit)

    async def leave(self) -> bool:
        """Back to the location before."""
        return await self._shell.leave(self._frame.place)

    # the shell

    def format(self, values: AsyncIterator[object], *, width: int | None = None) -> AsyncIterator[str]:
        """The values as people read them, plain text."""
        from jobsh.runtime.printed import formatted

        return formatted(values, self.width if width is None else width)

    def printed(self, values: AsyncIterator[object], *, width: int = 0) -> AsyncIterator[bytes]:
        """The values as the bytes a file gets."""
        from jobsh.runtime.printed import printed

        return printed(values, width)

    async def show(self, values: AsyncIterator[object], *, pages: bool = False) -> None:
        """Show values to the user, whatever becomes of the output."""
        from jobsh.runtime.paging import show

        await self._shell.here.refresh()  # for the pager
        await show(self._shell, values, pages=pages)

    def commands(self) -> Commands:
        """All commands."""
        return self._shell.commands

    async def request_exit(self, status: int | None) -> None:
        """`exit`: leave the entered session, else the shell or script."""
        await self._shell.leave_or_exit(self._frame, status)

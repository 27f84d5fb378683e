"""What one call of a cmdlet sees of the world: implements `jobsh.command.context.Context`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from jobsh.command.context import WHERE_WE_ARE
from jobsh.command.text import to_text
from jobsh.errors import JobshError, Span
from jobsh.language.ast import BlockKind
from jobsh.model.ids import InstanceId, Location, SessionId
from jobsh.model.job import Job, JobKind
from jobsh.model.messages import Environment, Program, Question, QuestionKind, Surroundings
from jobsh.model.records import ErrorRecord, Stream
from jobsh.model.session import Session
from jobsh.ports.engine import Engine
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.call_streams import QUIET, CallStreams
from jobsh.runtime.frame import Frame, Source, Tally
from jobsh.runtime.scope import Scope
from jobsh.runtime.streams import Where
from jobsh.runtime.values import nothing

if TYPE_CHECKING:
    from jobsh.command.commands import Commands
    from jobsh.command.common import CommonParameters
    from jobsh.command.context import FileSink, Work
    from jobsh.command.script_block import ScriptBlock
    from jobsh.command.subscriptions import Events, Subscribe
    from jobsh.ports.files import Files
    from jobsh.runtime.confirming import Confirming
    from jobsh.runtime.located import Located


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
        self.common = common
        self.invoked_as = invoked_as
        self.has_input = has_input
        self.input: AsyncIterator[object] = nothing()
        self.where: Where = frame.where(span)
        self.engine: Engine = frame.shell.engine
        self.is_interactive = frame.shell.outside.is_interactive
        self.width = frame.shell.outside.width
        self._confirming: Confirming | None = None
        self.streams = CallStreams(frame, command, common, self.where)

    @property
    def location(self) -> Location:
        """HERE or a session; changes when the cmdlet enters or leaves one."""
        return self._frame.place.location

    @property
    def entered_sessions(self) -> tuple[Location, ...]:
        """The sessions that were entered."""
        return self._frame.place.entered_sessions

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
        await self.streams.write(stream, value)

    async def error(self, error: JobshError | ErrorRecord) -> None:
        """Write a non-terminating error."""
        await self.streams.error(error)

    async def ask(self, text: str, *, echo: bool = False) -> str | None:
        """What the user answers."""
        kind = QuestionKind.KEYBOARD_INTERACTIVE if echo else QuestionKind.PASSWORD
        return await self._shell.outside.ask(Question(kind, "", text, echo))

    async def should_process(self, action: str, what: str) -> bool:
        """`-WhatIf` and `-Confirm`."""
        if self._confirming is None:
            from jobsh.runtime.confirming import Confirming

            self._confirming = Confirming(self._frame, self.common, self.where)
        return await self._confirming.should_process(action, what)

    def errors(self) -> Sequence[object]:
        """`$Error`."""
        return self._shell.errors

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is."""
        action = self.common.progress_action or self._frame.scope.get("ProgressPreference") or "Continue"
        if to_text(action).lower() not in QUIET:
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
        if block is not None and block.doubt and block.code is None and not interpreter:
            await self.write(Stream.WARNING, block.doubt)
        return await block_program(self._frame, block, text, arguments, interpreter, shown)

    def run(self, program: Program) -> AsyncIterator[object]:
        """Run a small program at the location: its output as Chunks."""
        frame = self._frame.derive(is_foreground=False, tally=Tally())
        return self._shell.at(self.location).run(program, frame, nothing(), saves_state=False)

    def check_using(self, block: ScriptBlock) -> None:
        """Raise OperationError when a `$using:name` of the block has no variable."""
        from jobsh.runtime.handover import check_using

        if block.code is not None:
            check_using(block.code, self._frame)

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
        self._shell.last_exit_code = int(status)
        self._frame.tally.ended(status)

    # code that runs beside the caller

    def beside(self, work: Work) -> AsyncIterator[object]:
        """Run code in surroundings of its own: what it writes."""
        from jobsh.runtime.work import run_beside

        return run_beside(work, self._frame)

    async def host(self, kind: JobKind, command: str, name: str, work: Sequence[Work], limit: int | None) -> Job:
        """Make a job of code that this front end runs."""
        from jobsh.runtime.work import host

        return await host(kind, command, name, work, limit, self._frame)

    def waiting(self) -> AbstractAsyncContextManager[None]:
        """Inside, the caller waits for jobs."""
        from jobsh.runtime.turns import away

        return away()

    @property
    def events(self) -> Events:
        """What was subscribed to in this front end."""
        return self._shell.hosting.events

    async def subscribe(self, wanted: Subscribe) -> Job | None:
        """Let events of a job come."""
        events = self._shell.hosting.events
        subscription = events.new(wanted)
        if wanted.action is not None:
            from jobsh.runtime.event_job import start_event_job

            await start_event_job(subscription, wanted.action, self._frame)
        events.begin(subscription)
        return subscription.event_job

    def object_at(self, job: InstanceId, offset: int, copy: object) -> object:
        """The object that a job of this front end wrote."""
        return self._shell.hosting.object_at(job, offset, copy)

    def received(self, job: InstanceId, offset: int) -> None:
        """What a job wrote before `offset` was received."""
        self._shell.hosting.received(job, offset)

    # the location

    async def directory(self) -> str:
        """The location's current directory."""
        return await self._shell.at(self.location).directory()

    async def change_directory(self, path: str) -> None:
        """Move there."""
        await self._shell.at(self.location).change_directory(path)

    def read_file(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file at the location."""
        from jobsh.runtime.files import read_file

        return read_file(path, self._shell.at(self.location))

    async def open_file(self, path: str, *, append: bool = False) -> FileSink:
        """Begin writing a file at the location."""
        from jobsh.runtime.files import open_file

        return await open_file(path, self._shell.at(self.location), append=append)

    def files(self, location: Location = WHERE_WE_ARE) -> Files:
        """The files of a location."""
        return self._at(location).files()

    async def whole_path(self, path: str, location: Location = WHERE_WE_ARE) -> str:
        """The path as the location's Files take it."""
        return await self._at(location).whole_path(path)

    def _at(self, location: Location) -> Located:
        return self._shell.at(self.location if location is WHERE_WE_ARE else location)

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

    async def clear(self) -> None:
        """Clear the user's terminal."""
        from jobsh.runtime.paging import clear

        await self._shell.here.refresh()
        await clear(self._shell)

    def commands(self) -> Commands:
        """All commands."""
        return self._shell.commands

    async def request_exit(self, status: int | None) -> None:
        """`exit`: leave the entered session, else the shell or script."""
        await self._shell.leave_or_exit(self._frame, status)

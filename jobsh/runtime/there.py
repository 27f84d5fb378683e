"""A session's host as a location: its shell's text and its files, through attached commands of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from jobsh.errors import InvalidState, NotFound, OperationError
from jobsh.model.ids import SessionId
from jobsh.model.job import Outcome
from jobsh.model.messages import Data, Ended, Invoke, Program, Pty, Refused
from jobsh.model.queries import SessionQuery
from jobsh.model.records import Chunk, Origin, Stream
from jobsh.model.session import Session
from jobsh.ports.engine import Invocation
from jobsh.runtime.files import joined
from jobsh.runtime.located import EXPORT, MOVE, SETTLED, UNSET, heed_ctrl_c, last_words
from jobsh.runtime.printed import printed
from jobsh.runtime.values import closing

if TYPE_CHECKING:
    from jobsh.ports.files import Files
    from jobsh.runtime.frame import Frame
    from jobsh.runtime.shell import Shell

_ENVIRONMENT = Program("env -0", "env")


class There:
    """A session's host."""

    def __init__(self, id: SessionId, shell: Shell) -> None:
        self._id = id
        self._shell = shell
        self._environment: dict[str, str] | None = None
        """As it was after the last text that could have changed it."""
        self._computer_name = ""

    async def session(self) -> Session:
        """The session as it is now."""
        found = await self._shell.engine.select_sessions(SessionQuery(ids=(self._id,)))
        if not found:
            raise InvalidState(f"session {self._id} is closed", hint="Exit-Session leaves it")
        return found[0]

    async def _name(self) -> str:
        if not self._computer_name:
            self._computer_name = (await self.session()).computer_name
        return self._computer_name

    async def directory(self) -> str:
        """The session's current directory."""
        return (await self.session()).directory

    async def home(self) -> str:
        """The home directory there."""
        return (await self.session()).home

    async def change_directory(self, path: str) -> None:
        """Move the session there."""
        target = path if path == "-" else joined("", path, await self.home())
        said = await self._quietly(Program(MOVE, MOVE, arguments=(target,)), saves_state=True)
        if said:
            raise NotFound(f"{path}: {said}", target=path)

    async def environment(self) -> dict[str, str]:
        """The exported variables there."""
        if self._environment is None:
            entries = (await self._output_of(_ENVIRONMENT)).decode("utf-8", "surrogateescape").split("\0")
            self._environment = dict(entry.partition("=")[::2] for entry in entries if "=" in entry)
        return self._environment

    async def export(self, name: str, value: str | None) -> None:
        """Set an exported variable of the session's shell."""
        if value is None:
            program = Program(UNSET, UNSET, arguments=(name,))
        else:
            program = Program(EXPORT, EXPORT, arguments=(name,), variables=(("JOBSH_VALUE", value),))
        said = await self._quietly(program, saves_state=True)
        self._environment = None
        if said:
            raise OperationError(f"$env:{name}: {said}", target=name)

    # programs

    async def run(
        self, program: Program, frame: Frame, source: AsyncIterator[object] | None, *, saves_state: bool
    ) -> AsyncIterator[object]:
        """Run a program of the host as a stage."""
        outside = frame.shell.outside
        self._environment = None
        pty = outside.pty if frame.gives_terminal and source is None else None
        if pty is not None:
            yield SETTLED
            ended = await self._attached(program, pty, saves_state=saves_state)
        else:
            stage = _Attached(frame, await self._name())
            request = Invoke(program, (self._id,), has_stdin=stage.takes_input(source), saves_state=saves_state)
            async with closing(stage.output(await frame.shell.engine.invoke(request), source)) as chunks:
                async for chunk in chunks:
                    yield chunk
            ended = stage.ended
        frame.shell.last_exit_code = status = status_of(ended)
        frame.tally.ended(status)
        heed_ctrl_c(status, frame)

    async def _attached(self, program: Program, pty: Pty, *, saves_state: bool) -> Ended:
        request = Invoke(program, (self._id,), pty=pty, has_stdin=True, saves_state=saves_state)
        invocation = await self._shell.engine.invoke(request)
        try:
            return checked(await self._shell.outside.attach(invocation))
        finally:
            await invocation.aclose()

    async def _quietly(self, program: Program, *, saves_state: bool) -> str:
        """Run a small program; what it says on standard error when it fails, else nothing."""
        invocation = await self._shell.engine.invoke(Invoke(program, (self._id,), saves_state=saves_state))
        said = bytearray()
        try:
            async for event in invocation.events():
                if isinstance(event, Data):
                    said += event.data
                elif status := status_of(checked(event)):
                    return last_words(bytes(said)) or f"exit status {status}"
        finally:
            await invocation.aclose()
        return ""

    async def _output_of(self, program: Program) -> bytes:
        """What a small program prints."""
        invocation = await self._shell.engine.invoke(Invoke(program, (self._id,)))
        out, said = bytearray(), bytearray()
        try:
            async for event in invocation.events():
                if isinstance(event, Data):
                    (out if event.stream is Stream.OUTPUT else said).extend(event.data)
                elif status := status_of(checked(event)):
                    reason = last_words(bytes(said)) or f"exit status {status}"
                    raise OperationError(f"{program.shown}: {reason}", target=program.shown)
        finally:
            await invocation.aclose()
        return bytes(out)

    # files

    def files(self) -> Files:
        """The files of the host."""
        return self._shell.engine.files(self._id)

    async def whole_path(self, path: str) -> str:
        """The path from the root on, as far as the session's directory is known."""
        session = await self.session()
        return joined(session.directory, path, session.home)


def checked(event: object) -> Ended:
    """How an attached command ended; raises OperationError for a host or session that refused it."""
    if isinstance(event, Refused):
        raise event.error
    assert isinstance(event, Ended)
    return event


def status_of(ended: Ended) -> int:
    """The exit status; 255 for a command whose end nobody saw."""
    return 255 if ended.outcome.status is None else ended.outcome.status


class _Attached:
    """A program of the host as a stage: fed from the stage before, its output as Chunks."""

    def __init__(self, frame: Frame, host: str) -> None:
        self._frame = frame
        self._origin = Origin(host, show_computer_name=False)
        self._stdin: AsyncIterator[bytes] | None = None
        self.ended = Ended(0, Outcome.exited(0))

    def takes_input(self, source: AsyncIterator[object] | None) -> bool:
        """Whether something will be written to its standard input: what comes through the pipeline, or our own."""
        self._stdin = self._frame.shell.outside.standard_input() if source is None else printed(source)
        return self._stdin is not None

    async def output(self, invocation: Invocation, source: AsyncIterator[object] | None) -> AsyncIterator[object]:
        """What it prints; closing stops it."""
        from jobsh.runtime.feeding import feeding

        async with feeding(invocation, self._stdin):
            async for event in invocation.events():
                if not isinstance(event, Data):
                    self.ended = checked(event)
                    continue
                chunk = Chunk(event.data, event.stream, self._origin)
                if event.stream is Stream.ERROR:
                    await self._frame.streams.write(Stream.ERROR, chunk)
                else:
                    yield chunk

"""What all code of one front end shares: commands, functions, global variables, errors, the last status, the locations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from jobsh.command.registry import Registry
from jobsh.errors import ExitStatus
from jobsh.language.ast import BlockKind, Script
from jobsh.model.ids import HERE, Location, SessionId
from jobsh.model.records import Stream
from jobsh.ports.engine import Engine
from jobsh.runtime.command_table import CommandTable
from jobsh.runtime.flow import ExitSignal
from jobsh.runtime.frame import Frame, Source
from jobsh.runtime.here import Here
from jobsh.runtime.hosting import Hosting
from jobsh.runtime.located import Located
from jobsh.runtime.outside import Outside
from jobsh.runtime.place import Place
from jobsh.runtime.scope import Scope
from jobsh.runtime.streams import OutsideSink, Streams

if TYPE_CHECKING:
    from jobsh.runtime.functions import Definition
    from jobsh.runtime.values import Input


class Shell:
    """One front end's state."""

    def __init__(self, registry: Registry, engine: Engine, outside: Outside, here: Here) -> None:
        self.registry = registry
        self.engine = engine
        self.outside = outside
        self.here = here
        self.global_scope = Scope(is_top=True)
        self.functions: dict[str, Definition] = {}
        """By name in lower case."""
        self.aliases: dict[str, str] = {}
        """The user's own: names in lower case, each with the command it stands for."""
        self.commands = CommandTable(registry, self)
        self.errors: list[object] = []
        """`$Error`, the newest first."""
        self.status: int = 0
        """The exit status of the last statement; `$?` is whether it is 0."""
        self.last_exit_code: int | None = None
        """`$LASTEXITCODE`."""
        self.top = Place(HERE, self.global_scope)
        """Where code runs that is in no function or block."""
        self.ssh_config = ""
        """`-F FILE`, for the processes of jobs."""
        self.using: Scope | None = None
        """What `$using:` means to code that nobody called: what a job's process was given."""
        self._input: Input | None = None
        self.borrowed: Location = None
        """The session of whoever we run beside: what shell text changes there is not kept."""
        self.captures_errors = False
        """Whether standard error of programs, too, has to come to the user's side as Chunks."""
        self.hosting = Hosting(engine)
        """What runs beside this front end's texts; code that does shares it."""
        self.closed: Callable[[SessionId], Awaitable[None]] | None = None
        """Hears of an entered session that was left and removed."""
        self._session_scopes: dict[SessionId, Scope] = {}
        self._locations: dict[SessionId, Located] = {}

    # places

    def keeps_state_at(self, location: Location) -> bool:
        """Whether what shell text changes in the shell of a location is there for the next text."""
        return location is HERE or location != self.borrowed

    def place_at(self, location: Location) -> Place:
        """A place of its own at a location, as a block that was sent there has."""
        return Place(location, self.global_scope if location is None else self.session_scope(location))

    def session_scope(self, session: SessionId) -> Scope:
        """The variables of a session; they last as long as it does."""
        if session not in self._session_scopes:
            self._session_scopes[session] = Scope(self.global_scope, is_top=True)
        return self._session_scopes[session]

    def at(self, location: Location) -> Located:
        """What can be done at a location."""
        if location is None:
            return self.here
        if location not in self._locations:
            from jobsh.runtime.there import There

            self._locations[location] = There(location, self)
        return self._locations[location]

    async def environment(self, location: Location) -> dict[str, str]:
        """`$env:` of a location."""
        return await self.at(location).environment()

    async def export(self, location: Location, name: str, value: str | None) -> None:
        """`$env:name = value`; None removes it."""
        await self.at(location).export(name, value)

    async def directory(self, location: Location) -> str:
        """`$PWD` of a location."""
        return await self.at(location).directory()

    async def home(self, location: Location) -> str:
        """`$HOME` of a location."""
        return await self.at(location).home()

    def standard_input(self) -> Input:
        """`$input` of code that nobody called: the lines of the front end's standard input."""
        if self._input is None:
            from jobsh.runtime.values import Input, chunks, nothing

            pieces = self.outside.standard_input()
            self._input = Input(nothing() if pieces is None else chunks(pieces))
        return self._input

    def top_frame(self) -> Frame:
        """Surroundings of code that nobody called: its output goes to the user."""
        sink = OutsideSink(self.outside)
        captured = dict.fromkeys(Stream, sink) if self.captures_errors else None
        frame = Frame(self, Source("", ""), self.top, Streams(sink, captured))
        frame.using = self.using
        return frame

    # leaving

    async def leave(self, place: Place) -> bool:
        """Back to the location before; a session that was opened for this is removed."""
        if not place.is_entered:
            return False
        closes = place.leave()
        if closes is not None:
            self._session_scopes.pop(closes, None)
            self._locations.pop(closes, None)
            await self.engine.remove_session(closes)
            if self.closed is not None:
                await self.closed(closes)
        return True

    async def leave_or_exit(self, frame: Frame, status: int | None) -> None:
        """`exit`: leave the entered session, else the script or shell."""
        if not await self.leave(frame.place):
            raise ExitSignal(self.status if status is None else status)
        self.ended(status or 0)
        frame.tally.ended(status or 0)

    def ended(self, status: int) -> None:
        """A program or script ended with this status."""
        self.status = self.last_exit_code = status

    @property
    def status_of_job(self) -> int:
        """The exit status of a job that ran to its end: an error that did not end it is in its stream and no failure, as in
        PowerShell; a program or host that failed is."""
        return 0 if self.status == ExitStatus.ERROR and self.last_exit_code != self.status else self.status

    # texts

    def parse(self, text: str, name: str, scope: Scope) -> Script:
        """The tree of a whole text; raises ParseError."""
        from jobsh.runtime.reading import read_script

        return read_script(text, self, scope)

    def read_block(self, source: str, kind: BlockKind, scope: Scope) -> Script | None:
        """The tree of a block with its braces; None when it is a script for a shell."""
        from jobsh.runtime.reading import read_block

        return read_block(source, kind, self, scope)

"""What a cmdlet sees of the world. Implemented by `runtime`; cmdlets touch neither terminal nor files nor engine otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol, cast

from jobsh.command.script_block import NO_ITEM, ScriptBlock
from jobsh.command.subscriptions import Events, Subscribe
from jobsh.errors import JobshError
from jobsh.model.ids import InstanceId, Location, SessionId
from jobsh.model.job import Job, JobKind
from jobsh.model.messages import Environment, Program, Surroundings
from jobsh.model.records import ErrorRecord, Stream
from jobsh.model.session import Session
from jobsh.model.struct import Struct
from jobsh.ports.engine import Engine

if TYPE_CHECKING:
    from jobsh.command.commands import Commands
    from jobsh.ports.files import Files

WHERE_WE_ARE = cast(Location, -1)
"""The location of the call, where none is named."""


class Work(Struct):
    """Jobsh code that is to run beside its caller, in surroundings of its own."""

    blocks: tuple[ScriptBlock, ...]
    """One after the other, with the same variables. The last one has the arguments and the input."""
    arguments: tuple[object, ...] = ()
    input: tuple[object, ...] = ()
    item: object = NO_ITEM
    """`$_`."""
    shows_messages: bool = False
    """What Write-Host says goes straight to the user."""


class FileSink(Protocol):
    """A file being written at the location."""

    async def write(self, data: bytes) -> None:
        """Write; returns when it was taken."""

    async def aclose(self) -> None:
        """Finish; raises OperationError when the file could not be written whole."""


class Scope(Protocol):
    """Variables as the cmdlet's caller sees them. Names are case-insensitive."""

    def get(self, name: str) -> object:
        """The value as stored (jobs and sessions not refreshed), or None."""

    def set(self, name: str, value: object) -> None:
        """Assign in the caller's scope."""

    def remove(self, name: str) -> bool:
        """Forget; False when there was none."""

    def names(self) -> tuple[str, ...]:
        """All visible names, in the spelling they were assigned under."""

    def at(self, scope: str) -> Scope:
        """The variables of one scope alone: Local, Script, Global, or how many scopes further out. Raises BindingError."""


class Context(Protocol):
    """The world of one cmdlet call."""

    @property
    def engine(self) -> Engine:
        """Connects (and starts the engine process) when first asked something."""

    @property
    def location(self) -> Location:
        """Where we are: HERE or a session."""

    @property
    def entered_sessions(self) -> tuple[Location, ...]:
        """The sessions that were entered, the one we are in last."""

    @property
    def input(self) -> AsyncIterator[object]:
        """What the stage before writes; empty for a first stage."""

    @property
    def has_input(self) -> bool:
        """Whether there is a stage before."""

    @property
    def invoked_as(self) -> str:
        """The name used: alias or Verb-Noun."""

    @property
    def scope(self) -> Scope:
        """The caller's variables."""

    @property
    def is_interactive(self) -> bool:
        """Whether somebody can be asked."""

    def standard_input(self) -> AsyncIterator[bytes] | None:
        """The front end's own standard input (`jobsh -c '…' < f`), for a first stage with a single host or program; None at a
        terminal and where there is a stage before (that is `input`)."""

    @property
    def width(self) -> int:
        """Columns to format for; 0 without limit."""

    async def session(self) -> Session | None:
        """The session of the location; None HERE."""

    # streams

    async def write(self, stream: Stream, value: object) -> None:
        """Write to a stream other than the output (which is `yield`): a Chunk of stderr, an ErrorRecord, text for warning,
        verbose, debug, information. Preferences and redirections apply."""

    async def error(self, error: JobshError | ErrorRecord) -> None:
        """Write a non-terminating error; with `-ErrorAction Stop` it raises."""

    async def ask(self, text: str, *, echo: bool = False) -> str | None:
        """What the user answers, a password unless `echo`; None: nobody is there, or the user declined."""

    async def should_process(self, action: str, what: str) -> bool:
        """`-WhatIf` says it and gives False; `-Confirm` asks."""

    def errors(self) -> Sequence[object]:
        """`$Error`, the newest first."""

    def progress(self, activity: str, done: int, total: int) -> None:
        """Show how far a long command is; total 0 ends it, a negative one says that it is not known."""

    # programs

    async def program(
        self,
        script: ScriptBlock | str,
        *,
        arguments: Sequence[object] = (),
        interpreter: str = "",
        shown: str = "",
    ) -> Program:
        """What the engine is to run for a block or text: `$using:` and variables become environment references, arguments text;
        jobsh code becomes a program for a jobsh process."""

    def run(self, program: Program) -> AsyncIterator[object]:
        """Run a small program at the location: its output as Chunks. It is ours, so its exit status is not the statement's."""

    def check_using(self, block: ScriptBlock) -> None:
        """Raise OperationError when a `$using:name` of the block, which is to run elsewhere, has no variable."""

    def code(self, text: str, name: str) -> ScriptBlock:
        """Read the text of a `.jsh` file as jobsh code; raises ParseError."""

    def surroundings(self) -> Surroundings:
        """Directory, umask and environment of this front end for programs of this machine."""

    async def environment(self) -> Environment:
        """The location's exported variables."""

    def ends_with(self, status: int) -> None:
        """Set `$LASTEXITCODE` and the statement's exit status (a program's, or the largest of the hosts)."""

    # code that runs beside the caller

    def beside(self, work: Work) -> AsyncIterator[object]:
        """Run code in surroundings of its own, so that several can run at once: what it writes. Its other streams are the
        caller's; an error that ends it is raised. `$using:` values are taken now."""

    async def host(self, kind: JobKind, command: str, name: str, work: Sequence[Work], limit: int | None) -> Job:
        """Make a job of code that this front end runs, a thread job, or one with a child for each piece of work. `limit`: for a
        thread job the new size of the pool that all share (None: as it is), else how many children run at once."""

    def waiting(self) -> AbstractAsyncContextManager[None]:
        """Inside, the caller waits for jobs: if it is itself one of a limited number, others may run meanwhile."""

    @property
    def events(self) -> Events:
        """What was subscribed to in this front end."""

    async def subscribe(self, wanted: Subscribe) -> Job | None:
        """Let events of a job come; gives the job that the action is, if there is one."""

    def object_at(self, job: InstanceId, offset: int, copy: object) -> object:
        """The object that a job of this front end wrote at `offset` of its output; `copy` where it is not at hand."""

    def received(self, job: InstanceId, offset: int) -> None:
        """What a job wrote before `offset` was received: its objects need not be kept."""

    # the location

    async def directory(self) -> str:
        """The location's current directory."""

    async def change_directory(self, path: str) -> None:
        """Move there; raises NotFound."""

    def read_file(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file at the location."""

    async def open_file(self, path: str, *, append: bool = False) -> FileSink:
        """Begin writing a file at the location."""

    def files(self, location: Location = WHERE_WE_ARE) -> Files:
        """The files of a location; without one, of where we are."""

    async def whole_path(self, path: str, location: Location = WHERE_WE_ARE) -> str:
        """The path as those Files take it: relative ones count from the location's current directory, `~` is its home."""

    async def enter(self, session: SessionId, *, close_on_exit: bool) -> None:
        """Make the session the location of what follows."""

    async def leave(self) -> bool:
        """Back to the location before; False when there is none."""

    # the shell

    def format(self, values: AsyncIterator[object], *, width: int | None = None) -> AsyncIterator[str]:
        """The values as people read them, plain text, in pieces ending in newlines."""

    def printed(self, values: AsyncIterator[object], *, width: int = 0) -> AsyncIterator[bytes]:
        """The values as the bytes a file gets: Chunks and Lines untouched (counted as received), everything else formatted."""

    async def show(self, values: AsyncIterator[object], *, pages: bool = False) -> None:
        """Show values to the user, whatever becomes of the output: `pages` through a pager, where there is a terminal."""

    async def clear(self) -> None:
        """Clear the user's terminal, where there is one."""

    def commands(self) -> Commands:
        """All commands, for Get-Command, Get-Help and Get-Alias."""

    async def request_exit(self, status: int | None) -> None:
        """`exit`: leave the entered session, else the shell or script."""

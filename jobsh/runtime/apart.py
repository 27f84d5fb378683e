"""Code that runs beside its caller: a shell of its own that begins with the caller's directory, environment and functions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from jobsh.command.script_block import NO_ITEM
from jobsh.errors import OperationError, Span
from jobsh.language.ast import Node
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.model.records import Chunk, ErrorRecord, Stream, StreamRecord
from jobsh.ports.engine import Invocation
from jobsh.runtime.frame import Frame
from jobsh.runtime.handover import check_using, named_variables
from jobsh.runtime.scope import Scope
from jobsh.runtime.streams import Sink, Streams

if TYPE_CHECKING:
    from jobsh.runtime.here import Here
    from jobsh.runtime.outside import Outside


class Beside:
    """The user's side as code beside the caller has it: nobody is asked, no program has the terminal."""

    is_interactive = False
    captures_programs = True
    pty: Pty | None = None

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    @property
    def width(self) -> int:
        """Columns to format for: what it writes may be read anywhere."""
        return 0

    async def show(self, values: AsyncIterator[object]) -> None:
        """Show what is written."""
        await self._outside.show(values)

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Show an error."""
        await self._outside.error(record, source, span)

    async def stream(self, record: StreamRecord) -> None:
        """Show a record."""
        await self._outside.stream(record)

    async def error_chunk(self, chunk: Chunk) -> None:
        """Show bytes of a program's standard error."""
        await self._outside.error_chunk(chunk)

    def progress(self, activity: str, done: int, total: int) -> None:
        """Several at once would only mix up the one line there is."""

    async def ask(self, question: Question) -> str | None:
        """Nobody is asked."""
        return None

    async def choose(self, text: str, choices: str, default: str) -> str | None:
        """Nobody is asked."""
        return None

    def standard_input(self) -> AsyncIterator[bytes] | None:
        """What is typed, or piped, is the caller's."""
        return None

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        """Nothing here has the terminal."""
        raise OperationError(f"{argv[0]} needs the terminal, which code that runs beside the shell does not have")

    async def attach(self, invocation: Invocation) -> Ended | Refused:
        """Nothing here has the terminal."""
        raise OperationError("a terminal is needed, which code that runs beside the shell does not have")


def using_of(frame: Frame, *nodes: Node | None) -> Scope:
    """The values that code means by `$using:`, as they are now: the very objects, not copies.

    What blocks inside it mean may be variables of the code itself: those that are not there are left to it.
    """
    scope = Scope()
    for node in nodes:
        if node is not None:
            check_using(node, frame)
            for name in named_variables(node, "using"):
                if name.casefold() in ("_", "psitem") and frame.item is not NO_ITEM:
                    scope.set(name, frame.item)
                elif (found := (frame.using or frame.scope).find(name) or frame.scope.find(name)) is not None:
                    scope.set(*found)
    return scope


async def apart(frame: Frame, name: str, using: Scope, sink: Sink, here: Here | None = None) -> Frame:
    """Surroundings for code that runs beside what runs in `frame`, at the same location. `name`: what its state is called.
    `here`: this machine as it is to be found; without it, as it is now."""
    from jobsh.runtime.shell import Shell

    caller = frame.shell
    shell = Shell(caller.registry, caller.engine, Beside(caller.outside), await (here or caller.here).apart(name))
    shell.functions = dict(caller.functions)
    shell.ssh_config = caller.ssh_config
    shell.hosting, shell.borrowed = caller.hosting, frame.place.location
    shell.top = shell.place_at(frame.place.location)
    inside = Frame(shell, frame.source, shell.top, Streams(sink, dict.fromkeys(Stream, sink)))
    inside.is_foreground = False
    inside.using = using
    return inside

"""Where a piece of code runs: its scope, place, streams, `$_`, arguments. Frames are never changed, only derived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from jobsh.command.script_block import NO_ITEM
from jobsh.errors import OperationError, Span
from jobsh.model.records import Origin, Stream
from jobsh.runtime.scope import Scope
from jobsh.runtime.streams import Streams, Where

if TYPE_CHECKING:
    from jobsh.runtime.place import Place
    from jobsh.runtime.shell import Shell
    from jobsh.runtime.values import Input

_DEEPEST_CALL = 300


class Source(NamedTuple):
    """A text and what to call it; the spans of its tree count in it."""

    text: str
    name: str


class Tally:
    """How a statement fared: what `$?` and the exit status come from."""

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status = 0

    def ended(self, status: int) -> None:
        """A program ended. As with `pipefail`, one that failed is not forgotten because a later stage ended well."""
        if status:
            self.status = status

    def failed(self, status: int) -> None:
        """There was an error; a larger status stays."""
        self.status = max(self.status, status)


class Methods(Protocol):
    """An object whose methods run code."""

    async def call(self, method: str, arguments: Sequence[object]) -> object:
        """What the method gives."""


class Invocation(NamedTuple):
    """One call of a function, block or file."""

    name: str
    """What was called."""
    invoked_as: str
    where: Where
    """The call."""
    function: Methods | None = None
    """`$PSCmdlet`, in a function that has it."""


class Frame:
    """All that code sees of its surroundings."""

    def __init__(self, shell: Shell, source: Source, place: Place, streams: Streams) -> None:
        self.shell = shell
        self.source = source
        self.place = place
        self.streams = streams
        self.own_scope: Scope | None = None
        """The scope of a function or block; None: the place's (the shell's or the session's)."""
        self.item: object = NO_ITEM
        self.input: Input | None = None
        """`$input`."""
        self.arguments: Sequence[object] = ()
        """`$args`."""
        self.invocation: Invocation | None = None
        """`$MyInvocation` and `$PSCmdlet`: the call whose body this is."""
        self.kept_errors: tuple[list[object], ...] = ()
        """The `-ErrorVariable`s of the functions that this code was called from."""
        self.is_foreground = True
        """Whether what this code writes goes straight to the user: then a program may have the terminal."""
        self.is_alone = False
        """Whether this is the only stage of its pipeline: then what shell text changes in its shell is kept."""
        self.is_last = False
        """Whether nothing runs after this: then what shell text changes in its shell need not be kept."""
        self.is_guarded = False
        """Whether a `try` is around: then every error ends the statement it is in."""
        self.using: Scope | None = None
        """Where `$using:` looks first: the scope of whoever sent this code to another place."""
        self.origin: Origin | None = None
        """Where what this code writes comes from, when somebody sent it to a host."""
        self.depth = 0
        self.tally = Tally()

    @property
    def scope(self) -> Scope:
        """Where variables are looked up and assigned."""
        return self.own_scope or self.place.scope

    @property
    def gives_terminal(self) -> bool:
        """Whether a program run here may have the terminal: nobody takes what it writes."""
        return (
            self.is_foreground and not self.shell.outside.captures_programs and self.streams.goes_outside(Stream.ERROR)
        )

    def derive(self, **changes: Any) -> Frame:
        """The same surroundings but for `changes`."""
        derived = Frame.__new__(Frame)  # copy.copy would do, and take four times as long: each `$_` has its frame
        derived.__dict__.update(self.__dict__, **changes)
        return derived

    def quiet(self) -> Frame:
        """For code whose output somebody takes: programs do not get the terminal."""
        return self.derive(is_foreground=False) if self.is_foreground else self

    def called(self, **changes: Any) -> Frame:
        """For the body of a function or block: one call deeper, a scope of its own."""
        if self.depth >= _DEEPEST_CALL:
            raise OperationError("functions and blocks call each other too deeply", error_id="CallDepthOverflow")
        return self.derive(own_scope=Scope(self.scope), depth=self.depth + 1, **changes)

    def where(self, span: Span | None) -> Where:
        """A place in this frame's source."""
        return Where(self.source.text, span)
